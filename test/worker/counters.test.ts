import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import type { CounterDefinition } from '../../src/core/metering/counter.js'
import { openObjectSql } from '../../src/customer/object_schema.js'
import { UsageCounters } from '../../src/customer/usage_counters.js'
import { UsageStore } from '../../src/customer/usage_store.js'
import { BillingApi } from '../support/billing_api.js'

const AGGREGATIONS = ['count_agg', 'sum_agg', 'max_agg', 'latest_agg', 'unique_count_agg'] as const
const WINDOW = { from: { at: 10, seq: 0 }, to: { at: 90, seq: 0 } }

const definitionOf = (aggregation: CounterDefinition['aggregation']): CounterDefinition => ({
  externalSubscriptionId: 's',
  code: 'c',
  aggregation,
  fieldName: aggregation === 'count_agg' ? null : 'v',
  window: WINDOW,
  tallyKey: null,
})

/** Runs with the storage of an object of its own. */
function withStorage<T>(run: (storage: DurableObjectState['storage']) => T | Promise<T>): Promise<T> {
  const stub = env.CUSTOMER.getByName(`test:${crypto.randomUUID()}`)
  return runInDurableObject(stub, (_, state) => run(state.storage))
}

const arrivals = fc.array(
  fc.record({
    at: fc.integer({ min: 0, max: 100 }),
    id: fc.integer({ min: 0, max: 25 }),
    v: fc.oneof(fc.integer({ min: -5, max: 9 }), fc.constantFrom('x', '', null, '1.5')),
    operation_type: fc.constantFrom('add', 'remove', undefined),
    after: fc.constantFrom('go on', 'read', 'wake anew'),
  }),
  { minLength: 1, maxLength: 40 },
)

describe('a running counter equals the fold of the log', () => {
  it.each(AGGREGATIONS)(
    '%s: in any order of arrival, with duplicates, reads and evictions in between',
    async (aggregation) => {
      const definition = definitionOf(aggregation)
      await fc.assert(
        fc.asyncProperty(arrivals, (events) =>
          withStorage((storage) => {
            let store = new UsageStore(openObjectSql(storage))
            for (const { at, id, after, ...properties } of events) {
              const event = {
                transactionId: `t${id}`,
                code: 'c',
                externalSubscriptionId: 's',
                externalCustomerId: null,
              }
              store.append([{ ...event, at, properties, preciseTotalAmountCents: null, createdAt: 0 }])
              if (after === 'read') store.read(definition, null)
              if (after === 'wake anew') store = new UsageStore(openObjectSql(storage))
            }
            const live = store.read(definition, null)
            const sql = openObjectSql(storage)
            for (const table of ['counters', 'counter_states', 'counter_members']) sql.exec(`DELETE FROM ${table}`)
            const rebuilt = new UsageStore(sql).read(definition, null)
            expect([live.units.toFixed(), live.eventsCount]).toEqual([rebuilt.units.toFixed(), rebuilt.eventsCount])
          }),
        ),
        { numRuns: 40 },
      )
    },
  )

  it('a throw in the middle of the transaction leaves log and counters as they were', async () => {
    await withStorage((storage) => {
      const store = new UsageStore(openObjectSql(storage))
      const event = (id: string) => ({
        transactionId: id,
        code: 'c',
        externalSubscriptionId: 's',
        externalCustomerId: null,
        at: 20,
        properties: { v: 1 },
        preciseTotalAmountCents: null,
        createdAt: 0,
      })
      const definition = definitionOf('sum_agg')
      store.append([event('a')])
      expect(store.read(definition, null).units.toFixed()).toBe('1')
      const fold = vi.spyOn(UsageCounters.prototype, 'fold').mockImplementationOnce(() => {
        throw new Error('crash')
      })
      expect(() => store.append([event('b')])).toThrow('crash')
      fold.mockRestore()
      expect([store.maxSeq(), store.read(definition, null).units.toFixed()]).toEqual([1, '1'])
      expect(store.append([event('b')])).toEqual({ outcome: 'stored', seqs: [2] })
      expect(store.read(definition, null).units.toFixed()).toBe('2')
    })
  })
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
