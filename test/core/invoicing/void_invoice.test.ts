import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculateInvoice } from '../../../src/core/invoicing/calculate.js'
import { creditLimits } from '../../../src/core/invoicing/credit_request.js'
import { creditableRest, givenNote } from '../../../src/core/invoicing/credited_invoice.js'
import { exceedsInvoice, restoredCredits, type VoidNote, voidNotes } from '../../../src/core/invoicing/void_invoice.js'
import { chargeFeeOf } from './builders.js'
import { anyAsk, anyCurrency, anyFees, credited, fee, give, invoiceOf } from './credited.js'

const asked = (creditAmountCents: number, refundAmountCents = 0) => ({ creditAmountCents, refundAmountCents })

const ten = fee('a', 1000, '0', '20')
const partlyPaid = invoiceOf([ten], 300)

describe('what a voided invoice gives back', () => {
  it.each<[number, number, boolean]>([
    [1200, 0, false],
    [900, 300, false],
    [0, 0, false],
    [1201, 0, true],
    [0, 301, true],
    [1000, 300, true],
  ])('of 12.00, 3.00 of it paid: %i credited and %i refunded is too much: %s', (credit, refund, isTooMuch) => {
    expect(exceedsInvoice(asked(credit, refund), partlyPaid)).toBe(isTooMuch)
  })

  const summary = (note: VoidNote | null) =>
    note && [note.amounts.subTotalExcludingTaxesAmountCents, note.amounts.taxes.amountCents, note.split]

  it('one note for what is asked for, in proportion, and one for the rest', () => {
    const { given, rest } = voidNotes([ten], partlyPaid, asked(300, 300))
    expect(summary(given)).toEqual([500, 100, { ...asked(300, 300), offsetAmountCents: 0 }])
    expect(summary(rest)).toEqual([500, 100, { ...asked(600), offsetAmountCents: 0 }])
    expect(given?.items.map(({ amountCents }) => amountCents.toNumber())).toEqual([500])
  })

  it('without amounts everything is the rest, and nothing is when all is asked for', () => {
    expect(voidNotes([ten], partlyPaid, asked(0))).toMatchObject({ given: null, rest: { split: asked(1200) } })
    expect(voidNotes([ten], partlyPaid, asked(1200))).toMatchObject({ given: { split: asked(1200) }, rest: null })
  })

  it('nothing once notes have given back everything', () => {
    const { invoice } = credited(partlyPaid, [ten, 1000])
    expect(voidNotes([ten], invoice, asked(0))).toEqual({ given: null, rest: null })
  })

  it('whatever was credited before and is asked for now, both notes are exactly what was left', () => {
    const asks = fc.array(anyAsk, { maxLength: 4 })
    fc.assert(
      fc.property(anyFees, fc.nat(200_000), asks, fc.nat(1000), anyCurrency, (fees, paid, list, perMille, currency) => {
        const invoice = list.reduce((now, ask) => give(now, fees, ask), invoiceOf(fees, paid, currency))
        const left = creditableRest(invoice)
        const total = Math.floor((left.totalAmountCents * perMille) / 1000)
        const refund = Math.min(total, creditLimits(invoice).refundAmountCents)
        const { given, rest } = voidNotes(fees, invoice, asked(total - refund, refund))
        const made = [given, rest].filter((note) => note !== null)
        expect(given?.amounts.totalAmountCents ?? 0).toBe(total)
        for (const { amounts, items } of made) {
          expect(amounts.subTotalExcludingTaxesAmountCents).toBeGreaterThanOrEqual(0)
          for (const tax of amounts.taxes.appliedTaxes) expect(tax.amountCents).toBeGreaterThanOrEqual(0)
          for (const { amountCents } of items) expect(amountCents.gte(0)).toBe(true)
        }
        const notes = [...invoice.notes, ...made.map(({ items, amounts, split }) => givenNote(items, amounts, split))]
        const sum = made.reduce((so, { amounts }) => so + amounts.totalAmountCents, 0)
        expect(sum).toBe(left.totalAmountCents)
        expect(creditableRest({ ...invoice, notes }).totalAmountCents).toBe(0)
        const taxes = made.reduce((so, { amounts }) => so + amounts.taxes.amountCents, 0)
        expect(taxes).toBe(left.taxes.reduce((so, tax) => so + tax.amountCents, 0))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('consumed notes get back what a voided invoice took of them', () => {
  const of = (sourceId: string, amountCents: number) => ({ sourceType: 'credit_note' as const, sourceId, amountCents })

  it('all of it, while nothing was given back on the invoice', () => {
    const credits = [{ ...of('coupon', 5), sourceType: 'coupon' as const }, of('old', 800), of('young', 400)]
    expect(restoredCredits(credits, partlyPaid)).toEqual([of('old', 800), of('young', 400)])
  })

  it('so that the invoice made anew finds the same balances, and uses them alike', () => {
    const balances = fc.array(fc.integer({ min: 1, max: 60_000 }), { maxLength: 5 })
    fc.assert(
      fc.property(anyFees, balances, anyCurrency, (fees, list, currency) => {
        const drafts = fees.map(({ amountCents, taxes }) => chargeFeeOf(amountCents, { taxes, currency }))
        const creditNotes = list.map((balanceAmountCents, i) => ({ id: `note-${i}`, balanceAmountCents }))
        const used = calculateInvoice(
          { currency, fees: drafts },
          { progressive: [], coupons: [], creditNotes, wallets: [] },
        )
        const restored = restoredCredits(used.credits, { ...used, totalPaidAmountCents: 0, notes: [] })
        const after = creditNotes.map(({ id, balanceAmountCents }) => {
          const sum = (credits: typeof restored) =>
            credits.reduce((so, credit) => (credit.sourceId === id ? so + credit.amountCents : so), 0)
          return { id, balanceAmountCents: balanceAmountCents - sum(used.credits) + sum(restored) }
        })
        expect(after).toEqual(creditNotes)
        expect(
          calculateInvoice(
            { currency, fees: drafts },
            { progressive: [], coupons: [], creditNotes: after, wallets: [] },
          ),
        ).toEqual(used)
      }),
      { numRuns: 1000 },
    )
  })

  it('never more than notes have left of the invoice', () => {
    const { invoice } = credited(partlyPaid, [ten, 500])
    expect(restoredCredits([of('old', 500), of('young', 700)], invoice)).toEqual([of('old', 500), of('young', 100)])
    expect(restoredCredits([of('old', 700), of('young', 500)], invoice)).toEqual([of('old', 600)])
  })
})
