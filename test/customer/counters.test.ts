import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AGGREGATION_TYPES } from '../../src/core/catalog.js'
import { openObjectSql } from '../../src/customer/object_schema.js'
import { UsageStore } from '../../src/customer/usage_store.js'
import { tallyOf } from '../core/metering/counter_support.js'
import { FailingStorage } from '../support/failing_storage.js'
import { nodeStorage } from '../support/node_storage.js'
import { steps, UsageLife } from '../support/usage_life.js'
import { DIVISIONS, questionsOf } from '../support/usage_questions.js'

const RUNS = 1000
const TABLES = ['subscriptions', 'codes', 'events', 'event_history', 'event_counts']
const COUNTER_TABLES = ['counters', 'counter_definitions', 'counter_states', 'counter_members']

describe.each(AGGREGATION_TYPES)('a counter of %s equals the fold of what is left of the log', (aggregation) => {
  it.each(Object.entries(DIVISIONS))(
    'with %s: whatever comes late, twice, is withdrawn, amended, asked anew, forgotten or cut short',
    (_, divisions) => {
      const storage = new FailingStorage(nodeStorage())
      const sql = openObjectSql(storage)
      fc.assert(
        fc.property(steps, (taken) => {
          for (const table of [...TABLES, ...COUNTER_TABLES]) sql.exec(`DELETE FROM ${table}`)
          const wake = () => new UsageStore(sql, tallyOf)
          new UsageLife(storage, wake, questionsOf(aggregation, divisions)).live(taken)
          // Each question has one counter, and none of them is stale after it was read.
          expect(sql.exec('SELECT count(*) AS n FROM counters').one().n).toBe(4)
          expect(sql.exec('SELECT count(*) AS n FROM counter_states WHERE state IS NULL').one().n).toBe(0)
        }),
        { numRuns: RUNS },
      )
    },
    60_000,
  )
})
