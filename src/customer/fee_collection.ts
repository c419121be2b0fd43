import { collectedTotals } from '../core/invoicing/collection.js'
import { checkCollection } from '../core/invoicing/collection_postconditions.js'
import { periodsJustEnded } from '../core/subscription/event_windows.js'
import { takeUpFees } from '../resources/fees/store.js'
import type { FeeRow } from '../resources/fees/table.js'
import { insertBillingPeriod, insertInvoice, refuseInvoiceLackingFees } from '../resources/invoices/store.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import { type BilledPeriod, billingPeriodRow } from './billed_period.js'
import { entityOfSubscription } from './billing_entity.js'
import type { CommandContext } from './command_context.js'
import { instantRow } from './instant_invoice.js'
import { announced } from './invoice_statements.js'
import { type CustomerState, planOf } from './load_customer.js'
import { paymentWritten } from './payment_statements.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'

/** How the payment of such an invoice is called. */
const REFERENCE = 'fees paid before'

/**
 * Collects the paid fees of a subscription, and of those before it under the same external id, after its run of a billing day:
 * those whose period is over (recurring rules, section 7).
 * @param day the billing day, in the customer's zone; `at` the instant at which it begins
 */
export function collectAfterRun(
  context: CommandContext,
  state: CustomerState,
  subscription: SubscriptionRow,
  { day, at }: { readonly day: string; readonly at: number },
): Prepared {
  const windows = periodsJustEnded(termsOf(subscription, planOf(state, subscription)), at, state.zone)
  return collect(context, state, { subscription, windows, periodKey: day, zone: state.zone }, 'run')
}

/** The same when a subscription ends, for good or by a change of plan: all that are paid. */
export function collectAtEnd(context: CommandContext, state: CustomerState, ended: BilledPeriod): Prepared {
  return collect(context, state, ended, 'end')
}

function collect(context: CommandContext, state: CustomerState, ended: BilledPeriod, by: 'run' | 'end'): Prepared {
  const taken = state.paidFees.take(ended.subscription.externalId, context.now, by)
  return joined([...taken.values()].map((fees) => collection(context, state, ended, fees)))
}

/** One invoice of fees of one currency: final and paid at once, with the payment. */
function collection(
  context: CommandContext,
  state: CustomerState,
  ended: BilledPeriod,
  found: readonly FeeRow[],
): Prepared {
  const { db, now, newId, ref } = context
  const [first] = found
  if (first === undefined) return NOTHING
  const { subscription } = ended
  const totals = collectedTotals(first.currency, found)
  const violations = checkCollection(totals, found)
  if (violations.length > 0) throw new Error(`collection is not sound: ${violations.join('; ')}`)
  const id = newId()
  const { totalAmountCents } = totals
  const row = {
    ...instantRow(context, state, id, totals, {
      billingEntityCode: entityOfSubscription(state, subscription).code,
      purchaseOrderNumber: subscription.purchaseOrderNumber,
      billingAt: now,
      datedAt: now,
      sections: [subscription],
      columns: { invoiceType: 'advance_charges', usageThroughSeq: null },
    }),
    // What was paid is shown, also where that was nothing.
    status: 'finalized' as const,
    paymentStatus: 'succeeded' as const,
    totalPaidAmountCents: totalAmountCents,
  }
  const fees = found.map((fee) => ({ ...fee, invoiceId: id }))
  const periods = [...new Set(found.map(({ subscriptionId }) => subscriptionId ?? ''))].map((subscriptionId) =>
    periodOf(ended, { subscriptionId, currency: first.currency }, { id: newId(), invoiceId: id, createdAt: now }),
  )
  const payment = { id: newId(), amountCents: totalAmountCents, reference: REFERENCE, paidAt: now }
  const statements = [
    insertInvoice(db, row),
    ...periods.map((period) => insertBillingPeriod(db, period)),
    takeUpFees(
      db,
      ref.organizationId,
      id,
      fees.map((fee) => fee.id),
    ),
    refuseInvoiceLackingFees(db, id, fees.length),
    ...(totalAmountCents === 0 ? [] : paymentWritten(context, row, payment)),
  ]
  const document = { row, fees, periods, credits: [] }
  return joined([prepared({ statements, invoices: [document] }), announced(context, state, document)])
}

/** Each subscription that has fees on the invoice shows the dates of the one whose run or end collects them. */
function periodOf(
  { subscription, windows, periodKey, zone }: BilledPeriod,
  { subscriptionId, currency }: { readonly subscriptionId: string; readonly currency: string },
  making: { readonly id: string; readonly invoiceId: string; readonly createdAt: number },
) {
  const collecting = {
    subscription: { ...subscription, id: subscriptionId },
    periodKey: `${subscription.id} ${periodKey} ${currency}`,
    windows: { ...windows, reason: 'in_advance_charge_periodic' as const, billsPlanFee: false },
    zone,
  }
  return billingPeriodRow(collecting, making)
}
