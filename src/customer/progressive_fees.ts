import { roundToCents, sumCents } from '../core/invoicing/cents.js'
import type { FeeDraft } from '../core/invoicing/fee.js'
import { Decimal, ZERO } from '../core/money/decimal.js'
import type { OpenFee } from '../core/progressive_billing/give_back.js'
import { reliefOf } from '../core/progressive_billing/own_part.js'
import { type BilledFee, relieve, taxesKey, usageSubject } from '../core/progressive_billing/relief.js'
import { takeOff } from '../core/progressive_billing/take_off.js'
import type { InvoiceRow } from '../resources/invoices/table.js'
import type { ProgressiveFeeRow } from '../resources/usage_thresholds/load.js'
import type { CreditAccounts } from './credit_accounts.js'

/** A progressive invoice, and its fees as far as they were read. */
export interface ProgressiveBill {
  readonly invoice: InvoiceRow
  readonly fees: readonly ProgressiveFeeRow[]
}

/** Gives the id that a charge has by now on the plan of a subscription, which may have become a copy of the one it was billed on. */
export type ChargeNow = (subscriptionId: string, chargeId: string) => string

/** What fees are looked at with: the notes on their invoices, and the ids of their charges. */
export interface FeeSurroundings {
  readonly accounts: CreditAccounts
  readonly chargeNow: ChargeNow
}

/**
 * The fees of the last progressive invoice of a period, with what is left of them: in all never more than the period's invoices have asked
 * and not given back. What a void one has asked is not among that, though a later one has taken it for billed.
 * @param bills of the period, in their order
 */
export function billedFees(bills: readonly ProgressiveBill[], surroundings: FeeSurroundings): BilledFee[] {
  const [earlier, last] = [bills.at(-2), bills.at(-1)]
  if (last === undefined) return []
  const open = openFees(last, earlier, surroundings)
  const left = open.map(({ amountCents, returnedCents }) => Math.max(0, amountCents - returnedCents))
  const excess = Math.max(0, sumCents(left) - outstandingCents(bills, surroundings))
  const { rooms } = takeOff([excess], left, [{ wanted: [''], rooms: left.map(() => '') }])
  return open.map((fee, i) => ({ ...fee, leftCents: rooms[i] ?? 0 }))
}

/** The fees of a progressive invoice with the part of each that it has itself asked, and what has come back of that. */
export function openFees(
  { invoice, fees }: ProgressiveBill,
  earlier: ProgressiveBill | undefined,
  { accounts, chargeNow }: FeeSurroundings,
): OpenFee[] {
  const stored = fees.map(({ amountCents, preciseCouponsAmountCents: coupons }) => ({
    amountCents,
    preciseCouponsAmountCents: new Decimal(coupons),
  }))
  const relief = reliefOf(stored, invoice, () => earlier && reliefAgain(fees, earlier))
  const items = accounts.of(invoice).notes.flatMap((note) => note.items)
  const credited = Map.groupBy(items, ({ feeId }) => feeId)
  return fees.map((fee, i) => {
    const { id, amountCents } = fee
    const ownCents = amountCents - (relief[i] ?? 0)
    const back = (credited.get(id) ?? []).reduce((sum, item) => sum.plus(item.amountCents), ZERO)
    const returnedCents = amountCents === 0 ? 0 : roundToCents(back.times(ownCents).div(amountCents))
    return { ...keysOf(fee, chargeNow), id, amountCents, ownCents, returnedCents }
  })
}

/** What the invoices have asked of a period's usage and not given back, whole minor units before coupons and taxes. */
function outstandingCents(bills: readonly ProgressiveBill[], surroundings: FeeSurroundings): number {
  return sumCents(
    bills.map((bill, i) => {
      const fees = openFees(bill, bills[i - 1], surroundings)
      const isWhole = sumCents(fees.map(({ amountCents }) => amountCents)) === bill.invoice.feesAmountCents
      return isWhole
        ? sumCents(fees.map(({ ownCents, returnedCents }) => ownCents - returnedCents))
        : outstandingOf(bill.invoice, surroundings.accounts)
    }),
  )
}

/** The same of an invoice whose fees were not read: as if its coupons had taken the same share of all of them. */
function outstandingOf(invoice: InvoiceRow, accounts: CreditAccounts): number {
  const own = invoice.feesAmountCents - invoice.progressiveBillingCreditAmountCents
  const net = own - invoice.couponsAmountCents
  const back = sumCents(accounts.of(invoice).notes.map((note) => note.subTotalExcludingTaxesAmountCents))
  return net === 0 ? own : Math.max(0, own - roundToCents(new Decimal(back).times(own).div(net)))
}

/** What the invoice before took off each of these fees, if nothing of it had come back by then. */
function reliefAgain(fees: readonly ProgressiveFeeRow[], { invoice, fees: before }: ProgressiveBill): number[] {
  const asBilled: ChargeNow = (_, chargeId) => chargeId
  const source = {
    id: invoice.id,
    subscriptionId: fees[0]?.subscriptionId ?? '',
    fees: before.map((fee) => ({ ...keysOf(fee, asBilled), id: fee.id, leftCents: fee.amountCents })),
  }
  return relieve(fees.map(asDraft), source).fees.map((fee) => roundToCents(fee.preciseCouponsAmountCents))
}

/** As far as relief looks at a fee. */
const asDraft = (fee: ProgressiveFeeRow): FeeDraft =>
  ({
    ...fee,
    type: 'charge',
    item: { filters: fee.itemFilters },
    preciseCouponsAmountCents: ZERO,
    taxes: taxesOf(fee),
  }) as unknown as FeeDraft

const keysOf = (fee: ProgressiveFeeRow, chargeNow: ChargeNow) => {
  const chargeId = chargeNow(fee.subscriptionId ?? '', fee.chargeId ?? '')
  return { subject: usageSubject(chargeId, fee.itemFilters, fee.groupedBy), chargeId, taxes: taxesKey(taxesOf(fee)) }
}

const taxesOf = ({ appliedTaxes }: ProgressiveFeeRow) => appliedTaxes.map(({ taxId: id, rate }) => ({ id, rate }))
