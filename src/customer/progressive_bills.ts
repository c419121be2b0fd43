import { type ProgressiveSource, usageSubject } from '../core/progressive_billing/relief.js'
import type { CreditNoteItemRow } from '../resources/credit_notes/table.js'
import type { FeeRow } from '../resources/fees/table.js'
import type { BillingPeriodRow, InvoiceRow, InvoicingReason } from '../resources/invoices/table.js'
import type { BilledPeriod } from './billed_period.js'

/** What has been billed on the way of a period. */
export interface ProgressiveBill {
  readonly invoice: InvoiceRow
  readonly fees: readonly FeeRow[]
  readonly source: ProgressiveSource
}

/** Gives the id that a charge has by now on the plan of a subscription, which may have become a copy of the one it was billed on. */
export type ChargeNow = (subscriptionId: string, chargeId: string) => string

/** What takes off what was billed on the way. A start bills no usage, and nothing in advance is billed on the way. */
const TAKING_OFF: ReadonlySet<string> = new Set<InvoicingReason>([
  'subscription_periodic',
  'subscription_terminating',
  'progressive_billing',
])

/** The progressive invoices of periods that have no final bill yet. Each has all usage of its period up to then. */
export class ProgressiveBills {
  readonly #bills: { readonly fromAt: number; readonly bill: ProgressiveBill }[] = []

  /**
   * @param invoices in their order
   * @param items of the notes on them
   */
  constructor(
    invoices: readonly InvoiceRow[],
    periods: readonly BillingPeriodRow[],
    fees: readonly FeeRow[],
    items: readonly Pick<CreditNoteItemRow, 'feeId' | 'amountCents'>[],
    chargeNow: ChargeNow,
  ) {
    const credited = new Map<string, number>()
    for (const { feeId, amountCents } of items) credited.set(feeId, (credited.get(feeId) ?? 0) + amountCents)
    for (const invoice of invoices) {
      const own = fees.filter(({ invoiceId }) => invoiceId === invoice.id)
      for (const { subscriptionId, chargesFromAt } of periods.filter(({ invoiceId }) => invoiceId === invoice.id)) {
        const billed = own.map((fee) => billedFee(fee, chargeNow(subscriptionId, fee.chargeId ?? ''), credited))
        const source = { id: invoice.id, subscriptionId, fees: billed }
        this.#bills.push({ fromAt: chargesFromAt ?? 0, bill: { invoice, fees: own, source } })
      }
    }
  }

  /**
   * The last one of the usage that a period bills again: its own began within it. That is its very start, but where the customer has
   * moved to another zone meanwhile.
   */
  of({ subscription, windows }: Pick<BilledPeriod, 'subscription' | 'windows'>): ProgressiveBill | undefined {
    const { charges, reason } = windows
    if (charges === null || !TAKING_OFF.has(reason)) return undefined
    return this.#bills.findLast(
      ({ fromAt, bill }) =>
        bill.source.subscriptionId === subscription.id &&
        (fromAt === charges.fromAt || (charges.fromAt < fromAt && fromAt < charges.toAt)),
    )?.bill
  }
}

const billedFee = (fee: FeeRow, chargeId: string, credited: ReadonlyMap<string, number>) => ({
  id: fee.id,
  chargeId,
  subject: usageSubject(chargeId, fee.itemFilters, fee.groupedBy),
  leftCents: Math.max(0, fee.amountCents - (credited.get(fee.id) ?? 0)),
})
