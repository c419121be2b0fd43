import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { AGGREGATION_TYPES } from '../../src/core/catalog.js'
import { tallyOf } from '../core/metering/counter_support.js'
import { BillingApi } from '../support/billing_api.js'
import { FailingStorage } from '../support/failing_storage.js'
import { wakeUp, withStorage } from '../support/object_storage.js'
import { steps, UsageLife } from '../support/usage_life.js'
import { DIVISIONS, questionsOf } from '../support/usage_questions.js'

/** The same is tried a thousand times each in Node: here it is about the storage that objects really have. */
describe('a running counter equals the fold of what is left of the log', () => {
  it.each(AGGREGATION_TYPES)(
    '%s: in any order of arrival, through corrections, evictions and failures',
    async (type) => {
      await fc.assert(
        fc.asyncProperty(steps, fc.constantFrom(...Object.values(DIVISIONS)), (taken, divisions) =>
          withStorage((real) => {
            const storage = new FailingStorage(real)
            new UsageLife(storage, () => wakeUp(storage, tallyOf), questionsOf(type, divisions)).live(taken)
          }),
        ),
        { numRuns: 25 },
      )
    },
  )
})

describe('the hot path', () => {
  it('in the steady state an event makes no D1 query', async () => {
    const api = await BillingApi.open({ test_clock: null })
    await api.subscribe('s')
    await api.event('warm up', 's')
    const prepare = vi.spyOn(env.DB, 'prepare')
    const batch = vi.spyOn(env.DB, 'batch')
    for (const id of ['a', 'b', 'c']) expect((await api.event(id, 's')).status).toBe(200)
    expect([prepare.mock.calls.length, batch.mock.calls.length]).toEqual([0, 0])
    vi.restoreAllMocks()
  })
})
