import { afterEach, describe, expect, it, vi } from 'vitest'
import type { BucketUsage, CounterDefinition } from '../../src/core/metering/counter.js'
import { bucketKey } from '../../src/core/metering/divider.js'
import { type Division, type FilterRule, UNDIVIDED } from '../../src/core/metering/division.js'
import type { ReceivedEvent } from '../../src/customer/event_log.js'
import { openObjectSql } from '../../src/customer/object_schema.js'
import { TooManyBucketsError } from '../../src/customer/scanned_states.js'
import { UsageStore } from '../../src/customer/usage_store.js'
import { tallyOf } from '../core/metering/counter_support.js'
import { FailingStorage } from '../support/failing_storage.js'
import { nodeStorage } from '../support/node_storage.js'

const SPAN = { toAt: 1_000_000, periodLength: 1_000_000 }
const grouped = (tallyKey: string | null): Division => ({
  filters: [],
  rest: { groupKeys: ['g'], tallyKey },
  only: {},
})

const definition = (given: Partial<CounterDefinition> = {}): CounterDefinition => ({
  externalSubscriptionId: 's',
  code: 'api',
  aggregation: 'sum_agg',
  fieldName: 'value',
  window: { from: { at: 0, seq: 0 }, to: { at: 1_000_000, seq: 0 } },
  division: UNDIVIDED,
  ...given,
})

let sent = 0
const event = (properties: ReceivedEvent['properties'], at = 10, rest: Partial<ReceivedEvent> = {}): ReceivedEvent => ({
  transactionId: `t${++sent}`,
  code: 'api',
  externalSubscriptionId: 's',
  externalCustomerId: null,
  at,
  properties,
  preciseTotalAmountCents: null,
  createdAt: 1,
  ...rest,
})

function open() {
  const storage = new FailingStorage(nodeStorage())
  const sql = openObjectSql(storage)
  const wake = () => new UsageStore(openObjectSql(storage), tallyOf)
  const count = (table: string): unknown => sql.exec(`SELECT count(*) AS n FROM ${table}`).one().n
  return { storage, sql, wake, count, store: wake() }
}

const units = (usage: Iterable<BucketUsage>) =>
  Object.fromEntries([...usage].map((one) => [bucketKey(one.bucket), one.usage.units.toFixed()]))

/** How often a statement that matches was run. */
function countRuns(storage: FailingStorage, pattern: RegExp, run: () => void): number {
  const exec = vi.spyOn(storage.sql, 'exec')
  run()
  const runs = exec.mock.calls.filter(([query]) => pattern.test(query)).length
  exec.mockRestore()
  return runs
}

afterEach(() => vi.restoreAllMocks())

describe('a bucket behind which an event arrives', () => {
  const asked = definition({ division: grouped('trail') })

  it('is built again by who reads it, with all others in one pass, and no other bucket is', () => {
    const { storage, store } = open()
    store.append(['a', 'b', 'c'].map((g) => event({ g, value: 1 }, 50)))
    store.read(asked, SPAN)
    const late = ['a', 'a', 'b'].map((g, i) => event({ g, value: 2 }, 40 - i))
    expect(countRuns(storage, /FROM events/, () => late.map((one) => store.append([one])))).toBe(0)
    const written = vi.spyOn(storage.sql, 'exec')
    expect(units(store.read(asked, SPAN))).toEqual({ '[null,"a"]': '5', '[null,"b"]': '3', '[null,"c"]': '1' })
    const calls = written.mock.calls.map(([query, ...bindings]) => ({ query, bindings }))
    expect(calls.filter(({ query }) => /FROM events/.test(query))).toHaveLength(1)
    const saved = calls.filter(({ query }) => /^INSERT INTO counter_states/.test(query))
    expect(saved).toHaveLength(1)
    expect(JSON.stringify(saved)).not.toContain('null,\\\\\\"c')
    written.mockRestore()
    expect(countRuns(storage, /FROM events/, () => store.read(asked, SPAN))).toBe(0)
  })

  it('takes what comes in order once it was built again', () => {
    const { storage, store, wake } = open()
    store.append([event({ g: 'a', value: 1 }, 50)])
    store.read(asked, SPAN)
    store.append([event({ g: 'a', value: 2 }, 40)])
    const woken = wake()
    woken.append([event({ g: 'a', value: 3 }, 60)])
    expect([...woken.read(asked, SPAN)][0]?.usage.tally).toEqual({ values: ' 2 1 3' })
    storage.failing = /FROM events/
    woken.append([event({ g: 'a', value: 4 }, 70)])
    expect([...wake().read(asked, SPAN)][0]?.usage.tally).toEqual({ values: ' 2 1 3 4' })
  })
})

describe('a bucket is there if and only if an event was counted in it', () => {
  const asked = (given: Partial<CounterDefinition> = {}) => definition({ division: grouped('trail'), ...given })
  it.each<[string, CounterDefinition['aggregation'], unknown[], string[]]>([
    ['no number makes none', 'sum_agg', ['x', null], []],
    ['0 does', 'sum_agg', [0], ['[null,"a"]']],
    ['any event counts', 'count_agg', [null], ['[null,"a"]']],
    ['no value makes none', 'unique_count_agg', [null, ''], []],
  ])('%s (%s)', (_, aggregation, values, keys) => {
    for (const isLive of [true, false]) {
      const { store, count } = open()
      if (isLive) store.read(asked({ aggregation }), SPAN)
      for (const value of values) store.append([event({ g: 'a', value })])
      expect(Object.keys(units(store.read(asked({ aggregation }), SPAN)))).toEqual(keys)
      expect(Object.keys(units(store.scan(asked({ aggregation }), SPAN)))).toEqual(keys)
      expect(count('counter_states')).toBe(keys.length)
    }
  })

  it('what was taken out leaves none behind, at once where it can be subtracted', () => {
    const { storage, store, count } = open()
    const plain = definition({ division: grouped(null) })
    store.append([event({ g: 'a', value: 5 }), event({ g: 'b', value: 1 })])
    store.read(plain, SPAN)
    storage.failing = /FROM events WHERE subscription/
    store.withdraw(1, 7)
    expect([count('counter_states'), units(store.read(plain, SPAN))]).toEqual([1, { '[null,"b"]': '1' }])
    storage.failing = null
    const maximum = definition({ aggregation: 'max_agg', division: grouped(null) })
    expect(units(store.read(maximum, SPAN))).toEqual({ '[null,"b"]': '1' })
    store.withdraw(2, 7)
    expect([units(store.read(maximum, SPAN)), count('counter_states')]).toEqual([{}, 0])
  })

  it('a set that lost all its members is still there', () => {
    const { store } = open()
    const set = definition({ aggregation: 'unique_count_agg', division: grouped(null) })
    store.append([event({ g: 'a', value: 'v' }, 1), event({ g: 'a', value: 'v', operation_type: 'remove' }, 2)])
    store.append([event({ g: 'b', value: 'v', operation_type: 'remove' }, 2)])
    const expected = { '[null,"a"]': '0', '[null,"b"]': '0' }
    expect([units(store.read(set, SPAN)), units(store.scan(set, SPAN))]).toEqual([expected, expected])
  })
})

describe('definitions', { timeout: 60_000 }, () => {
  const values = Array.from({ length: 6000 }, (_, i) => `${'😀'.repeat(70)}${i}`)
  const filters = values.map((value): FilterRule => ({ values: { g: [value] }, groupKeys: [], tallyKey: null }))
  const division: Division = { ...UNDIVIDED, filters }

  it('of thousands of filters are kept whole, and made ready once per wake', () => {
    const { storage, store, wake, count } = open()
    // Different lengths in front, so that some cut falls into a character.
    const all = ['', 'x'].map((code) => definition({ code: `api${code}`, division }))
    for (const one of all) store.build(one)
    expect(count('counter_definitions')).toBeGreaterThan(2)
    const woken = wake()
    storage.failing = /FROM events +(NOT INDEXED|WHERE)/
    const reads = countRuns(storage, /counter_definitions/, () => {
      for (const [i, { code }] of all.entries()) {
        for (const value of [values[0], values[5999]]) woken.append([event({ g: value, value: i + 1 }, 10, { code })])
      }
    })
    expect(reads).toBe(2)
    expect(all.map((one) => units(woken.read(one, SPAN)))).toEqual([
      { '[0]': '1', '[5999]': '1' },
      { '[0]': '2', '[5999]': '2' },
    ])
    expect(count('counters')).toBe(2)
  })

  it('a counter that is built ahead takes events without the log', () => {
    const { storage, store } = open()
    store.build(definition())
    storage.failing = /FROM events/
    store.append([event({ value: 3 })])
    expect(units(store.read(definition(), SPAN))).toEqual({ '': '3' })
  })
})

describe('many buckets', { timeout: 60_000 }, () => {
  const asked = definition({ division: grouped(null) })
  /** Texts below and above the surrogates, which SQLite and JavaScript sort differently. */
  const groups = Array.from({ length: 45_000 }, (_, i) => `${String.fromCodePoint(i % 2 ? 0xffe0 : 0x1f600)}${i}`)

  it('more than memory holds at once are all counted, and told in the order of their keys', () => {
    const { store, wake, count } = open()
    for (let i = 0; i < groups.length; i += 5_000) {
      store.append(groups.slice(i, i + 5_000).map((g) => event({ g, value: 1 })))
    }
    // In a second round, when the states of the first were written already.
    store.append(groups.slice(0, 50).map((g) => event({ g, value: 1 })))
    const built = [...store.read(asked, SPAN)]
    expect([built.length, count('counter_states')]).toEqual([45_000, 45_000])
    expect(built.filter(({ usage }) => usage.units.eq(2))).toHaveLength(50)
    const woken = wake()
    for (let i = 0; i < groups.length; i += 5_000) {
      woken.append(groups.slice(i, i + 5_000).map((g) => event({ g, value: 1 })))
    }
    const live = [...woken.read(asked, SPAN)]
    expect(live.reduce((sum, { usage }) => sum + usage.eventsCount, 0)).toBe(90_050)
    expect(JSON.stringify(woken.scan(asked, SPAN))).toBe(JSON.stringify(live))
  })

  it('that are asked for once are refused beyond what memory is for, and nothing is left of the question', () => {
    const { store, count } = open()
    const long = 'g'.repeat(60_000)
    store.append(Array.from({ length: 140 }, (_, i) => event({ g: `${long}${i}`, value: 1 })))
    expect(() => store.scan(asked, SPAN)).toThrow(TooManyBucketsError)
    expect(Object.keys(units(store.read(asked, SPAN)))).toHaveLength(140)
    expect(count('counters')).toBe(1)
  })
})

describe('a question that is asked once', { timeout: 60_000 }, () => {
  it('leaves nothing behind, however many members it has', () => {
    const { store, count } = open()
    const set = definition({ aggregation: 'unique_count_agg' })
    const values = Array.from({ length: 150 }, (_, i) => `${i}${'v'.repeat(60_000)}`)
    store.append([...values, ...values].map((value) => event({ value })))
    expect(units(store.scan(set, SPAN))).toEqual({ '': '150' })
    expect(['counters', 'counter_states', 'counter_members'].map(count)).toEqual([0, 0, 0])
  })
})

describe('storage of an older form', () => {
  it('keeps its events, counts them, and has its counters built again', () => {
    const storage = new FailingStorage(nodeStorage())
    const fresh = openObjectSql(new FailingStorage(nodeStorage()))
    const kept = ['subscriptions', 'codes', 'events', 'events_once', 'events_usage', 'own_subscriptions']
    const schema = fresh.exec<{ sql: string }>(
      'SELECT sql FROM sqlite_schema WHERE name IN (SELECT value FROM json_each(?)) ORDER BY type DESC',
      JSON.stringify(kept),
    )
    for (const { sql } of schema) storage.sql.exec(sql)
    for (const statement of [
      'CREATE TABLE _migrations (id INTEGER PRIMARY KEY) STRICT',
      'INSERT INTO _migrations VALUES (1)',
      'CREATE TABLE counters (id INTEGER PRIMARY KEY, key TEXT UNIQUE, definition TEXT, behind_from_seq INTEGER)',
      'CREATE TABLE counter_states (counter_id INTEGER, bucket TEXT, state TEXT)',
      'CREATE TABLE counter_members (counter_id INTEGER, bucket TEXT, value TEXT, member TEXT)',
      "INSERT INTO counters VALUES (1, 'old', '{}', NULL)",
      "INSERT INTO counter_states VALUES (1, '', 'unreadable')",
      "INSERT INTO subscriptions VALUES (1, 's')",
      "INSERT INTO codes VALUES (1, 'api')",
      `INSERT INTO events VALUES (1, 1, 'a', 1, 10, 1, '{"value":1}', NULL), (2, 1, 'b', 1, 20, 1, '{"value":2}', NULL)`,
    ]) {
      storage.sql.exec(statement)
    }
    const store = new UsageStore(openObjectSql(storage), tallyOf)
    expect(units(store.read(definition(), SPAN))).toEqual({ '': '3' })
    expect(store.counts('s')).toEqual([
      { code: 'api', accepted: 2, duplicates: 0, withdrawn: 0, amended: 0, firstAt: 10, lastAt: 20 },
    ])
  })
})
