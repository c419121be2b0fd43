import type { ChargeFeeDraft } from '../core/invoicing/fee.js'
import type { PlacedEvent } from './advance_fees.js'
import { billingPeriodRow } from './billed_period.js'
import { entityOfSubscription } from './billing_entity.js'
import type { CommandContext } from './command_context.js'
import { instantInvoice } from './instant_invoice.js'
import type { CustomerState } from './load_customer.js'
import { looseFees } from './loose_fees.js'
import type { Prepared } from './prepared.js'

/**
 * What a fee in advance is stored with: an invoice of its own, final at once and dated by the day of the event; or nothing but
 * the word that there is a fee, where its charge is not invoiceable (recurring rules, section 5).
 * @param at of the event, epoch microseconds
 */
export function feeInAdvance(
  context: CommandContext,
  state: CustomerState,
  placed: PlacedEvent,
  fee: ChargeFeeDraft,
  at: number,
): Prepared {
  return fee.invoiceable ? invoicedFee(context, state, placed, fee, Math.floor(at / 1000)) : looseFees(context, [fee])
}

function invoicedFee(
  context: CommandContext,
  state: CustomerState,
  placed: PlacedEvent,
  fee: ChargeFeeDraft,
  billingAt: number,
): Prepared {
  const { now, newId } = context
  const period = { ...placed, periodKey: `${fee.chargeId} ${placed.transactionId}`, zone: state.zone }
  return instantInvoice(context, state, {
    fees: [fee],
    currency: fee.currency,
    billingEntityCode: entityOfSubscription(state, placed.subscription).code,
    purchaseOrderNumber: placed.subscription.purchaseOrderNumber,
    billingAt,
    datedAt: billingAt,
    sections: [placed.subscription],
    spendsCredits: true,
    subscriptions: [placed.subscription],
    periods: (invoiceId) => [billingPeriodRow(period, { id: newId(), invoiceId, createdAt: now })],
    // It bills one event, and leaves all other usage as it is.
    columns: { invoiceType: 'subscription', usageThroughSeq: null },
  }).prepared
}
