import { describe, expect, it } from 'vitest'
import {
  canTransition,
  finalizesZeroAmountInvoices,
  finalStatus,
  INVOICE_STATUSES,
  isCreditable,
  isVisible,
  paymentStatusAtFinalization,
  VISIBLE_STATUSES,
} from '../../../src/core/invoicing/status.js'

describe('an invoice changes its status', () => {
  /** Written out a second time, from the rules. */
  const allowed = new Set(
    [
      'generating>draft generating>finalized generating>closed generating>open generating>pending generating>failed',
      'draft>finalized draft>closed draft>deleted',
      'open>finalized open>closed',
      'pending>finalized failed>finalized',
      'finalized>voided',
    ].flatMap((line) => line.split(' ')),
  )
  const pairs = INVOICE_STATUSES.flatMap((from) => INVOICE_STATUSES.map((to) => [from, to] as const))

  it.each(pairs)('from %s to %s only as the rules say', (from, to) => {
    expect(canTransition(from, to)).toBe(allowed.has(`${from}>${to}`))
  })

  it('in as many ways as the rules list', () => {
    expect(pairs.filter(([from, to]) => canTransition(from, to))).toHaveLength(allowed.size)
  })
})

it('what is being built, waiting for a first payment, left out or deleted is invisible', () => {
  const invisible = INVOICE_STATUSES.filter((status) => !(VISIBLE_STATUSES as readonly string[]).includes(status))
  expect(invisible).toEqual(['generating', 'open', 'closed', 'deleted'])
})

it.each([
  ['inherit', true, true],
  ['inherit', false, false],
  ['skip', true, false],
  ['skip', false, false],
  ['finalize', true, true],
  ['finalize', false, true],
] as const)('a customer with %s under a billing entity with %s: %s', (customer, entity, expected) => {
  expect(finalizesZeroAmountInvoices(customer, entity)).toBe(expected)
})

it.each([
  [0, true, 'finalized'],
  [0, false, 'closed'],
  [1, false, 'finalized'],
  [1, true, 'finalized'],
] as const)(
  'fees of %s with zero invoices issued (%s) make it %s',
  (feesAmountCents, finalizeZeroAmountInvoice, expected) => {
    expect(finalStatus({ feesAmountCents, finalizeZeroAmountInvoice })).toBe(expected)
  },
)

it.each([
  [0, 'succeeded'],
  [1, 'pending'],
] as const)('a total of %s is %s', (totalAmountCents, expected) => {
  expect(paymentStatusAtFinalization(totalAmountCents)).toBe(expected)
})

it('credit notes are given on drafts and final invoices, and what is invisible is found by nobody', () => {
  expect(INVOICE_STATUSES.filter(isCreditable)).toEqual(['draft', 'finalized'])
  expect(INVOICE_STATUSES.filter((status) => !isVisible(status))).toEqual(['generating', 'open', 'closed', 'deleted'])
})
