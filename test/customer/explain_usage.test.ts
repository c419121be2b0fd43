import { describe, expect, it } from 'vitest'
import { chargeTerms, toCounted, type UsageBasis } from '../../src/core/explanation/fee_basis.js'
import type { TracedEvent } from '../../src/core/explanation/usage_trace.js'
import { ZERO } from '../../src/core/money/decimal.js'
import { tallyOf } from '../../src/core/rating/tallies.js'
import { explainEvent } from '../../src/customer/explain_event.js'
import { explainUsage } from '../../src/customer/explain_usage.js'
import { EXPLAINED_AT_ONCE, MAX_BUFFERED_MEMBERS, MAX_EXPLAINED_EVENTS } from '../../src/customer/limits.js'
import { openObjectSql } from '../../src/customer/object_schema.js'
import { UsageStore } from '../../src/customer/usage_store.js'
import { chargeOf, metricOf } from '../core/usage/builders.js'
import { nodeStorage } from '../support/node_storage.js'

const NOTHING = toCounted({ units: ZERO, eventsCount: 0, totalAggregatedUnits: ZERO, tally: null })
const WINDOW = { from: { at: 0, seq: 0 }, to: { at: 5_000_000, seq: 0 } }
const basis = (rest: Partial<UsageBasis> = {}): UsageBasis => ({
  ...{ kind: 'usage', terms: 'key', externalSubscriptionId: 's', window: WINDOW, bucket: '' },
  ...{ span: { toAt: 5_000_000, periodLength: 1 }, counted: NOTHING, throughSeq: 2_000_000 },
  ...rest,
})
const page = { offset: 0, limit: 2 }
const sum = chargeTerms(chargeOf())
const set = chargeTerms(chargeOf({ metric: metricOf('unique_count_agg') }))

const eventAt = (place: number, value: unknown = 1): TracedEvent => ({
  ...{ at: place, seq: place + 1, properties: { value }, preciseTotalAmountCents: null },
  ...{ transactionId: `t${place}`, createdAt: 0 },
})

/** A log of so many events, read as the object reads its own. */
const logOf = (length: number, carried: (place: number) => unknown = () => 1) => ({
  *byTime(_stream: unknown, window: UsageBasis['window'], limit: number) {
    const from = window.from?.at ?? 0
    const start = (window.from?.seq ?? 0) > from + 1 ? from + 1 : from
    for (let place = start; place < Math.min(length, start + limit); place++) yield eventAt(place, carried(place))
  },
})

describe('the explanation of a fee of usage', () => {
  it.each([0, 1, EXPLAINED_AT_ONCE - 1, EXPLAINED_AT_ONCE, 2 * EXPLAINED_AT_ONCE + 1])(
    'reads %d events whole, slice by slice',
    async (length) => {
      const told = await explainUsage(logOf(length), { basis: basis(), terms: sum, page })
      expect([told.counted?.units, told.totalCount, told.refusal]).toEqual([String(length), length, null])
    },
  )

  it('stops at the bound, and says so', async () => {
    const told = await explainUsage(logOf(2 * MAX_EXPLAINED_EVENTS), { basis: basis(), terms: sum, page })
    expect([told.counted, told.refusal, told.events.length]).toEqual([null, 'too_many_events', 2])
  }, 60_000)

  it('stops where a set has more values than memory is for', async () => {
    const told = await explainUsage(
      logOf(MAX_BUFFERED_MEMBERS + 2, (place) => `v${place}`),
      { basis: basis(), terms: set, page },
    )
    expect([told.counted, told.refusal]).toEqual([null, 'too_many_values'])
  })
})

describe("an object's log", () => {
  const receive = (store: UsageStore, at: number, value: unknown, code = 'gb') =>
    store.append([
      {
        ...{ transactionId: `${code}${at}`, code, externalSubscriptionId: 's', externalCustomerId: null, at },
        ...{ properties: { value }, preciseTotalAmountCents: null, createdAt: at },
      },
    ])

  it('explains a fee by its own events in the order of time, less those that came after it', async () => {
    const store = new UsageStore(openObjectSql(nodeStorage()), tallyOf)
    for (const [at, value] of [
      [30, 1],
      [10, 2],
      [6_000_000, 4],
      [20, 8],
    ] as const)
      receive(store, at, value)
    receive(store, 15, 16, 'other')
    const told = await explainUsage(store.slices, { basis: basis({ throughSeq: 3 }), terms: sum, page })
    expect(told.events.map(({ at, effect }) => [at, effect?.units ?? null])).toEqual([
      [10, '2.0'],
      [20, null],
    ])
    expect([told.counted?.units, told.totalCount, told.lateCount]).toEqual(['3', 3, 1])
  })

  it('makes no fee in advance again whose event is not there', async () => {
    const store = new UsageStore(openObjectSql(nodeStorage()), tallyOf)
    receive(store, 10, 1)
    const ledger = { units: '0', eventsCount: 0, tally: null, amount: '0' }
    const { terms, externalSubscriptionId, window, bucket } = basis()
    const event = {
      kind: 'event' as const,
      terms,
      externalSubscriptionId,
      window,
      bucket,
      before: ledger,
      after: ledger,
    }
    const asked = (seq: number) => explainEvent(store.slices, { basis: { ...event, seq }, terms: sum, currency: 'EUR' })
    expect((await asked(1)).again).toMatchObject({ units: '1', amountCents: '1000' })
    expect(await asked(2)).toEqual({ events: [], again: null, refusal: 'event_not_charged' })
  })
})
