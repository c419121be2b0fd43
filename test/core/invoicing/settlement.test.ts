import { Temporal } from '@js-temporal/polyfill'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  dueCents,
  isDisputable,
  isRetryable,
  overdueOn,
  type Payable,
  settlementOf,
  updateRefusal,
} from '../../../src/core/invoicing/settlement.js'
import { INVOICE_STATUSES } from '../../../src/core/invoicing/status.js'

const PAYMENT_STATUSES = ['pending', 'succeeded', 'failed'] as const

const open: Payable = {
  status: 'finalized',
  paymentStatus: 'pending',
  paymentOverdue: false,
  paymentDisputeLostAt: null,
  paymentDueOn: '2024-03-10',
  totalAmountCents: 1000,
  totalPaidAmountCents: 0,
  offsetAmountCents: 0,
}
const on = (day: string) => Temporal.PlainDate.from(day)

describe('whether an invoice is overdue', () => {
  it.each<[Partial<Payable>, string, string, string]>([
    [{}, '2024-03-09', 'later', 'before its due date'],
    [{}, '2024-03-10', 'later', 'on its due date: the day is still to be used'],
    [{}, '2024-03-11', 'overdue', 'the day after'],
    [{}, '2025-01-01', 'overdue', 'however late it is looked at'],
    [{ paymentStatus: 'failed' }, '2024-03-11', 'overdue', 'a payment that failed is none'],
    [{ totalPaidAmountCents: 999 }, '2024-03-11', 'overdue', 'a cent is left'],
    [{ totalPaidAmountCents: 600, offsetAmountCents: 400 }, '2024-03-11', 'never', 'paid and offset make the whole'],
    [{ paymentStatus: 'succeeded' }, '2024-03-11', 'never', 'paid'],
    [{ paymentDisputeLostAt: 0 }, '2024-03-11', 'never', 'given up'],
    [{ paymentOverdue: true }, '2024-03-11', 'never', 'it is already, and told once'],
    [{ status: 'draft' }, '2024-03-11', 'never', 'nothing is asked yet'],
    [{ status: 'voided' }, '2024-03-11', 'never', 'nothing is asked any more'],
    [{ totalAmountCents: 0 }, '2024-03-11', 'never', 'nothing to pay'],
  ])('%j on %s: %s, %s', (given, day, expected) => {
    expect(overdueOn({ ...open, ...given }, on(day))).toBe(expected)
  })
})

describe('what is due', () => {
  const cents = fc.integer({ min: 0, max: 2 ** 40 })

  it('is never below 0, and settles the invoice exactly when it is 0', () => {
    fc.assert(
      fc.property(cents, cents, cents, (totalAmountCents, totalPaidAmountCents, offsetAmountCents) => {
        const debt = { totalAmountCents, totalPaidAmountCents, offsetAmountCents }
        expect(dueCents(debt)).toBeGreaterThanOrEqual(0)
        const isSettled = totalPaidAmountCents + offsetAmountCents >= totalAmountCents
        expect(dueCents(debt) === 0).toBe(isSettled)
        expect(settlementOf(debt)).toEqual(isSettled ? { paymentStatus: 'succeeded', paymentOverdue: false } : {})
      }),
      { numRuns: 1_000 },
    )
  })

  it('is gone when it is paid, in however many parts', () => {
    fc.assert(
      fc.property(cents, fc.array(fc.integer({ min: 1, max: 2 ** 30 }), { maxLength: 20 }), (total, parts) => {
        let debt = { totalAmountCents: total, totalPaidAmountCents: 0, offsetAmountCents: 0 }
        for (const part of parts) {
          const paid = Math.min(part, dueCents(debt))
          debt = { ...debt, totalPaidAmountCents: debt.totalPaidAmountCents + paid }
        }
        debt = { ...debt, totalPaidAmountCents: debt.totalPaidAmountCents + dueCents(debt) }
        expect(debt.totalPaidAmountCents).toBe(total)
        expect(settlementOf(debt).paymentStatus).toBe('succeeded')
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('what can be changed', () => {
  it.each<[Parameters<typeof updateRefusal>[0], boolean, boolean, string | null]>([
    ['finalized', true, true, null],
    ['draft', false, true, 'metadata_on_draft_invoice'],
    ['draft', true, false, 'payment_status_update_on_draft_invoice'],
    ['draft', false, false, null],
    ['voided', true, false, 'update_on_voided_invoice'],
    ['voided', false, false, 'update_on_voided_invoice'],
  ])('%s, payment status %s, metadata %s: %s', (status, paymentStatus, metadata, expected) => {
    expect(updateRefusal(status, { paymentStatus, metadata })).toBe(expected)
  })

  it('a dispute can be lost about what was issued', () => {
    expect(INVOICE_STATUSES.filter(isDisputable)).toEqual(['finalized', 'voided'])
  })
})

describe('a payment', () => {
  it.each(INVOICE_STATUSES.flatMap((status) => PAYMENT_STATUSES.map((paid) => [status, paid] as const)))(
    'of a %s invoice, %s, is tried again only where a final one is not paid',
    (status, paymentStatus) => {
      expect(isRetryable({ status, paymentStatus })).toBe(status === 'finalized' && paymentStatus !== 'succeeded')
    },
  )
})
