import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { JsonState, MeteredEvent } from '../../../src/core/metering/aggregation.js'
import type { Tally } from '../../../src/core/metering/tally.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { dynamic } from '../../../src/core/rating/models/dynamic.js'
import { percentage } from '../../../src/core/rating/models/percentage.js'
import { tallyOf } from '../../../src/core/rating/tallies.js'
import { meteredEvent, parsed } from './pricing.js'

const decimal = fc.oneof(
  fc.nat(2_000).map((hundredths) => `${hundredths}e-2`),
  fc.constantFrom('0', '0.000000000000000001', '999999999999999999', '1.50'),
)
const properties = fc.record(
  {
    rate: decimal,
    fixed_amount: decimal,
    free_units_per_events: fc.integer({ min: 1, max: 4 }),
    free_units_per_total_aggregation: decimal,
    per_transaction_min_amount: decimal,
  },
  { requiredKeys: ['rate'] },
)
const ofPercentages = properties.map((input) => percentage.tally(parsed(percentage, input), 'sum_agg'))
const ofDynamic = fc.constant(dynamic.tally({}, 'sum_agg'))
const tallies = fc.oneof({ weight: 5, arbitrary: ofPercentages }, ofDynamic)

const events = fc.array(
  fc.tuple(fc.integer({ min: -500, max: 2_000 }), fc.option(fc.nat(10_000))).map(([value, price]) => ({
    value: new Decimal(`${value}e-2`),
    event: meteredEvent({}, price === null ? null : new Decimal(`${price}e-2`).toFixed()),
  })),
  { maxLength: 8 },
)

function folded(tally: Tally, list: readonly { value: Decimal; event: MeteredEvent }[]): JsonState {
  return list.reduce((state, { value, event }) => tally.fold(state, value, event), tally.start())
}

describe('a tally from its key', () => {
  test('folds as the tally that has the key', () => {
    let tallied = 0
    fc.assert(
      fc.property(tallies, events, (tally, list) => {
        if (tally === null) return
        tallied += 1
        const read = tallyOf(tally.key)
        expect(read.key).toBe(tally.key)
        expect(read.ordered).toBe(tally.ordered)
        expect(read.unfold === undefined).toBe(tally.unfold === undefined)
        expect(folded(read, list)).toEqual(folded(tally, list))
      }),
      { numRuns: 1_000 },
    )
    expect(tallied).toBeGreaterThan(500)
  })

  test('is folded in order exactly where free parts and bounds depend on it', () => {
    const keyOf = (input: unknown) => percentage.tally(parsed(percentage, input), 'sum_agg')?.key ?? ''
    expect(tallyOf(keyOf({ rate: '1', free_units_per_events: 2 })).ordered).toBe(true)
    expect(tallyOf(keyOf({ rate: '1', per_transaction_min_amount: '2' })).ordered).toBe(true)
    expect(tallyOf('["precise_amounts"]').ordered).toBe(false)
  })

  test.each([
    ['', 'no text'],
    ['allowance', 'no JSON'],
    ['null', 'null'],
    ['{}', 'an object'],
    ['[]', 'no kind'],
    ['[1]', 'a kind that is no text'],
    ['["other"]', 'an unknown kind'],
    ['["constructor"]', 'a kind that every object has'],
    ['["__proto__"]', 'another one'],
    ['["allowance"]', 'parts missing'],
    ['["allowance",1]', 'a part missing'],
    ['["allowance",1,"5",0]', 'a part too many'],
    ['["allowance",1,"x"]', 'a part that is no number'],
    ['["allowance",1,"5.0"]', 'a number that is written another way'],
    ['["allowance", 1,"5"]', 'a space'],
    ['["transactions","0.01","0",0,"0",null]', 'bounds missing'],
    ['["precise_amounts",1]', 'a part that means nothing'],
  ])('%s throws: %s', (key) => {
    expect(() => tallyOf(key)).toThrow(`unknown tally ${key}`)
  })
})
