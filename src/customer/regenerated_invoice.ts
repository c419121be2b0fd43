import type { Charge, Tax } from '../core/catalog.js'
import type { FeeDraft } from '../core/invoicing/fee.js'
import { taxesOfFee } from '../core/invoicing/taxes.js'
import { ZERO } from '../core/money/decimal.js'
import type { FeeRow } from '../resources/fees/table.js'
import type { BillingPeriodRow } from '../resources/invoices/table.js'
import { billingEntityOf } from './billing_entity.js'
import type { CommandContext } from './command_context.js'
import { instantInvoice } from './instant_invoice.js'
import { creditedItem } from './invoice_credits.js'
import type { VoidInvoice } from './load_void_invoice.js'
import { joined, type Prepared } from './prepared.js'
import type { PeriodOnTheWay } from './progressive_bills.js'
import { creditSurplus } from './progressive_surplus.js'

/** The charge of a fee as it is now; null where it is gone, and for what is no charge. */
export function chargeOfFee({ plans }: VoidInvoice, { subscriptionId, chargeId }: FeeRow): Charge | null {
  return plans.get(subscriptionId ?? '')?.charges.find(({ id }) => id === chargeId) ?? null
}

/** The taxes of a fee as they are now. Those of what no plan has were named for it, and stay. */
export function taxesNow({ plans, state, invoice }: VoidInvoice, fee: FeeRow, charge: Charge | null): readonly Tax[] {
  const plan = plans.get(fee.subscriptionId ?? '')
  if (plan === undefined) return creditedItem(fee, ZERO).fee.taxes
  const entity = billingEntityOf(state, invoice.billingEntityCode)
  const fixed = plan.fixedCharges.find(({ id }) => id === fee.fixedChargeId)
  const own = fee.feeType === 'commitment' ? plan.minimumCommitment?.taxes : (fixed ?? charge)?.taxes
  return taxesOfFee([own ?? [], plan.taxes, state.customerTaxes, entity.taxes])
}

/** The invoice that is made from a void one, final at once, whatever it comes to: it was asked for. */
export function regeneratedInvoice(
  context: CommandContext,
  { invoice, periods, plans, state }: VoidInvoice,
  fees: readonly FeeDraft[],
): { readonly id: string; readonly prepared: Prepared } {
  const { currency, billingEntityCode, purchaseOrderNumber, billingAt, invoiceType, usageThroughSeq } = invoice
  const asked = { ...state, customer: { ...state.customer, finalizeZeroAmountInvoice: 'finalize' as const } }
  const billed = periods.map(onTheWay)
  // Looked at before anything of it is given back.
  const progressive = billed.flatMap((period) => state.progressive.sourceOf(period) ?? [])
  const surplus = creditSurplus(context, asked, billed, fees)
  const made = instantInvoice(context, asked, {
    fees,
    currency,
    billingEntityCode,
    purchaseOrderNumber,
    billingAt,
    datedAt: context.now,
    sections: state.subscriptions.filter(({ id }) => plans.has(id)),
    spendsCredits: invoiceType !== 'one_off',
    subscriptions: [...plans].map(([id, plan]) => ({ id, planId: plan.id })),
    progressive,
    periods: (id) => periods.map((period) => periodAgain(context, period, id)),
    // It bills the usage that the void one has billed.
    columns: { invoiceType, usageThroughSeq, voidedInvoiceId: invoice.id },
  })
  return { ...made, prepared: joined([surplus, made.prepared]) }
}

/** The usage of a period as what was billed of it on the way is found. */
const onTheWay = (row: BillingPeriodRow): PeriodOnTheWay => {
  const { subscriptionId: id, invoicingReason: reason, chargesFromAt: fromAt, chargesToAt: toAt } = row
  const charges = fromAt === null || toAt === null ? null : { fromAt, toAt }
  return { subscription: { id }, windows: { reason, charges } }
}

/** What it bills is billed once: the void invoice keeps the key that says so. */
function periodAgain(
  { newId, now }: CommandContext,
  { seq: _, ...period }: BillingPeriodRow,
  invoiceId: string,
): Omit<BillingPeriodRow, 'seq'> {
  return { ...period, id: newId(), createdAt: now, invoiceId, periodKey: `regenerated ${invoiceId}` }
}
