import { describe, expect, it } from 'vitest'
import type { CounterDefinition } from '../../src/core/metering/counter.js'
import { UNDIVIDED } from '../../src/core/metering/division.js'
import { Decimal } from '../../src/core/money/decimal.js'
import { allowanceTally } from '../../src/core/rating/percentage/allowance.js'
import type { ReceivedEvent } from '../../src/customer/event_log.js'
import type { UsageStore } from '../../src/customer/usage_store.js'
import { FailingStorage } from '../support/failing_storage.js'
import { wakeUp, withStorage } from '../support/object_storage.js'

const START = 1_700_000_000_000_000

let sent = 0
const event = (given: Partial<ReceivedEvent> = {}): ReceivedEvent => ({
  transactionId: `t${++sent}`,
  code: 'api',
  externalSubscriptionId: 's',
  externalCustomerId: null,
  at: START,
  properties: {},
  preciseTotalAmountCents: null,
  createdAt: 1,
  ...given,
})

const definition = (given: Partial<CounterDefinition> = {}): CounterDefinition => ({
  externalSubscriptionId: 's',
  code: 'api',
  aggregation: 'sum_agg',
  fieldName: 'value',
  window: { from: { at: START, seq: 0 }, to: { at: START + 6, seq: 0 } },
  division: UNDIVIDED,
  ...given,
})

/** The first three events are free: a tally that goes by their order. */
const freeEvents: Partial<CounterDefinition> = {
  division: {
    ...UNDIVIDED,
    rest: { groupKeys: [], tallyKey: allowanceTally({ freeEvents: 3, freeUnits: new Decimal(0) }).key },
  },
}

/** What a counter of one bucket says; nothing when no event was counted. */
function told(store: UsageStore, asked: CounterDefinition) {
  const [only] = [...store.read(asked, { toAt: START, periodLength: 1 })]
  return only && { units: only.usage.units.toFixed(), eventsCount: only.usage.eventsCount, tally: only.usage.tally }
}
const units = (store: UsageStore, asked = definition()) => told(store, asked)?.units ?? '0'

describe('a counter equals the fold of the log', () => {
  it('values that are too much to be held in memory are each counted once', async () => {
    await withStorage((storage) => {
      const store = wakeUp(storage)
      const values = Array.from({ length: 150 }, (_, i) => `${i}${'v'.repeat(60_000)}`)
      for (const value of [...values, ...values]) store.append([event({ properties: { value } })])
      expect(told(store, definition({ aggregation: 'unique_count_agg' }))?.eventsCount).toBe(150)
    })
  })

  it.each([
    ['the state of', /^INSERT INTO counter_states/],
    ['the members of', /^INSERT INTO counter_members/],
  ])('when %s a counter cannot be written, the event is not stored either', async (_, failing) => {
    await withStorage((real) => {
      const storage = new FailingStorage(real)
      const store = wakeUp(storage)
      const asked = definition({ aggregation: 'unique_count_agg' })
      store.append([event({ properties: { value: 'a' } })])
      expect(units(store, asked)).toBe('1')
      const next = event({ properties: { value: 'b' }, code: 'api' })
      storage.failing = failing
      expect(() => store.append([next])).toThrow('the disk is gone')
      storage.failing = null
      expect([store.maxSeq(), units(store, asked)]).toEqual([1, '1'])
      expect(store.append([next])).toEqual({ outcome: 'stored', seqs: [2] })
      expect([units(store, asked), units(wakeUp(real), asked)]).toEqual(['2', '2'])
    })
  })

  it('a build that fails leaves no half-built counter behind', async () => {
    await withStorage((real) => {
      const storage = new FailingStorage(real)
      const store = wakeUp(storage)
      store.append([event({ properties: { value: '4' } })])
      storage.failing = /^INSERT INTO counter_states/
      expect(() => units(store)).toThrow('the disk is gone')
      storage.failing = null
      expect([units(store), units(wakeUp(real))]).toEqual(['4', '4'])
    })
  })

  it('one whose form is not known any more is built again', async () => {
    await withStorage((storage) => {
      const store = wakeUp(storage)
      store.append([event({ properties: { value: '1' } })])
      units(store)
      storage.sql.exec("UPDATE counters SET key = 'of another version'")
      storage.sql.exec("UPDATE counter_states SET state = 'unreadable'")
      const woken = wakeUp(storage)
      woken.append([event({ properties: { value: '2' } })])
      expect(units(woken)).toBe('3')
      expect(storage.sql.exec('SELECT count(*) AS n FROM counters').one().n).toBe(1)
    })
  })

  it('those of windows long past are dropped, and built again for who asks', async () => {
    await withStorage((storage) => {
      const store = wakeUp(storage)
      store.append([event({ properties: { value: '1' } })])
      units(store)
      units(store, definition({ window: { from: null, to: { at: START + 365 * 86_400_000_000, seq: 0 } } }))
      expect(storage.sql.exec('SELECT count(*) AS n FROM counters').one().n).toBe(1)
      expect(units(store)).toBe('1')
    })
  })
})

describe('a read costs the same whatever the number of events', () => {
  it('once built, a counter is read without the log, also after an eviction', async () => {
    await withStorage((real) => {
      const storage = new FailingStorage(real)
      const store = wakeUp(storage)
      store.append([event({ properties: { value: '1' } })])
      expect(units(store)).toBe('1')
      storage.failing = /FROM events/
      store.append([event({ properties: { value: '2' } })])
      expect(units(store)).toBe('3')
      expect(units(wakeUp(storage))).toBe('3')
    })
  })

  it('the events of one batch are folded by their time, so that their order in it makes no counter start over', async () => {
    await withStorage((real) => {
      const storage = new FailingStorage(real)
      const store = wakeUp(storage)
      const asked = definition(freeEvents)
      expect(told(store, asked)).toBeUndefined()
      store.append([5, 1, 3].map((value) => event({ at: START + value, properties: { value } })))
      storage.failing = /FROM events/
      expect(told(store, asked)).toMatchObject({ units: '9', tally: { events: 3, total: '9' } })
    })
  })

  it('a counter with a tally is kept up to date by an object that has just woken, and that nobody has asked yet', async () => {
    await withStorage((real) => {
      const storage = new FailingStorage(real)
      const asked = definition(freeEvents)
      const store = wakeUp(storage)
      store.append([event({ properties: { value: '1' } })])
      expect(units(store, asked)).toBe('1')
      storage.failing = /FROM events/
      wakeUp(real).append([event({ at: START + 1, properties: { value: '2' } })])
      expect(told(wakeUp(storage), asked)).toMatchObject({ units: '3', tally: { events: 2, total: '3' } })
    })
  })
})

describe('the log keeps what was sent', () => {
  it.each([
    ['a zero character', 'a\0b'],
    ['quotes', `"'\\`],
    ['characters beyond 16 bits', '😀'],
    ['the look of a number', '1e3'],
    ['the look of JSON', '{"a":1}'],
  ])('texts with %s', async (_, text) => {
    await withStorage((storage) => {
      const store = wakeUp(storage)
      const odd = () => ({ code: text, externalSubscriptionId: text, properties: { [text]: text } })
      const alone = event({ ...odd(), transactionId: text })
      const [first, second] = [event(odd()), event(odd())]
      expect(store.append([alone])).toEqual({ outcome: 'stored', seqs: [1] })
      expect(store.append([first, second])).toEqual({ outcome: 'stored', seqs: [2, 3] })
      expect(store.append([alone])).toEqual({ outcome: 'duplicates', positions: [0] })
      const bySeq = store.events([1, 2, 3]).toSorted((a, b) => a.seq - b.seq)
      expect(bySeq).toEqual([alone, first, second].map((one, i) => ({ ...one, seq: i + 1 })))
      const filters = { externalSubscriptionId: text, code: text, transactionId: text, limit: 10, offset: 0 }
      expect(store.keys(filters)).toEqual({ totalCount: 1, keys: [{ at: START, transactionId: text, seq: 1 }] })
    })
  })

  it('a duplicate keeps the whole batch out, and is found in the batch itself too', async () => {
    await withStorage((storage) => {
      const store = wakeUp(storage)
      const first = event({ properties: { value: '1' } })
      store.append([first])
      expect(units(store)).toBe('1')
      const twice = event({ properties: { value: '1' }, externalSubscriptionId: 's3', code: 'new' })
      const other = event({ externalSubscriptionId: 's2', transactionId: twice.transactionId })
      expect(store.append([twice, first, other, twice])).toEqual({ outcome: 'duplicates', positions: [1, 3] })
      expect([store.maxSeq(), units(store)]).toEqual([1, '1'])
      expect(store.append([twice, other])).toEqual({ outcome: 'stored', seqs: [2, 3] })
    })
  })

  it('a batch that is longer than what one statement takes', async () => {
    await withStorage((storage) => {
      const store = wakeUp(storage)
      const properties = { value: '"'.repeat(30_000) }
      store.append(Array.from({ length: 100 }, () => event({ properties })))
      expect(store.maxSeq()).toBe(100)
      expect(store.events([100])[0]?.properties).toEqual(properties)
    })
  })

  it('the farthest moments that an event may have', async () => {
    await withStorage((storage) => {
      const store = wakeUp(storage)
      const farthest = 8_640_000_000_000_000_000
      store.append([event({ at: farthest }), event({ at: -farthest })])
      store.append([event({ at: 0 })])
      const keys = store.keys({ limit: 3, offset: 0 }).keys.map((key) => key.at)
      expect(keys).toEqual([farthest, 0, -farthest])
    })
  })

  it('a listing is cut into pages without gaps, the latest first, then by transaction id', async () => {
    await withStorage((storage) => {
      const store = wakeUp(storage)
      const ids = ['b', 'a', '\u{1f600}', '\u{ffee}', 'c']
      store.append(ids.map((transactionId) => event({ transactionId })))
      store.append(
        ids.map((transactionId, i) => event({ transactionId, externalSubscriptionId: 's2', at: START + i, code: 'x' })),
      )
      const whole = store.keys({ limit: 100, offset: 0 })
      expect(whole.keys.map((key) => [key.at - START, key.transactionId])).toEqual([
        ...[
          [4, 'c'],
          [3, '\u{ffee}'],
          [2, '\u{1f600}'],
          [1, 'a'],
        ],
        ...['a', 'b', 'b', 'c', '\u{ffee}', '\u{1f600}'].map((id) => [0, id]),
      ])
      expect([0, 3, 6, 9].flatMap((offset) => store.keys({ limit: 3, offset }).keys)).toEqual(whole.keys)
      expect(store.keys({ code: 'x', from: START + 1, to: START + 2, limit: 9, offset: 0 }).totalCount).toBe(2)
      expect(store.keys({ limit: 0, offset: 0 })).toEqual({ keys: [], totalCount: 10 })
    })
  })

  it('nothing but text and finite numbers is bound to a statement', async () => {
    await withStorage((storage) => {
      const store = wakeUp(storage)
      expect(() => store.keys({ limit: Number.NaN, offset: 0 })).toThrow(TypeError)
      expect(() => store.append([event({ createdAt: undefined as unknown as number })])).toThrow(TypeError)
    })
  })
})
