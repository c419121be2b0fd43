import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Decimal } from '../../../../src/core/money/decimal.js'
import { dynamic } from '../../../../src/core/rating/models/dynamic.js'
import { preciseAmountsTally } from '../../../../src/core/rating/precise_amounts.js'
import { meteredEvent, parsed, sumOf } from '../pricing.js'

/** One event: its units, and what it says that it costs. */
type Priced = readonly [units: string, cents: string | null]

const tally = preciseAmountsTally()
const cost = (events: readonly Priced[], moneyExponent = 2) => {
  const state = events.reduce(
    (folded, [units, cents]) => tally.fold(folded, new Decimal(units), meteredEvent({}, cents)),
    tally.start(),
  )
  const units = sumOf(events.map(([one]) => one))
  return dynamic.rate({}, { units, exactUnits: units, eventsCount: events.length, tally: state, moneyExponent })
}

describe('dynamic prices', () => {
  test.each<[Priced[], number, string, string]>([
    [
      [
        ['5', '1234.56'],
        ['1', '2.1'],
      ],
      2,
      '12.3666',
      'are the sum of what the events say, unrounded',
    ],
    [
      [
        ['1', '200'],
        ['1', null],
      ],
      2,
      '2',
      'an event that says nothing costs nothing',
    ],
    [[['1', '37.5']], 0, '37.5', 'in whole yen'],
    [[['1', '37.5']], 3, '0.0375', 'in thousandths of a dinar'],
    [
      [
        ['5', '100'],
        ['-5', '100'],
      ],
      2,
      '0',
      'a total of no units costs nothing',
    ],
    [
      [
        ['5', '100'],
        ['-2', '-40'],
      ],
      2,
      '0.6',
      'an event can take a price back',
    ],
    [[['1', '-5']], 2, '-0.05', 'and more than there is'],
    [[], 2, '0', 'no events'],
    [
      [
        ['1', '9'.repeat(64)],
        ['1', `0.${'0'.repeat(61)}1`],
      ],
      0,
      `${'9'.repeat(64)}.${'0'.repeat(61)}1`,
      'no digit is lost',
    ],
  ])('%j with %i decimals come to %s: %s', (events, exponent, expected) => {
    expect(cost(events, exponent).amount.toFixed()).toBe(expected)
  })

  test('tell what one unit came to, and no details', () => {
    const rating = cost([
      ['3', '100'],
      ['1', '20'],
    ])
    expect([rating.unitAmount.toFixed(), rating.details]).toEqual(['0.3', {}])
    expect(cost([]).unitAmount.toFixed()).toBe('0')
  })

  test('without a tally, as nothing was used, are nothing', () => {
    const units = new Decimal(0)
    const usage = { units, exactUnits: units, eventsCount: 0, tally: null, moneyExponent: 2 }
    expect(dynamic.rate({}, usage).amount.toFixed()).toBe('0')
  })

  /** Tenths of a unit, and hundredths of a cent. */
  const event = fc.record({ units: fc.nat(50), price: fc.option(fc.integer({ min: -500, max: 5_000 })) })

  test('equal adding them event by event, in whole numbers', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 12 }), (events) => {
        let [units, price] = [0, 0]
        for (const one of events) {
          units += one.units
          price += one.price ?? 0
        }
        const { amount } = cost(events.map((one) => [`${one.units}e-1`, one.price === null ? null : `${one.price}e-2`]))
        expect(amount.times(10_000).toNumber() + 0).toBe(units === 0 ? 0 : price)
      }),
      { numRuns: 1_000 },
    )
  })

  test('do not depend on the order of events, and events can be taken out again', () => {
    const text = fc.tuple(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.nat(30))
    const cents = text.map(([digits, places]) => new Decimal(digits.toString()).div(`1e${places}`).toFixed())
    const shuffled = fc
      .array(cents, { minLength: 1, maxLength: 8 })
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }), fc.nat(list.length - 1)),
      )
    fc.assert(
      fc.property(shuffled, ([list, other, out]) => {
        const one = new Decimal(1)
        const folded = (prices: readonly string[]) =>
          prices.reduce((state, price) => tally.fold(state, one, meteredEvent({}, price)), tally.start())
        expect(folded(other)).toEqual(folded(list))
        const left = tally.unfold?.(folded(list), one, meteredEvent({}, list[out] ?? null))
        expect(left).toEqual(folded(list.toSpliced(out, 1)))
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('dynamic properties', () => {
  test.each([[{}], [null], [undefined], [[]], [{ amount: '5' }], ['text']])('%j are none', (input) => {
    expect(parsed(dynamic, input)).toEqual({})
  })
})
