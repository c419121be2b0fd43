import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChargeFeeDraft } from '../../../src/core/invoicing/fee.js'
import {
  adjustmentFee,
  type BilledFee,
  type FeeDifference,
  feeDifferences,
  invoiceReturns,
  type RatedFeeDraft,
  taxOfDifference,
} from '../../../src/core/invoicing/reconciliation.js'
import { Decimal, ZERO } from '../../../src/core/money/decimal.js'
import { chargeFeeOf, decimal, tax } from './builders.js'

const RUNS = { numRuns: 1_000 }
const VAT = tax('vat', '20')

const feeOf = (chargeId: string, amountCents: number, units = amountCents, rest: Partial<ChargeFeeDraft> = {}) =>
  chargeFeeOf(amountCents, { chargeId, units: decimal(units), eventsCount: units, ...rest })

let made = 0
function billedOf(
  fee: RatedFeeDraft,
  rest: Partial<BilledFee> & { readonly creditedCents?: string; readonly reconciledCents?: string } = {},
): BilledFee {
  const { amountCents, preciseCouponsAmountCents, taxes } = fee
  made += 1
  return {
    invoiceId: 'invoice',
    fee,
    credited: { id: `fee-${made}`, amountCents, preciseCouponsAmountCents, taxes },
    creditedAmountCents: decimal(rest.creditedCents ?? '0').plus(rest.reconciledCents ?? '0'),
    reconciledAmountCents: decimal(rest.reconciledCents ?? '0'),
    isFixed: false,
    ...rest,
  }
}

const only = (differences: readonly FeeDifference[]): FeeDifference => {
  const [one, ...others] = differences
  if (one === undefined || others.length > 0) throw new Error(`${differences.length} differences`)
  return one
}

describe('what is different of a fee', () => {
  it.each<[number, string, string, number, number, string]>([
    [1000, '0', '0', 1000, 0, 'nothing came late'],
    [1000, '0', '0', 1300, 300, 'late usage is to be billed'],
    [1000, '0', '0', 700, -300, 'corrected usage is to be given back'],
    [1000, '300', '0', 700, 0, 'what was given back is not given back again'],
    [1000, '300', '0', 900, 200, 'usage that comes back after a reconciliation is billed'],
    [1000, '300', '0', 400, -300, 'only what is left of it is given back'],
    [1000, '0.5', '0', 1000, 0, 'less than a minor unit is left alone'],
    [1000, '0.5', '0', 999, 0, 'also below'],
    [1000, '1000', '0', 0, 0, 'all was given back'],
    [1000, '0', '300', 1000, 0, 'what was given by hand is not charged back'],
    [1000, '0', '300', 900, 0, 'also where usage is less'],
    [1000, '0', '300', 700, 0, 'it may have answered the usage that is less'],
    [1000, '0', '300', 400, -300, 'only what goes beyond it is given back'],
    [1000, '0', '300', 1300, 300, 'late usage is billed by itself, and the gift stays'],
    [1000, '200', '300', 900, 100, 'a gift leaves what was reconciled alone'],
    [1000, '200', '300', 600, 0, 'and answers what is less than that'],
  ])('billed %i, given back %s and by hand %s, by now worth %i: %i, for %s', (amount, own, hand, present, expected) => {
    const billed = billedOf(feeOf('a', amount), { reconciledCents: own, creditedCents: hand })
    expect(only(feeDifferences([billed], [feeOf('a', present)])).differenceCents).toBe(expected)
  })

  it('is all of it where there is no usage any more, or was none', () => {
    expect(only(feeDifferences([billedOf(feeOf('a', 500))], [])).differenceCents).toBe(-500)
    expect(only(feeDifferences([], [feeOf('a', 500)])).differenceCents).toBe(500)
  })

  it('heeds what corrected the invoice before', () => {
    const corrections = [billedOf(feeOf('a', 1000)), billedOf(feeOf('a', 200), { invoiceId: 'second' })]
    const same = only(feeDifferences(corrections, [feeOf('a', 1200)]))
    expect([same.differenceCents, same.billedAmountCents, same.billedUnits.toFixed()]).toEqual([0, 1200, '1200'])
  })

  it.each<[Partial<ChargeFeeDraft>, string]>([
    [{ chargeFilterId: 'filter' }, 'filter'],
    [{ groupedBy: { region: 'eu' } }, 'group'],
    [{ subscriptionId: 'other' }, 'subscription'],
    [{ toAt: 2000 }, 'time'],
  ])('is reckoned for each %j by itself: %s', (other) => {
    const billed = [billedOf(feeOf('a', 100)), billedOf(feeOf('a', 200, 200, other))]
    const present = [feeOf('a', 200, 200, other), feeOf('a', 150)]
    expect(feeDifferences(billed, present).map((one) => one.differenceCents)).toEqual([50, 0])
  })

  it('is nothing where usage does not decide it', () => {
    const set = only(feeDifferences([billedOf(feeOf('a', 100), { isFixed: true })], [feeOf('a', 900)]))
    expect(set).toMatchObject({ isFixed: true, differenceCents: 0, presentAmountCents: 100 })
    expect(adjustmentFee(set)).toBeNull()
    expect(invoiceReturns([set])).toEqual([])
  })
})

describe('the fee of a difference', () => {
  it('bills the difference alone, at the taxes of the fee that it corrects, and tells what it is the difference of', () => {
    const billed = billedOf(feeOf('a', 1000, 10, { taxes: [VAT] }), { reconciledCents: '100', creditedCents: '50' })
    const fee = adjustmentFee(only(feeDifferences([billed], [feeOf('a', 1500, 15)])))
    expect(fee).toMatchObject({ amountCents: 600, eventsCount: 5, taxes: [VAT], totalAggregatedUnits: null })
    expect([fee?.units.toFixed(), fee?.unitAmount.toFixed()]).toEqual(['5', '1.2'])
    expect(fee?.details).toEqual({
      billed_units: '10',
      billed_amount_cents: 1000,
      credited_amount_cents: '150',
      reconciled_amount_cents: '100',
      present_units: '15',
      present_amount_cents: 1500,
    })
  })

  it('is of no units where usage that is less costs more', () => {
    const fee = adjustmentFee(only(feeDifferences([billedOf(feeOf('a', 100, 10))], [feeOf('a', 200, 5)])))
    expect([fee?.amountCents, fee?.units.toFixed(), fee?.unitAmount.toFixed(), fee?.eventsCount]).toEqual([
      ...[100, '0', '0', 0],
    ])
  })

  it.each([
    [1000, 1300, 60, 'more'],
    [1000, 700, -60, 'less'],
    [1000, 1000, 0, 'the same'],
  ])('of %i billed and %i used bears %i of tax: %s', (amount, present, expected) => {
    const billed = billedOf(feeOf('a', amount, amount, { taxes: [VAT] }))
    expect(taxOfDifference(only(feeDifferences([billed], [feeOf('a', present)])))).toBe(expected)
  })
})

describe('what is given back', () => {
  it('is taken from the latest correction first', () => {
    const first = billedOf(feeOf('a', 1000), { creditedCents: '100' })
    const second = billedOf(feeOf('a', 200), { invoiceId: 'second' })
    const given = invoiceReturns(feeDifferences([first, second], [feeOf('a', 600)]))
    expect(given.map(({ invoiceId, items }) => [invoiceId, items.map((item) => item.amountCents.toFixed())])).toEqual([
      ['second', ['200']],
      ['invoice', ['300']],
    ])
  })
})

const cents = fc.integer({ min: 0, max: 100_000 })
const eighths = fc.integer({ min: 0, max: 4 })
/** Charges with what was billed of each: on the invoice, and on corrections; each with shares that were given back. */
const anyBilled = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 4 }), cents, eighths, eighths, fc.constantFrom('i', 'j')), {
    maxLength: 8,
  })
  .map((rows) =>
    rows.map(([charge, amount, reconciled, byHand, invoiceId]) =>
      billedOf(feeOf(`c${charge}`, amount), {
        invoiceId,
        reconciledCents: decimal(amount).times(reconciled).div(8).toFixed(),
        creditedCents: decimal(amount).times(byHand).div(8).toFixed(),
      }),
    ),
  )
const anyPresent = fc
  .uniqueArray(fc.integer({ min: 0, max: 4 }))
  .chain((charges) => fc.tuple(...charges.map((charge) => cents.map((amount) => feeOf(`c${charge}`, amount)))))

/** What was billed once the differences are answered. */
function answered(billed: readonly BilledFee[], differences: readonly FeeDifference[]): BilledFee[] {
  const given = invoiceReturns(differences).flatMap(({ items }) => items)
  const of = (id: string) =>
    given.filter(({ fee }) => fee.id === id).reduce((sum, item) => sum.plus(item.amountCents), ZERO)
  return [
    ...billed.map((one) => ({
      ...one,
      creditedAmountCents: one.creditedAmountCents.plus(of(one.credited.id)),
      reconciledAmountCents: one.reconciledAmountCents.plus(of(one.credited.id)),
    })),
    ...differences.flatMap((one) => {
      const fee = adjustmentFee(one)
      return fee === null ? [] : [billedOf(fee, { invoiceId: 'k' })]
    }),
  ]
}

describe('answering the differences', () => {
  it('leaves none: the same usage is answered once', () => {
    fc.assert(
      fc.property(anyBilled, anyPresent, (billed, present) => {
        const after = answered(billed, feeDifferences(billed, present))
        const again = feeDifferences(after, present)
        expect(again.map((one) => one.differenceCents)).toEqual(again.map(() => 0))
        expect(invoiceReturns(again)).toEqual([])
        expect(again.map(adjustmentFee)).toEqual(again.map(() => null))
      }),
      RUNS,
    )
  })

  it('makes what was billed less what was given back what the usage is worth, or less by no more than the gifts', () => {
    fc.assert(
      fc.property(anyBilled, anyPresent, anyPresent, (billed, first, second) => {
        const after = answered(billed, feeDifferences(billed, first))
        for (const { billed: own, present } of feeDifferences(answered(after, feeDifferences(after, second)), second)) {
          const left = own.reduce((sum, one) => sum.plus(one.fee.amountCents).minus(one.creditedAmountCents), ZERO)
          const short = new Decimal(present?.amountCents ?? 0).minus(left)
          const gifts = own.reduce(
            (sum, one) => sum.plus(one.creditedAmountCents).minus(one.reconciledAmountCents),
            ZERO,
          )
          expect([short.gt(-1), short.lt(gifts.plus(1))]).toEqual([true, true])
        }
      }),
      RUNS,
    )
  })

  it('gives back of no fee more than is left of it, and never nothing', () => {
    fc.assert(
      fc.property(anyBilled, anyPresent, (billed, present) => {
        const differences = feeDifferences(billed, present)
        for (const one of answered(billed, differences)) {
          expect(one.creditedAmountCents.lte(one.fee.amountCents)).toBe(true)
        }
        const items = invoiceReturns(differences).flatMap((one) => one.items)
        expect(items.every(({ amountCents }) => amountCents.gt(0))).toBe(true)
      }),
      RUNS,
    )
  })
})
