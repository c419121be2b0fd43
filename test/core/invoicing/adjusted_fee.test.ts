import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Charge, ChargeModelName } from '../../../src/core/catalog.js'
import {
  adjustFee,
  type FeeAdjustment,
  pricesUnits,
  selectorKey,
  selectorOf,
  selects,
} from '../../../src/core/invoicing/adjusted_fee.js'
import type { FeeDraft, SubscribedFeeDraft } from '../../../src/core/invoicing/fee.js'
import { keepsFee } from '../../../src/core/invoicing/fee.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { rateCharge } from '../../../src/core/rating/rate_charge.js'
import { chargeFeeOf, decimal, planFeeOf } from './builders.js'

const priced = (chargeModel: ChargeModelName, properties: Charge['properties'], given: Partial<Charge> = {}) => ({
  ...{ id: 'charge', parentId: null, filters: [], pricingUnit: null, prorated: false },
  ...{ chargeModel, properties, ...given },
})
const fee = chargeFeeOf(200, { chargeId: 'charge', units: decimal(2), eventsCount: 2 })
const by = (given: Partial<FeeAdjustment>, of: SubscribedFeeDraft = fee): FeeAdjustment => ({
  ...selectorOf(of),
  ...{ id: 'a', adjustment: 'units', units: null, unitAmount: null, invoiceDisplayName: null },
  ...given,
})
const standard = priced('standard', { amount: '1' })
const shown = ({ units, amountCents, unitAmount }: FeeDraft) => [units.toFixed(), amountCents, unitAmount.toFixed()]

describe('a fee whose units are set by hand', () => {
  it.each<[string, ReturnType<typeof priced>, string, [string, number, string]]>([
    ['standard', standard, '7.5', ['7.5', 750, '1']],
    [
      'package',
      priced('package', { amount: '5', package_size: 10, free_units: 0 }),
      '11',
      ['11', 1000, '0.909090909090909'],
    ],
    [
      'graduated',
      priced('graduated', {
        graduated_ranges: [
          { from_value: 0, to_value: 10, per_unit_amount: '1', flat_amount: '0' },
          { from_value: 11, to_value: null, per_unit_amount: '0.5', flat_amount: '2' },
        ],
      }),
      '14',
      ['14', 1400, '1'],
    ],
    [
      'volume',
      priced('volume', {
        volume_ranges: [
          { from_value: 0, to_value: 10, per_unit_amount: '1', flat_amount: '0' },
          { from_value: 11, to_value: null, per_unit_amount: '0.5', flat_amount: '0' },
        ],
      }),
      '14',
      ['14', 700, '0.5'],
    ],
    ['standard', standard, '0', ['0', 0, '0']],
  ])('is priced by its %s charge', (_, charge, units, expected) => {
    expect(shown(adjustFee(fee, by({ units: decimal(units) }), charge))).toEqual(expected)
  })

  it('costs what that usage would have cost, whatever was measured', () => {
    const cents = fc.integer({ min: 0, max: 10_000_000 })
    fc.assert(
      fc.property(cents, cents, cents, (milliUnits, price, measured) => {
        const properties = { amount: new Decimal(price).div(10_000).toFixed() }
        const units = new Decimal(milliUnits).div(1_000)
        const before = chargeFeeOf(measured, { chargeId: 'charge' })
        const after = adjustFee(before, by({ units }, before), priced('standard', properties))
        const aggregate = { units, totalAggregatedUnits: units, eventsCount: 1 }
        const rated = rateCharge({
          ...{ chargeModel: 'standard', pricingUnit: null, currency: 'EUR', properties, aggregate, tally: null },
          ...{ roundingFunction: null, roundingPrecision: null },
        })
        expect(after.amountCents).toBe(rated.amountCents.toNumber())
        expect(after.preciseAmountCents.eq(rated.preciseAmount.times(100))).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  it('is priced by its filter', () => {
    const filter = { id: 'f', values: { region: ['eu'] }, properties: { amount: '3' }, invoiceDisplayName: null }
    const filtered = { ...fee, chargeFilterId: 'f', item: { ...fee.item, filters: filter.values } }
    const charge = priced('standard', { amount: '1' }, { filters: [filter] })
    expect(adjustFee(filtered, by({ units: decimal(2) }, filtered), charge).amountCents).toBe(600)
  })

  it('is multiplied where it is of the plan, and keeps the price that later credits are reckoned by', () => {
    const plan = planFeeOf(1001)
    const after = adjustFee(plan, by({ units: decimal('0.5') }, plan), null)
    expect(shown(after)).toEqual(['0.5', 501, '10.01'])
    expect(after.details).toEqual({ plan_amount_cents: 1001 })
  })
})

describe('a fee whose price is set by hand too', () => {
  it.each([
    ['3', '5.00', 'EUR', 1500],
    ['3', '0.0015', 'EUR', 0],
    ['1', '0.005', 'EUR', 1],
    ['1.5', '3', 'JPY', 5],
    ['2', '0.0005', 'BHD', 1],
  ])('%s at %s %s are %s', (units, unitAmount, currency, expected) => {
    const before = { ...fee, currency }
    const given = by({ adjustment: 'amount', units: decimal(units), unitAmount: decimal(unitAmount) })
    expect(adjustFee(before, given, standard).amountCents).toBe(expected)
  })

  it('is rounded once, half up, for any units and price', () => {
    const amount = fc.integer({ min: 0, max: 1_000_000 })
    fc.assert(
      fc.property(amount, amount, (milliUnits, price) => {
        const units = new Decimal(milliUnits).div(1_000)
        const unitAmount = new Decimal(price).div(10_000)
        const after = adjustFee(fee, by({ adjustment: 'amount', units, unitAmount }), standard)
        const exact = units.times(unitAmount).times(100)
        expect(after.preciseAmountCents.eq(exact)).toBe(true)
        expect(exact.minus(after.amountCents).abs().lte('0.5')).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('what an adjustment leaves', () => {
  it('is everything but the name, where only that is set', () => {
    const after = adjustFee(fee, by({ adjustment: 'name', invoiceDisplayName: 'Talks' }), standard)
    expect(after).toEqual({
      ...fee,
      item: { ...fee.item, invoiceDisplayName: 'Talks' },
      adjusted: { id: 'a', adjustment: 'name' },
    })
  })

  it('is a fee that stays on its invoice, also at nothing, and is not explained by what was measured', () => {
    const after = adjustFee({ ...fee, eventsCount: 0 }, by({ units: decimal(0) }), standard)
    expect(keepsFee(after)).toBe(true)
    expect(after).not.toHaveProperty('basis')
  })
})

describe('which units can be set', () => {
  it.each<[ChargeModelName, boolean, boolean]>([
    ['standard', true, true],
    ['graduated', true, false],
    ['graduated_percentage', true, true],
    ['package', true, true],
    ['percentage', false, false],
    ['volume', true, true],
    ['dynamic', false, false],
  ])('%s: %s, prorated %s', (chargeModel, plain, prorated) => {
    expect(pricesUnits({ chargeModel, prorated: false })).toBe(plain)
    expect(pricesUnits({ chargeModel, prorated: true })).toBe(prorated)
  })
})

describe('the fee that is meant', () => {
  const values = { region: ['eu'] }
  const selector = { ...selectorOf(fee), chargeFilterId: 'f', filterValues: values, groupedBy: { a: '1', b: null } }

  it('is found again on a plan that was copied, by the charge it was copied from and the values of its filter', () => {
    const copied = { ...selector, chargeId: 'copy', chargeFilterId: 'g', groupedBy: { b: null, a: '1' } }
    expect(selects(selector, copied, { id: 'copy', parentId: 'charge' })).toBe(true)
    expect(selects(selector, copied, { id: 'copy', parentId: 'other' })).toBe(false)
    expect(selects(selector, { ...copied, filterValues: { region: ['us'] } }, { id: 'copy', parentId: 'charge' })).toBe(
      false,
    )
  })

  it.each([
    [{ subscriptionId: 'other' }],
    [{ chargeId: 'other' }],
    [{ chargeId: null }],
    [{ chargeFilterId: null, filterValues: null }],
    [{ groupedBy: { a: '1', b: '2' } }],
    [{ groupedBy: { a: '1' } }],
  ])('is no other: %j', (given) => {
    expect(selects(selector, { ...selector, ...given }, null)).toBe(false)
    expect(selectorKey({ ...selector, ...given })).not.toBe(selectorKey(selector))
  })

  it('has one key, in whatever order its group is written', () => {
    expect(selectorKey({ ...selector, groupedBy: { b: null, a: '1' } })).toBe(selectorKey(selector))
  })
})
