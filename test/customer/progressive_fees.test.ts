import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculateInvoice } from '../../src/core/invoicing/calculate.js'
import type { CouponSource } from '../../src/core/invoicing/coupons.js'
import { type CreditedInvoice, givenNote, noteAmounts } from '../../src/core/invoicing/credited_invoice.js'
import type { FeeDraft } from '../../src/core/invoicing/fee.js'
import { checkInvoice } from '../../src/core/invoicing/postconditions.js'
import { giveBack } from '../../src/core/progressive_billing/give_back.js'
import { relieve } from '../../src/core/progressive_billing/relief.js'
import type { CreditAccounts } from '../../src/customer/credit_accounts.js'
import { creditedItem } from '../../src/customer/invoice_credits.js'
import { billedFees, openFees, type ProgressiveBill } from '../../src/customer/progressive_fees.js'
import { chargeFeeOf, tax } from '../core/invoicing/builders.js'

const RUNS = { numRuns: 1_500 }

/** The first two charges bear a tax, the third none. The third's coupons are its own. */
const CHARGES = [
  { id: 'a', taxes: [tax('vat', '20')], metric: 'm' },
  { id: 'b', taxes: [tax('vat', '20')], metric: 'm' },
  { id: 'c', taxes: [], metric: 'n' },
]

/** What the usage of each charge comes to when an invoice is made, and what coupon it takes. */
interface Moment {
  readonly cents: readonly number[]
  readonly coupon: CouponSource | null
}

interface Document {
  readonly bill: ProgressiveBill
  readonly account: CreditedInvoice
}

/** A period that is billed at each of these moments: all of them but the last on the way. */
function billedPeriod(moments: readonly Moment[]) {
  const documents: Document[] = []
  const accounts = {
    of: ({ id }: { id: string }) => documents.find(({ bill }) => bill.invoice.id === id)?.account,
  } as unknown as CreditAccounts
  const surroundings = { accounts, chargeNow: (_: string, chargeId: string) => chargeId }
  for (const [n, { cents, coupon }] of moments.entries()) {
    const fees = CHARGES.map(({ id, taxes, metric }, i) => {
      const { item } = chargeFeeOf(1)
      return chargeFeeOf(cents[i] ?? 0, { chargeId: id, taxes, item: { ...item, id: metric } })
    })
    const bills = documents.map(({ bill }) => bill)
    const last = bills.at(-1)
    const source = last && { id: last.invoice.id, subscriptionId: 'sub', fees: billedFees(bills, surroundings) }
    if (source !== undefined) {
      const open = bills.map((bill, i) => ({
        id: bill.invoice.id,
        fees: openFees(bill, bills[i - 1], surroundings),
      }))
      const { parts, restCents } = giveBack(relieve(fees, source).surplus, open)
      expect(restCents).toBe(0)
      for (const { invoiceId, items } of parts) giveNote(documents, invoiceId, items)
    }
    documents.push(documentOf(`invoice ${n}`, fees, source === undefined ? [] : [source], coupon))
  }
  return documents
}

type Sources = Parameters<typeof calculateInvoice>[1]

function documentOf(
  id: string,
  fees: readonly FeeDraft[],
  progressive: NonNullable<Sources>['progressive'],
  coupon: CouponSource | null,
): Document {
  const made = calculateInvoice(
    { currency: 'EUR', fees },
    { progressive, coupons: coupon === null ? [] : [coupon], creditNotes: [], wallets: [] },
  )
  expect(checkInvoice(made, made.fees)).toEqual([])
  const rows = made.fees.map((fee, i) => ({
    id: `${id} fee ${i}`,
    invoiceId: id,
    subscriptionId: fee.subscriptionId,
    chargeId: fee.chargeId,
    groupedBy: fee.groupedBy,
    itemFilters: fee.item.filters,
    amountCents: fee.amountCents,
    preciseCouponsAmountCents: fee.preciseCouponsAmountCents.toFixed(),
    appliedTaxes: fee.taxes.map((one) => ({ ...one, taxId: one.id })),
  }))
  return {
    bill: { invoice: { ...made, id }, fees: rows } as unknown as ProgressiveBill,
    account: { ...made, totalPaidAmountCents: 0, notes: [] },
  }
}

function giveNote(documents: Document[], invoiceId: string, back: Parameters<typeof noteOf>[1]): void {
  const i = documents.findIndex(({ bill }) => bill.invoice.id === invoiceId)
  const document = documents[i]
  if (document === undefined) throw new Error(`there is no ${invoiceId}`)
  const note = noteOf(document, back)
  documents[i] = { ...document, account: { ...document.account, notes: [...document.account.notes, note] } }
}

function noteOf({ bill, account }: Document, back: ReturnType<typeof giveBack>['parts'][number]['items']) {
  const items = back.map(({ feeId, amountCents }) => {
    const fee = bill.fees.find(({ id }) => id === feeId)
    if (fee === undefined) throw new Error(`there is no ${feeId}`)
    return creditedItem(fee, amountCents)
  })
  const amounts = noteAmounts(items, account)
  const split = { creditAmountCents: amounts.totalAmountCents, refundAmountCents: 0, offsetAmountCents: 0 }
  return givenNote(items, amounts, split)
}

const total = (cents: readonly number[]): number => cents.reduce((sum, one) => sum + one, 0)

/** What documents ask after what came back of them: before taxes, of taxes, and what they are for before coupons. */
function asked(documents: readonly Document[]) {
  const back = (field: 'subTotalExcludingTaxesAmountCents' | 'taxesAmountCents') =>
    total(documents.flatMap(({ account }) => account.notes.map((note) => note[field])))
  return {
    netCents:
      total(documents.map(({ account }) => account.subTotalExcludingTaxesAmountCents)) -
      back('subTotalExcludingTaxesAmountCents'),
    taxCents: total(documents.map(({ bill }) => bill.invoice.taxesAmountCents)) - back('taxesAmountCents'),
  }
}

const centsArb = fc.array(fc.nat(5_000), { minLength: 3, maxLength: 3 })
const plainArb = fc.array(
  centsArb.map((cents): Moment => ({ cents, coupon: null })),
  { minLength: 1, maxLength: 6 },
)
const couponArb: fc.Arbitrary<CouponSource | null> = fc.option(
  fc.record({
    id: fc.constant('coupon'),
    takes: fc.oneof(
      fc.record({ amountCents: fc.integer({ min: 1, max: 3_000 }) }),
      fc.record({ percent: fc.integer({ min: 1, max: 100 }).map(String) }),
    ),
    target: fc.constantFrom(null, { kind: 'metrics' as const, ids: new Set(['n']) }),
  }),
  { nil: null },
)

describe('what was billed too much on the way comes back', () => {
  it('to the cent, from however many invoices, so that the usage of the end is paid', () => {
    fc.assert(
      fc.property(plainArb, (moments) => {
        const { netCents } = asked(billedPeriod(moments))
        expect(netCents).toBe(total(moments.at(-1)?.cents ?? []))
      }),
      RUNS,
    )
  })

  it('with the taxes that were asked for it, but for the rounding of each document', () => {
    fc.assert(
      fc.property(plainArb, (moments) => {
        const documents = billedPeriod(moments)
        const [a = 0, b = 0] = moments.at(-1)?.cents ?? []
        const notes = documents.flatMap(({ account }) => account.notes)
        expect(Math.abs(asked(documents).taxCents - (a + b) / 5)).toBeLessThanOrEqual(documents.length + notes.length)
      }),
      RUNS,
    )
  })

  it('never beyond what an invoice has asked, also where coupons took something off it', () => {
    const momentsArb = fc.array(fc.record({ cents: centsArb, coupon: couponArb }), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(momentsArb, (moments) => {
        const documents = billedPeriod(moments)
        for (const { account } of documents) {
          const back = total(account.notes.map(({ totalAmountCents }) => totalAmountCents))
          expect(back).toBeLessThanOrEqual(account.subTotalIncludingTaxesAmountCents)
        }
        const notes = documents.flatMap(({ account }) => account.notes)
        const { netCents } = asked(documents)
        expect(netCents).toBeGreaterThanOrEqual(0)
        expect(netCents).toBeLessThanOrEqual(total(moments.at(-1)?.cents ?? []) + documents.length + notes.length)
      }),
      RUNS,
    )
  })
})
