import type { CustomSectionChoice } from '../core/invoicing/custom_sections.js'
import { invoiceDates } from '../core/invoicing/dates.js'
import type { FeeDraft } from '../core/invoicing/fee.js'
import type { InvoiceTotals } from '../core/invoicing/invoice_totals.js'
import { draftNumber } from '../core/invoicing/numbering.js'
import type { ProgressiveSource } from '../core/progressive_billing/relief.js'
import { localDate } from '../core/time/zones.js'
import { insertFees } from '../resources/fees/store.js'
import { insertBillingPeriod, insertInvoice } from '../resources/invoices/store.js'
import type { BillingPeriodRow, InvoiceRow } from '../resources/invoices/table.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { billingEntityOf } from './billing_entity.js'
import type { CommandContext } from './command_context.js'
import { dateSettingsOf } from './customer_settings.js'
import { creditStatements } from './invoice_credits.js'
import { invoiceSections } from './invoice_sections.js'
import { announced, feeRowsOf, soundTotals, standing } from './invoice_statements.js'
import { termsStatements } from './kept_terms.js'
import type { CustomerState } from './load_customer.js'
import { joined, type Prepared, prepared } from './prepared.js'
import { drawStatements } from './wallet_movements.js'

/** An invoice that never is a draft: for something that happened or was asked for, not for a period that ended. */
export interface InstantInvoice {
  readonly fees: readonly FeeDraft[]
  readonly currency: string
  readonly billingEntityCode: string
  readonly purchaseOrderNumber: string | null
  /** The instant that it bills, and the one whose local day dates it. Epoch milliseconds. */
  readonly billingAt: number
  readonly datedAt: number
  /** Who says which words it shows; nobody leaves that to the customer. */
  readonly sections: readonly CustomSectionChoice[]
  /** Whether it is nobody's yet: it stays open, without a number, until it is paid. */
  readonly isOpen?: boolean
  /** Whether it takes coupons, credit notes and prepaid credits. */
  readonly spendsCredits: boolean
  /** What was billed before of what it bills. */
  readonly progressive?: readonly ProgressiveSource[]
  /** What it bills, of which coupons may be for some; and the periods that show it. */
  readonly subscriptions: readonly Pick<SubscriptionRow, 'id' | 'planId'>[]
  readonly periods: (invoiceId: string) => readonly Omit<BillingPeriodRow, 'seq'>[]
  readonly columns: Pick<InvoiceRow, 'invoiceType' | 'usageThroughSeq'> &
    Partial<Pick<InvoiceRow, 'voidedInvoiceId' | 'usageThresholds'>>
}

/** The invoice, final at once, with its number, or open; and its id. */
export function instantInvoice(
  context: CommandContext,
  state: CustomerState,
  invoice: InstantInvoice,
): { readonly id: string; readonly prepared: Prepared } {
  const { db, newId } = context
  const { currency, spendsCredits, subscriptions } = invoice
  const id = newId()
  const totals = soundTotals(context, state, invoice.fees, {
    ...{ id, currency, spendsCredits, subscriptions },
    progressive: invoice.progressive ?? [],
  })
  const row = instantRow(context, state, id, totals, invoice)
  const fees = feeRowsOf(context, totals, id, state)
  const periods = invoice.periods(id)
  const statements = [
    insertInvoice(db, row),
    ...periods.map((period) => insertBillingPeriod(db, period)),
    ...insertFees(db, fees),
    ...termsStatements(context, totals.fees),
    ...creditStatements(context, id, totals.credits),
    ...drawStatements(context, state.wallets, id, totals.draws),
  ]
  const document = { row, fees, periods, credits: totals.credits }
  const made = prepared({ statements, invoices: [document] })
  return { id, prepared: invoice.isOpen ? made : joined([made, announced(context, state, document)]) }
}

/** The row of an invoice that is final at once, or open. */
export function instantRow(
  context: CommandContext,
  state: CustomerState,
  id: string,
  totals: InvoiceTotals,
  invoice: Pick<
    InstantInvoice,
    'billingEntityCode' | 'purchaseOrderNumber' | 'billingAt' | 'datedAt' | 'sections' | 'columns' | 'isOpen'
  >,
): Omit<InvoiceRow, 'seq'> {
  const { now, ref } = context
  const { billingEntityCode } = invoice
  const settings = { ...dateSettingsOf(state, billingEntityCode), gracePeriodDays: 0 }
  const dates = invoiceDates(localDate(invoice.datedAt, state.zone), false, settings)
  return {
    id,
    ...ref,
    createdAt: now,
    billingEntityCode,
    number: draftNumber(billingEntityOf(state, billingEntityCode).documentNumberPrefix),
    sequentialId: null,
    organizationSequentialId: null,
    billingAt: invoice.billingAt,
    expectedFinalizationOn: dates.expectedFinalizationOn.toString(),
    netPaymentTerm: settings.netPaymentTermDays,
    purchaseOrderNumber: invoice.purchaseOrderNumber,
    customSections: invoiceSections(context, state, invoice.sections, billingEntityCode),
    ...standing(context, state, totals, false, dates, billingEntityCode),
    ...invoice.columns,
    ...(invoice.isOpen ? { status: 'open' as const, finalizedAt: null } : {}),
  }
}
