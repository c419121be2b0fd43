import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CreditNoteSplit } from '../../../src/core/invoicing/credit_note.js'
import { creditErrors, creditLimits, forcedSplit, itemErrors } from '../../../src/core/invoicing/credit_request.js'
import { type CreditedInvoice, noteAmounts } from '../../../src/core/invoicing/credited_invoice.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { credited, fee, invoiceOf } from './credited.js'

type Parts = readonly [credit: number, refund: number, offset: number]

const split = ([creditAmountCents, refundAmountCents, offsetAmountCents]: Parts): CreditNoteSplit => ({
  creditAmountCents,
  refundAmountCents,
  offsetAmountCents,
})
const partsOf = (given: CreditNoteSplit): Parts => [
  given.creditAmountCents,
  given.refundAmountCents,
  given.offsetAmountCents,
]

const hundred = fee('a', 10_000, '0', '20')
const unpaid = invoiceOf([hundred])
const halfPaid = invoiceOf([hundred], 5000)
const allPaid = invoiceOf([hundred], 12_000)
const TOO_MUCH = ['higher_than_remaining_invoice_amount']

const errorsOf = (invoice: CreditedInvoice, itemCents: number, parts: Parts) =>
  creditErrors(split(parts), noteAmounts([{ fee: hundred, amountCents: new Decimal(itemCents) }], invoice), invoice)

describe('what may be asked of an invoice of 100.00 and 20 %', () => {
  it.each<[CreditedInvoice, number, Parts, object, string]>([
    [unpaid, 5000, [6000, 0, 0], {}, 'what the items come to'],
    [halfPaid, 5000, [1000, 3000, 2000], {}, 'in several ways at once'],
    [unpaid, 5000, [6001, 0, 0], {}, 'a cent more is tolerated'],
    [unpaid, 5000, [5999, 0, 0], {}, 'and a cent less'],
    [unpaid, 5000, [6002, 0, 0], { base: ['does_not_match_item_amounts'] }, 'two are not'],
    [unpaid, 5000, [5000, 0, 0], { base: ['does_not_match_item_amounts'] }, 'without the tax it does not match'],
    [unpaid, 0, [0, 0, 0], { base: ['total_amount_must_be_positive'] }, 'nothing is no note'],
    [unpaid, 5000, [0, 0, 0], { base: ['total_amount_must_be_positive'] }, 'no way of giving back'],
    [unpaid, 0, [1, 0, 0], { base: ['total_amount_must_be_positive'] }, 'nor is a tolerated cent'],
    [unpaid, 5000, [0, 6000, 0], { refund_amount_cents: ['cannot_refund_unpaid_invoice'] }, 'nothing was paid'],
    [halfPaid, 5000, [0, 5001, 999], { refund_amount_cents: TOO_MUCH }, 'not more than was paid, to the cent'],
    [halfPaid, 5000, [1000, 5000, 0], {}, 'all that was paid'],
    [halfPaid, 7000, [0, 0, 8400], { offset_amount_cents: TOO_MUCH }, 'not more than is due'],
    [allPaid, 5000, [0, 0, 6000], { offset_amount_cents: ['cannot_apply_to_paid_invoice'] }, 'nothing is due'],
    [allPaid, 10_000, [0, 12_000, 0], {}, 'all of it'],
  ])('%#: items of %s, parts %j', (invoice, items, parts, errors) => {
    expect(errorsOf(invoice, items, parts)).toEqual(errors)
  })

  it('all that is wrong is told at once', () => {
    expect(errorsOf(allPaid, 5000, [0, 12_001, 3])).toEqual({
      base: ['does_not_match_item_amounts', ...TOO_MUCH],
      refund_amount_cents: TOO_MUCH,
      offset_amount_cents: ['cannot_apply_to_paid_invoice'],
    })
  })

  it('earlier notes lower every limit', () => {
    const { invoice } = credited(halfPaid, [hundred, 5000])
    expect(creditLimits(invoice)).toEqual({
      totalAmountCents: 6000,
      creditAmountCents: 6000,
      refundAmountCents: 5000,
      offsetAmountCents: 6000,
    })
    expect(errorsOf(invoice, 5000, [6000, 0, 0])).toEqual({})
    expect(errorsOf(invoice, 6000, [7200, 0, 0])).toEqual({ base: TOO_MUCH, credit_amount_cents: TOO_MUCH })
    const all = credited(invoice, [hundred, 5000]).invoice
    expect(creditLimits(all)).toMatchObject({ totalAmountCents: 0, creditAmountCents: 0, offsetAmountCents: 0 })
  })

  it.each<[number[], boolean, string]>([
    [[10_000], true, 'all of the fee'],
    [[10_001], false, 'a cent more'],
    [[6000, 4000], true, 'all of it in two items'],
    [[6000, 4001], false, 'two items that are too much together'],
    [[], true, 'nothing'],
  ])('items of %j of one fee: %s', (items, isFine) => {
    const errors = itemErrors(
      items.map((amountCents) => ({ fee: hundred, amountCents })),
      unpaid,
    )
    expect(errors).toEqual(isFine ? {} : { amount_cents: ['higher_than_remaining_fee_amount'] })
  })
})

describe('the parts of a note are forced to its total', () => {
  const limits = { totalAmountCents: 1000, creditAmountCents: 1000, refundAmountCents: 500, offsetAmountCents: 500 }

  it.each<[Parts, number, Parts, string]>([
    [[600, 0, 0], 600, [600, 0, 0], 'nothing is off'],
    [[601, 0, 0], 600, [600, 0, 0], 'the credit gives the cent'],
    [[599, 0, 0], 600, [600, 0, 0], 'and takes it'],
    [[100, 300, 199], 600, [101, 300, 199], 'the credit before the others'],
    [[0, 300, 0], 301, [0, 301, 0], 'without a credit the refund'],
    [[0, 300, 0], 299, [0, 299, 0], ''],
    [[0, 0, 300], 301, [0, 0, 301], 'with an offset only the offset'],
    [[0, 0, 300], 299, [0, 0, 299], ''],
    [[0, 500, 0], 501, [1, 500, 0], 'more than was paid is not refunded: the cent is credited'],
    [[0, 500, 300], 801, [0, 500, 301], 'or offset, if something is'],
    [[0, 0, 500], 501, [1, 0, 500], 'more than is due is not offset'],
    [[1, 300, 0], 299, [0, 299, 0], 'what the credit cannot give the refund does'],
  ])('%j, in all %i: %j', (asked, total, parts) => {
    expect(partsOf(forcedSplit(split(asked), total, limits))).toEqual(parts)
  })

  it('whatever is off, they add up and stay within what was paid and is due', () => {
    const part = fc.integer({ min: 0, max: 500 })
    fc.assert(
      fc.property(part, part, part, fc.integer({ min: -1, max: 1 }), (credit, refund, offset, off) => {
        const total = Math.max(0, credit + refund + offset + off)
        const forced = forcedSplit(split([credit, refund, offset]), total, limits)
        expect(partsOf(forced).reduce((sum, one) => sum + one, 0)).toBe(total)
        expect(Math.min(...partsOf(forced))).toBeGreaterThanOrEqual(0)
        expect(forced.refundAmountCents).toBeLessThanOrEqual(500)
        expect(forced.offsetAmountCents).toBeLessThanOrEqual(500)
      }),
      { numRuns: 1000 },
    )
  })
})
