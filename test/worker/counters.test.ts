import fc from 'fast-check'
import { describe, it } from 'vitest'
import { AGGREGATION_TYPES } from '../../src/core/catalog.js'
import { tallyOf } from '../core/metering/counter_support.js'
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
