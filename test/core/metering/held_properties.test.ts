import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MeteredEvent } from '../../../src/core/metering/aggregation.js'
import type { CounterDefinition, CounterResult } from '../../../src/core/metering/counter.js'
import { UNDIVIDED } from '../../../src/core/metering/division.js'
import { foldLog } from '../../../src/core/metering/fold_log.js'
import { dayNumber, type HeldDays } from '../../../src/core/metering/held.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { rateGraduatedSteps } from '../../../src/core/rating/graduated_steps.js'
import { graduated } from '../../../src/core/rating/models/graduated.js'
import { tallyOf } from '../../../src/core/rating/tallies.js'
import { at } from '../time/support.js'

const ZONES = ['UTC', 'America/New_York', 'Asia/Kathmandu'] as const
const DAY = 86_400_000
const FIRST = at('2024-02-01T00:00:00Z')
const FROM = at('2024-03-10T12:00:00Z')
const TO = at('2024-03-25T12:00:00Z')
const SPAN = { toAt: TO * 1000, periodLength: 1 }
const RANGES = [
  { from_value: 0, to_value: 2, per_unit_amount: '10', flat_amount: '100' },
  { from_value: 3, to_value: 5, per_unit_amount: '5', flat_amount: '50' },
  { from_value: 6, to_value: null, per_unit_amount: '1', flat_amount: '7' },
]

/** From noon to noon: the last day is paid, as it is where a subscription ends for good. */
const heldIn = (zone: string): HeldDays => {
  const firstDay = dayNumber(FROM, zone)
  return { kind: 'days', from: { at: FROM * 1000, seq: 0 }, zone, firstDay, days: 16, periodDays: 31 }
}

const define = (aggregation: CounterDefinition['aggregation'], held: HeldDays, places = false): CounterDefinition => ({
  ...{ externalSubscriptionId: 'sub', code: 'm', aggregation, fieldName: 'value' },
  window: { from: null, to: { at: TO * 1000, seq: 0 } },
  division: places
    ? {
        ...UNDIVIDED,
        rest: { groupKeys: [], tallyKey: graduated.proratedTally?.({ graduated_ranges: RANGES })?.key ?? null },
      }
    : UNDIVIDED,
  held: places ? { ...held, places: true } : held,
})

function counted(definition: CounterDefinition, events: readonly MeteredEvent[]): CounterResult | undefined {
  return foldLog(definition, tallyOf, events, SPAN)[0]?.usage
}

const logged = (properties: MeteredEvent['properties'], time: number, seq: number): MeteredEvent => ({
  ...{ at: time * 1000, seq, properties, preciseTotalAmountCents: null },
})

/** Before, within and just behind the window, in no order. */
const moments = fc.integer({ min: FIRST, max: TO + 2 * DAY })
const numbers = fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), moments), { maxLength: 12 })
const operations = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.boolean(), moments), { maxLength: 16 })
const zones = fc.constantFrom(...ZONES)

const inTime = (events: readonly MeteredEvent[]) =>
  events.filter((one) => one.at < TO * 1000).toSorted((a, b) => a.at - b.at || a.seq - b.seq)
const dayOf = (one: MeteredEvent, { from, firstDay, zone }: HeldDays) =>
  one.at < from.at ? firstDay : dayNumber(one.at / 1000, zone)

/** Rounded up at the fifth decimal, by whole numbers. Below 0 nothing is due. */
function share(unitDays: number): string {
  return new Decimal(Math.ceil((unitDays * 100_000) / 31)).plus(0).div(100_000).toFixed()
}

describe('units that are paid by the days on which they are held', () => {
  it('of a sum are each number times the days from it on', () => {
    fc.assert(
      fc.property(numbers, zones, (list, zone) => {
        const held = heldIn(zone)
        const events = list.map(([value, time], seq) => logged({ value }, time, seq))
        const seen = inTime(events)
        const unitDays = seen.reduce(
          (sum, one) => sum + Number(one.properties.value) * (held.firstDay + held.days - dayOf(one, held)),
          0,
        )
        const result = counted(define('sum_agg', held), events)
        expect(result?.prorated?.units.toFixed() ?? '0').toBe(share(unitDays))
        expect(result?.units.toNumber() ?? 0).toBe(seen.reduce((sum, one) => sum + Number(one.properties.value), 0))
      }),
    )
  })

  it('of distinct values are the dates on which each is there', () => {
    fc.assert(
      fc.property(operations, zones, (list, zone) => {
        const held = heldIn(zone)
        const events = list.map(([value, adds, time], seq) =>
          logged({ value, operation_type: adds ? 'add' : 'remove' }, time, seq),
        )
        const spans = ['a', 'b', 'c', 'd'].flatMap((value) => spansOf(events, value, held))
        const result = counted(define('unique_count_agg', held), events)
        expect(result?.prorated?.units.toFixed() ?? '0').toBe(share(spans.reduce((sum, span) => sum + span.days, 0)))
      }),
    )
  })
})

interface Span {
  readonly since: number
  readonly carried: boolean
  readonly until: number | null
  readonly days: number
}

/** The stretches of one value by the rules' own words: dates, and no state that is carried along. */
function spansOf(events: readonly MeteredEvent[], value: string, held: HeldDays): Span[] {
  const own = inTime(events).filter((one) => one.properties.value === value)
  const date = (one: MeteredEvent) => dayNumber(one.at / 1000, held.zone)
  const adds = (one: MeteredEvent) => one.properties.operation_type === 'add'
  const kept = own.filter(
    (one, i) => adds(one) || !own.slice(i + 1).some((later) => adds(later) && date(later) === date(one)),
  )
  const spans: Span[] = []
  let open: MeteredEvent | null = null
  for (const one of [...kept, null]) {
    if (one !== null && adds(one)) open ??= one
    else if (open !== null) {
      const carried = one !== null && one.at < held.from.at
      const [first, last] = [dayOf(open, held), one === null ? held.firstDay + held.days - 1 : date(one)]
      const days = carried ? 0 : Math.max(0, Math.min(last, held.firstDay + held.days - 1) - first + 1)
      spans.push({ since: open.at, carried: open.at < held.from.at, until: one?.at ?? null, days })
      open = null
    }
  }
  return spans.filter(({ days }) => days > 0)
}

const cost = (total: number): number => {
  const inTier = (from: number, to: number) => Math.max(0, Math.min(total, to) - from)
  return inTier(0, 2) * 10 + inTier(2, 5) * 5 + inTier(5, Number.POSITIVE_INFINITY)
}
const flats = (highest: number) => 100 + (highest > 2 ? 50 : 0) + (highest > 5 ? 7 : 0)

describe('units in tiers that are held', () => {
  const amountOf = (definition: CounterDefinition, events: readonly MeteredEvent[], held: HeldDays) => {
    const usage = counted(definition, events)
    const days = { units: new Decimal(0), days: held.days, periodDays: held.periodDays }
    return rateGraduatedSteps(RANGES, usage?.units ?? new Decimal(0), usage?.tally ?? null, days).amount
  }

  it('of a sum cost step by step what each adds, the carried ones as the first', () => {
    fc.assert(
      fc.property(numbers, zones, (list, zone) => {
        const held = heldIn(zone)
        const events = list.map(([value, time], seq) => logged({ value }, time, seq))
        const seen = inTime(events)
        const numberOf = (one: MeteredEvent) => Number(one.properties.value)
        const carried = seen.filter((one) => one.at < held.from.at).reduce((sum, one) => sum + numberOf(one), 0)
        let [total, highest, priced] = [carried, Math.max(0, carried), cost(carried) * held.days]
        for (const one of seen.filter((other) => other.at >= held.from.at)) {
          const days = held.firstDay + held.days - dayOf(one, held)
          priced += (cost(total + numberOf(one)) - cost(total)) * days
          total += numberOf(one)
          highest = Math.max(highest, total)
        }
        const expected = total < 0 ? 0 : Math.max(0, priced) / 31 + flats(highest)
        expect(amountOf(define('sum_agg', held, true), events, held).toNumber()).toBeCloseTo(expected, 6)
      }),
    )
  })

  it('of distinct values cost the places that they take, for the days on which they are there', () => {
    // One event a day: whether something was put in between on one date is not told by dates.
    const daily = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), fc.boolean()), {
      maxLength: 54,
    })
    fc.assert(
      fc.property(daily, (list) => {
        const held = heldIn('UTC')
        const events = list.map(([value, adds], i) =>
          logged({ value, operation_type: adds ? 'add' : 'remove' }, FIRST + i * DAY + 1000, i),
        )
        const spans = [...'abcdefg'].flatMap((value) => spansOf(events, value, held))
        const steps = spans
          .flatMap(({ since, until, days }) => [
            { time: since, change: 1, days },
            ...(until === null ? [] : [{ time: until, change: -1, days: 0 }]),
          ])
          .toSorted((a, b) => a.time - b.time)
        let [total, highest, priced] = [0, 0, 0]
        for (const { change, days } of steps) {
          if (change > 0) priced += (cost(total + 1) - cost(total)) * days
          total += change
          highest = Math.max(highest, total)
        }
        const amount = amountOf(define('unique_count_agg', held, true), events, held)
        expect(amount.toNumber()).toBeCloseTo(priced / 31 + flats(highest), 6)
      }),
    )
  })
})
