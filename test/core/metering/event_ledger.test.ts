import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ChargedCode,
  type CountedRange,
  EventLedger,
  type LedgerLife,
  UNMATCHED_REASONS,
} from '../../../src/core/metering/event_ledger.js'

const ARREARS: ChargedCode = { recurring: false, payInAdvance: false }
const life = (given: Partial<LedgerLife>): LedgerLife => ({
  startedAt: 100,
  endedAt: null,
  charged: new Map([['calls', ARREARS]]),
  billed: [],
  ...given,
})
const charging = (code: string, charged: Partial<ChargedCode> = {}) => new Map([[code, { ...ARREARS, ...charged }]])
const METRICS = new Set(['calls', 'storage'])

const reason = (lives: readonly LedgerLife[], at: number, { code = 'calls', seq = 1 } = {}) =>
  new EventLedger(METRICS, lives).reasonOf({ code, at, seq })

describe('why nothing counts an event', () => {
  const running = life({})
  const ended = life({ endedAt: 200 })
  it.each<[LedgerLife[], number, { code?: string }, string | null, string]>([
    [[running], 150, {}, null, 'it is in the running period'],
    [[running], 150, { code: 'cals' }, 'unknown_metric', 'no metric has the code'],
    [[running], 50, { code: 'cals' }, 'unknown_metric', 'whatever else is wrong with it'],
    [[running], 150, { code: 'storage' }, 'not_charged', 'the plan does not charge for the metric'],
    [[running], 50, { code: 'storage' }, 'not_charged', 'at no time'],
    [[running], 99, {}, 'outside_period', 'it is from before the start'],
    [[running], 100, {}, null, 'the instant of the start belongs to it'],
    [[ended], 200, {}, null, 'the instant of the end belongs to it'],
    [[ended], 201, {}, 'outside_period', 'it is from after the end'],
    [[], 150, {}, 'not_charged', 'nothing has run yet'],
  ])('%# at %i %j: %s, for %s', (lives, at, event, expected) => {
    expect(reason(lives, at, event)).toBe(expected)
  })

  it.each<[number, number, string | null, string]>([
    [150, 10, null, 'it was there when its period was billed'],
    [150, 11, 'outside_period', 'it came after its period had been billed'],
    [199, 11, 'outside_period', 'to the last moment of the period'],
    [200, 11, null, 'the next period is open'],
  ])('at %i with place %i: %s, for %s', (at, seq, expected) => {
    const billed = life({ billed: [{ from: 100, to: 200, lastSeq: 10 }] })
    expect(reason([billed], at, { seq })).toBe(expected)
  })

  it('what is not known to have come late counts as billed', () => {
    const billed = life({ billed: [{ from: 100, to: 200, lastSeq: null }] })
    expect(reason([billed], 150, { seq: 99 })).toBe(null)
  })

  it('a charge in advance makes its fee even in a period that was billed', () => {
    const billed = { billed: [{ from: 100, to: 200, lastSeq: 10 }], charged: charging('calls', { payInAdvance: true }) }
    expect(reason([life(billed)], 150, { seq: 11 })).toBe(null)
    expect(reason([life(billed)], 50, { seq: 11 })).toBe('outside_period')
  })

  it('usage of a recurring metric counts from before the start, and late usage in the next period', () => {
    const recurring = {
      billed: [{ from: 100, to: 200, lastSeq: 10 }],
      charged: charging('calls', { recurring: true }),
    }
    expect(reason([life(recurring)], 50, { seq: 11 })).toBe(null)
    expect(reason([life(recurring)], 150, { seq: 11 })).toBe(null)
    expect(reason([life({ ...recurring, endedAt: 199 })], 150, { seq: 11 })).toBe('outside_period')
    expect(reason([life({ ...recurring, endedAt: 199 })], 150, { seq: 10 })).toBe(null)
  })

  it('of two plans in turn, the one of its time decides', () => {
    const lives = [
      life({ endedAt: 200, charged: charging('storage') }),
      life({ startedAt: 300, charged: charging('calls') }),
    ]
    expect(reason(lives, 150)).toBe('not_charged')
    expect(reason(lives, 250)).toBe('outside_period')
    expect(reason(lives, 350)).toBe(null)
    expect(reason(lives, 350, { code: 'storage' })).toBe('not_charged')
  })
})

describe('the ranges that a log is asked for', () => {
  const period = fc.record({ from: fc.integer({ min: 0, max: 40 }), length: fc.integer({ min: 1, max: 10 }) })
  const code = fc.constantFrom('calls', 'storage', 'cals')
  const anyLife = fc
    .record({
      start: fc.integer({ min: 0, max: 20 }),
      length: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
      charged: fc.dictionary(code, fc.record({ recurring: fc.boolean(), payInAdvance: fc.boolean() })),
      billed: fc.option(period, { nil: undefined }),
      lastSeq: fc.integer({ min: 0, max: 4 }),
    })
    .map(({ start, length, charged, billed, lastSeq }) =>
      life({
        startedAt: start,
        endedAt: length === undefined ? null : start + length,
        charged: new Map(Object.entries(charged)),
        billed: billed === undefined ? [] : [{ from: billed.from, to: billed.from + billed.length, lastSeq }],
      }),
    )
  const event = fc.record({ code, at: fc.integer({ min: -5, max: 60 }), seq: fc.integer({ min: 1, max: 5 }) })
  const holds = (ranges: readonly CountedRange[], { at, seq }: { at: number; seq: number }) =>
    ranges.some(({ from, to, lastSeq }) => from <= at && at < to && (lastSeq === null || seq <= lastSeq))

  it('an event has a reason exactly when no range counts it, and lies outside the ranges of that reason alone', () => {
    fc.assert(
      fc.property(fc.array(anyLife, { maxLength: 3 }), event, (lives, one) => {
        const ledger = new EventLedger(METRICS, lives)
        const why = ledger.reasonOf(one)
        expect(holds(ledger.countedRanges(one.code), one)).toBe(why === null)
        const outside = UNMATCHED_REASONS.filter((name) => !holds(ledger.rangesWithout(name, one.code), one))
        expect(outside).toEqual(why === null ? [] : [why])
      }),
    )
  })
})
