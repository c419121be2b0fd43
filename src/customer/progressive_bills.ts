import type { OpenInvoice } from '../core/progressive_billing/give_back.js'
import type { ProgressiveSource } from '../core/progressive_billing/relief.js'
import type { BillingPeriodRow, InvoiceRow, InvoicingReason } from '../resources/invoices/table.js'
import type { ProgressiveFeeRow } from '../resources/usage_thresholds/load.js'
import type { CreditAccounts } from './credit_accounts.js'
import { billedFees, type ChargeNow, type FeeSurroundings, openFees, type ProgressiveBill } from './progressive_fees.js'

/** A period as far as what was billed of it on the way is asked. */
export interface PeriodOnTheWay {
  readonly subscription: { readonly id: string }
  readonly windows: {
    readonly reason: InvoicingReason
    /** Null where no usage is billed. Epoch milliseconds. */
    readonly charges: { readonly fromAt: number; readonly toAt: number } | null
  }
}

/** What was billed on the way of one period, in order: each invoice has all of its usage up to then. */
interface Chain {
  readonly subscriptionId: string
  readonly fromAt: number
  readonly bills: readonly ProgressiveBill[]
}

/** What takes off what was billed on the way. A start bills no usage, and nothing in advance is billed on the way. */
const TAKING_OFF: ReadonlySet<string> = new Set<InvoicingReason>([
  'subscription_periodic',
  'subscription_terminating',
  'progressive_billing',
])

/** The progressive invoices of periods that have no final bill yet. */
export class ProgressiveBills {
  readonly #chains: readonly Chain[]
  readonly #surroundings: FeeSurroundings

  /**
   * @param invoices in their order
   * @param periods of them, in their order
   * @param fees all of the last invoice of each period, and of earlier ones as far as they were read
   * @param accounts with the notes on them
   */
  constructor(
    invoices: readonly InvoiceRow[],
    periods: readonly BillingPeriodRow[],
    fees: readonly ProgressiveFeeRow[],
    accounts: CreditAccounts,
    chargeNow: ChargeNow,
  ) {
    this.#surroundings = { accounts, chargeNow }
    const feesOf = Map.groupBy(fees, ({ invoiceId }) => invoiceId)
    const bills = new Map(invoices.map((invoice) => [invoice.id, { invoice, fees: feesOf.get(invoice.id) ?? [] }]))
    const together = Map.groupBy(periods, ({ subscriptionId, chargesFromAt }) => `${subscriptionId} ${chargesFromAt}`)
    this.#chains = [...together.values()].flatMap((rows) =>
      rows.slice(0, 1).map(({ subscriptionId, chargesFromAt }) => ({
        subscriptionId,
        fromAt: chargesFromAt ?? 0,
        bills: rows.flatMap(({ invoiceId }) => bills.get(invoiceId) ?? []),
      })),
    )
  }

  /** What the last of a period's invoices has billed of it, whole minor units; 0 without any. */
  billedCentsOf(period: PeriodOnTheWay): number {
    return this.#billsOf(period).at(-1)?.invoice.feesAmountCents ?? 0
  }

  /** What the next invoice of a period takes off. */
  sourceOf(period: PeriodOnTheWay): ProgressiveSource | undefined {
    const bills = this.#billsOf(period)
    const last = bills.at(-1)
    if (last === undefined) return undefined
    const fees = billedFees(bills, this.#surroundings)
    return { id: last.invoice.id, subscriptionId: period.subscription.id, fees }
  }

  /** What the invoices of a period can give back, in their order. */
  openOf(period: PeriodOnTheWay): OpenInvoice[] {
    const bills = this.#billsOf(period)
    return bills.map((bill, i) => ({
      id: bill.invoice.id,
      fees: openFees(bill, bills[i - 1], this.#surroundings),
    }))
  }

  bill(invoiceId: string): ProgressiveBill | undefined {
    return this.#chains.flatMap(({ bills }) => bills).find(({ invoice }) => invoice.id === invoiceId)
  }

  /**
   * Those of the usage that a period bills again: it began within the period. That is its very start, but where the customer has moved
   * to another zone meanwhile.
   */
  #billsOf({ subscription, windows: { charges, reason } }: PeriodOnTheWay): readonly ProgressiveBill[] {
    if (charges === null || !TAKING_OFF.has(reason)) return []
    const chain = this.#chains.findLast(
      ({ subscriptionId, fromAt }) =>
        subscriptionId === subscription.id &&
        (fromAt === charges.fromAt || (charges.fromAt < fromAt && fromAt < charges.toAt)),
    )
    return chain?.bills ?? []
  }
}
