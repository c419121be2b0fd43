import fc from 'fast-check'
import { describe, it } from 'vitest'
import { openObjectSql } from '../../src/customer/object_schema.js'
import { UsageStore } from '../../src/customer/usage_store.js'
import { tallyOf } from '../core/metering/counter_support.js'
import { FailingStorage } from '../support/failing_storage.js'
import { nodeStorage } from '../support/node_storage.js'
import { steps, UsageLife } from '../support/usage_life.js'

describe('every event that was sent', () => {
  it('is accounted for: accepted, refused, withdrawn or amended, and, where nothing counts it, told', () => {
    fc.assert(
      fc.property(steps, (taken) => {
        const storage = new FailingStorage(nodeStorage())
        const life = new UsageLife(storage, () => new UsageStore(openObjectSql(storage), tallyOf), [])
        life.live(taken)
        life.checkAccounts()
      }),
      { numRuns: 300 },
    )
  }, 60_000)
})
