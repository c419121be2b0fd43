import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FixedCharge } from '../../../src/core/catalog.js'
import { fixedFeeAgain } from '../../../src/core/explanation/fixed_fee.js'
import {
  changedUnitsFee,
  type FixedFeeFrame,
  fixedChargeFee,
} from '../../../src/core/fixed_charges/fixed_charge_fee.js'
import { weighedUnits } from '../../../src/core/fixed_charges/price.js'
import type { FixedChargeFeeDraft } from '../../../src/core/invoicing/fee.js'
import { decimal, plan } from '../invoicing/builders.js'

const perUnit = (amount: string) => ({ chargeModel: 'standard', properties: { amount } }) as const
const range = (from_value: number, to_value: number | null, per_unit_amount: string, flat_amount: string) => ({
  ...{ from_value, to_value, per_unit_amount, flat_amount },
})
const GRADUATED = {
  chargeModel: 'graduated',
  properties: { graduated_ranges: [range(0, 10, '5', '200'), range(11, null, '1', '300')] },
} as const
const VOLUME = {
  chargeModel: 'volume',
  properties: { volume_ranges: [range(0, 11, '9', '9'), range(12, null, '2', '1')] },
} as const

function frame(charge: Partial<FixedCharge>, periodDays = 31, currency = 'EUR'): FixedFeeFrame {
  const addOn = { id: 'add-on', code: 'seats', name: 'Seats', description: null, invoiceDisplayName: null }
  const plain = { id: 'fixed', parentId: null, code: 'seats', planId: 'plan', addOn, invoiceDisplayName: null }
  return {
    subscriptionId: 'sub',
    plan: { ...plan, currency },
    charge: { ...plain, ...perUnit('10'), payInAdvance: false, prorated: false, taxes: [], decisions: [], ...charge },
    window: { fromAt: 0, toAt: 1000, toInclusive: false },
    periodDays,
    customerTaxes: [],
    organizationTaxes: [],
  }
}

const held = (...entries: readonly (readonly [number, number])[]) =>
  entries.map(([units, days]) => ({ units: decimal(units), days }))

/** It can always be made again from what was kept of it. */
function explained(fee: FixedChargeFeeDraft): FixedChargeFeeDraft {
  if (fee.basis?.kind !== 'fixed') throw new Error('a fixed fee has a basis')
  const again = fixedFeeAgain(JSON.parse(JSON.stringify(fee.basis)), fee.currency)
  expect([again.units.toFixed(), again.amountCents.toNumber()]).toEqual([fee.units.toFixed(), fee.amountCents])
  return fee
}

describe('a fixed charge for a period', () => {
  it.each<[string, Partial<FixedCharge>, readonly (readonly [number, number])[], number, number]>([
    ['in full for a part', perUnit('200'), [[10, 26]], 29, 200_000],
    ['by the days that there are', { ...perUnit('200'), prorated: true }, [[10, 26]], 29, 179_310],
    [
      'without proration as decided last',
      perUnit('10'),
      [
        [10, 5],
        [12, 26],
      ],
      31,
      12_000,
    ],
    [
      'with it entry by entry',
      { ...perUnit('10'), prorated: true },
      [
        [10, 19],
        [15, 12],
      ],
      31,
      11_935,
    ],
    ['tier by tier', GRADUATED, [[12, 31]], 31, 55_200],
    ['weighing tiers, not flat amounts', { ...GRADUATED, prorated: true }, [[12, 26]], 29, 54_662],
    ['in the tier of the final units', { ...VOLUME, prorated: true }, [[12, 26]], 29, 2252],
    ['without units', perUnit('10'), [[0, 31]], 31, 0],
    [
      'without units at its end',
      { ...perUnit('10'), prorated: true },
      [
        [31, 1],
        [0, 30],
      ],
      31,
      1000,
    ],
  ])('%s', (_, charge, entries, periodDays, amountCents) => {
    const fee = explained(fixedChargeFee(frame(charge, periodDays), held(...entries)))
    expect(fee.amountCents).toBe(amountCents)
    expect(fee.units.toNumber()).toBe(entries.at(-1)?.[0])
  })

  it('is less what the plan before was paid for the same days, and never below nothing', () => {
    const charge = { ...perUnit('10'), prorated: true, payInAdvance: true }
    expect(explained(fixedChargeFee(frame(charge), held([10, 11]), 532)).amountCents).toBe(3016)
    expect(explained(fixedChargeFee(frame(charge), held([10, 11]), 5000)).amountCents).toBe(0)
  })
})

describe('units changed within a period that is paid', () => {
  const change = (charge: Partial<FixedCharge>, units: number, paid: number | null, daysLeft: number) =>
    explained(
      changedUnitsFee(
        frame({ payInAdvance: true, ...charge }),
        decimal(units),
        { hasFee: paid !== null, units: decimal(paid ?? 0) },
        daysLeft,
      ),
    )

  it.each<[string, Partial<FixedCharge>, number, number | null, number, number, number]>([
    ['cost those that are more', {}, 15, 10, 12, 5, 5000],
    ['cost the days that are left', { prorated: true }, 15, 10, 12, 5, 1935],
    ['cost nothing for fewer', {}, 5, 10, 12, 0, 0],
    ['cost nothing for as many', {}, 10, 10, 12, 0, 0],
    ['cost all of what is new', {}, 8, null, 12, 8, 8000],
    // 15 cost 50 + 200 + 5 + 300, 10 cost 50 + 200.
    ['cost what their tiers add', GRADUATED, 15, 10, 12, 5, 30_500],
    ['cost the flat amount of a first tier once', GRADUATED, 3, 0, 12, 3, 1500],
    ['cost it where nothing was billed', GRADUATED, 3, null, 12, 3, 21_500],
  ])('%s', (_, charge, units, paid, daysLeft, more, amountCents) => {
    const fee = change(charge, units, paid, daysLeft)
    expect([fee.units.toNumber(), fee.amountCents, fee.isChange]).toEqual([more, amountCents, true])
  })
})

it('prorated parts of a period add up to the whole, to the sixth decimal of each', () => {
  const parts = fc.array(fc.integer({ min: 0, max: 31 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(parts, fc.integer({ min: 0, max: 1_000_000 }), (days, units) => {
      const periodDays = days.reduce((sum, n) => sum + n, 0)
      if (periodDays === 0) return
      const split = weighedUnits(
        days.map((n) => ({ units: decimal(units), days: n })),
        periodDays,
      )
      expect(split.minus(units).abs().toNumber()).toBeLessThanOrEqual(0.0000005 * days.length)
    }),
  )
})

it('no change of units gives anything back, and all of them together cost what the most units cost', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(steps, fc.constantFrom(perUnit('3.33'), GRADUATED), (wished, charge) => {
      let paid = { hasFee: false, units: decimal(0) }
      let cents = 0
      for (const units of wished) {
        if (!paid.hasFee && units === 0) continue
        const fee = explained(changedUnitsFee(frame({ ...charge, payInAdvance: true }), decimal(units), paid, 31))
        expect(fee.amountCents).toBeGreaterThanOrEqual(0)
        cents += fee.amountCents
        paid = { hasFee: true, units: paid.units.plus(fee.units) }
      }
      if (!paid.hasFee) return
      const whole = fixedChargeFee(frame(charge), [{ units: paid.units, days: 31 }])
      expect(paid.units.toNumber()).toBe(Math.max(...wished))
      expect(Math.abs(cents - whole.amountCents)).toBeLessThanOrEqual(wished.length)
    }),
  )
})
