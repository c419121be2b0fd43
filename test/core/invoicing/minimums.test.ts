import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { liftedToMinimum } from '../../../src/core/invoicing/charge_minimum.js'
import { commitmentFee } from '../../../src/core/invoicing/commitment_fee.js'
import { type ChargeFeeDraft, keepsFee } from '../../../src/core/invoicing/fee.js'
import { shortfallOf } from '../../../src/core/invoicing/shortfall.js'
import { chargeFeeOf, decimal, plan, tax } from './builders.js'

const length = fc
  .integer({ min: 1, max: 366 })
  .chain((periodDays) =>
    fc.record({ days: fc.integer({ min: 0, max: periodDays }), periodDays: fc.constant(periodDays) }),
  )
const cents = fc.integer({ min: 0, max: 10_000_000_000 })

/** Exact, in whole numbers: minimum x days / length, and half up. */
const halfUp = (numerator: bigint, denominator: bigint): bigint => (2n * numerator + denominator) / (2n * denominator)

describe('what is missing to a minimum', () => {
  it.each<['charge' | 'plan', number, number, number, number, number | null]>([
    ['charge', 1000, 24, 31, 0, 774],
    ['charge', 1000, 15, 31, 200, 284],
    ['charge', 1000, 25, 28, 800, 93],
    ['charge', 1000, 31, 31, 1000, null],
    ['charge', 1000, 31, 31, 5000, null],
    ['charge', 1000, 0, 31, 0, null],
    // 500.5 is rounded behind the point, whatever was used.
    ['charge', 1001, 1, 2, 1, 500],
    ['plan', 1_000_000, 25, 28, 89_286, 803_571],
    ['plan', 1_000_000, 147, 181, 81_215, 730_940],
    ['plan', 1_000_000, 3, 7, 100_000, 328_571],
    ['plan', 1_000_000, 0, 30, 0, null],
    ['plan', 1001, 1, 2, 1, 500],
  ])('of a %s at %i for %i of %i days, of which %i came in: %s', (of, amountCents, days, periodDays, used, missing) => {
    const found = shortfallOf({ of, amountCents, days, periodDays, usedAmountCents: used })
    expect(found?.amountCents ?? null).toBe(missing)
  })

  it('lifts what came in to the minimum of its days, rounded once, and never takes anything off', () => {
    fc.assert(
      fc.property(fc.constantFrom('charge', 'plan'), cents, length, cents, (of, amountCents, share, used) => {
        const missing = shortfallOf({ of, amountCents, ...share, usedAmountCents: used })?.amountCents ?? 0
        const target = halfUp(BigInt(amountCents) * BigInt(share.days), BigInt(share.periodDays))
        expect(BigInt(used + missing)).toBe(target > BigInt(used) ? target : BigInt(used))
      }),
    )
  })
})

describe('the fees of a charge below its minimum', () => {
  const wholeMonth = { days: 30, periodDays: 30 }
  const own = (amountCents: number, rest: Partial<ChargeFeeDraft> = {}) =>
    chargeFeeOf(amountCents, { chargeId: 'charge', ...rest })

  it('get one more, of the first fee without a filter, with its taxes', () => {
    const vat = tax('vat', '20')
    const filtered = own(300, { chargeFilterId: 'filter', taxes: [vat] })
    const rest = own(200, { taxes: [vat], groupedBy: { team: 'a' } })
    const [first, parent, trueUp, ...others] = liftedToMinimum([filtered, rest], { minAmountCents: 1000 }, wholeMonth)
    expect([first, others]).toEqual([filtered, []])
    expect(parent).toEqual({ ...rest, minimum: 'parent' })
    expect(trueUp).toMatchObject({ minimum: 'true_up', amountCents: 500, eventsCount: 0, groupedBy: {}, taxes: [vat] })
    expect([trueUp?.units.toFixed(), trueUp?.unitAmount.toFixed()]).toEqual(['1', '5'])
  })

  it('keep the one of no usage that it belongs to', () => {
    const nothing = own(0, { units: decimal(0), eventsCount: 0 })
    const fees = liftedToMinimum([nothing], { minAmountCents: 1000 }, { days: 24, periodDays: 31 })
    expect(fees.map((fee) => [fee.amountCents, keepsFee(fee)])).toEqual([
      [0, true],
      [774, true],
    ])
    expect(keepsFee(nothing)).toBe(false)
  })

  it('stay as they are where it is reached', () => {
    const fees = [own(400), own(600)]
    expect(liftedToMinimum(fees, { minAmountCents: 1000 }, wholeMonth)).toBe(fees)
  })
})

describe('the fee of a commitment', () => {
  const period = {
    window: { fromAt: 0, toAt: 1000, toInclusive: false },
    ...{ days: 25, periodDays: 28, fromAt: 0, toAt: 1000 },
  }
  const commitment = { id: 'commitment', amountCents: 1_000_000, invoiceDisplayName: null, taxes: [] }
  const asked = { subscriptionId: 's', plan, commitment, period, usedAmountCents: 89_286 }
  const levels = { customerTaxes: [tax('customer', '5')], organizationTaxes: [tax('organization', '1')] }

  it('is named like what it is, unless the plan says otherwise', () => {
    const named = { ...commitment, invoiceDisplayName: 'Floor' }
    expect(commitmentFee({ ...asked, ...levels })?.item.invoiceDisplayName).toBe('Minimum commitment')
    expect(commitmentFee({ ...asked, ...levels, commitment: named })?.item.invoiceDisplayName).toBe('Floor')
  })

  it('bears its own taxes, else those of the plan, the customer, the organization', () => {
    const codes = (input: Partial<typeof asked>) =>
      commitmentFee({ ...asked, ...levels, ...input })?.taxes.map(({ code }) => code)
    const taxed = { ...plan, taxes: [tax('plan', '7')] }
    expect(codes({ plan: taxed, commitment: { ...commitment, taxes: [tax('own', '9')] } } as never)).toEqual(['own'])
    expect(codes({ plan: taxed })).toEqual(['plan'])
    expect(codes({})).toEqual(['customer'])
  })

  it('is none where the period brought in enough', () => {
    expect(commitmentFee({ ...asked, ...levels, usedAmountCents: 892_857 })).toBeNull()
  })
})
