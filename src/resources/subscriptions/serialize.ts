import { runningWindows } from '../../core/subscription/windows.js'
import { localDate } from '../../core/time/zones.js'
import { lastSecond, milliseconds, seconds } from '../../http/timestamps.js'
import { serializeChosen } from '../custom_sections/serialize.js'
import type { CustomSectionRow } from '../custom_sections/table.js'
import type { PlanRow } from '../plans/table.js'
import { serializeThreshold } from '../usage_thresholds/serialize.js'
import type { KeptThreshold } from '../usage_thresholds/terms.js'
import type { Neighbours } from './store.js'
import type { SubscriptionRow } from './table.js'
import { termsOf } from './terms.js'

export interface SerializedSubscription {
  readonly subscription: SubscriptionRow
  readonly plan: PlanRow
  readonly externalCustomerId: string
  readonly neighbours: Neighbours
  /** At which usage it is billed on the way. */
  readonly thresholds: readonly KeptThreshold[]
  /** At least those that it names. */
  readonly sections: readonly CustomSectionRow[]
}

/** A subscription as every answer has it. `zone` is the customer's applicable one, `now` decides which period is running. */
export function serializeSubscription(
  { subscription, plan, externalCustomerId, neighbours, thresholds, sections }: SerializedSubscription,
  { now, zone }: { now: number; zone: string },
) {
  const running = subscription.status === 'active' ? runningWindows(termsOf(subscription, plan), now, zone) : null
  return {
    lago_id: subscription.id,
    external_id: subscription.externalId,
    lago_customer_id: subscription.customerId,
    external_customer_id: externalCustomerId,
    name: subscription.name,
    plan_code: plan.code,
    plan_amount_cents: plan.amountCents,
    plan_amount_currency: plan.currency,
    status: subscription.status,
    billing_time: subscription.billingTime,
    subscription_at: seconds(subscription.subscriptionAt),
    started_at: milliseconds(subscription.startedAt),
    activated_at: seconds(subscription.startedAt),
    trial_ended_at: seconds(subscription.trialEndedAt),
    ending_at: seconds(subscription.endingAt),
    terminated_at: seconds(subscription.terminatedAt),
    canceled_at: seconds(subscription.canceledAt),
    cancellation_reason: null,
    created_at: seconds(subscription.createdAt),
    previous_plan_code: neighbours.previous?.planCode ?? null,
    next_plan_code: neighbours.next?.planCode ?? null,
    downgrade_plan_date: downgradeOn(subscription, plan, neighbours, { now, zone }),
    current_billing_period_started_at: seconds(running?.charges.fromAt ?? null),
    current_billing_period_ending_at: seconds(running === null ? null : lastSecond(running.charges.toAt)),
    on_termination_credit_note: subscription.onTerminationCreditNote,
    on_termination_invoice: subscription.onTerminationInvoice,
    consolidate_invoice: subscription.consolidateInvoice,
    purchase_order_number: subscription.purchaseOrderNumber,
    progressive_billing_disabled: subscription.progressiveBillingDisabled,
    activation_rules: [],
    applied_invoice_custom_sections: serializeChosen(sections, subscription.customSectionCodes),
    applicable_usage_thresholds: thresholds.map(serializeThreshold),
    payment_method: { payment_method_type: 'provider', payment_method_id: null },
  }
}

/** The day on which a cheaper plan takes over: that of the next period, and afterwards that on which it did. */
function downgradeOn(
  subscription: SubscriptionRow,
  plan: PlanRow,
  { next }: Neighbours,
  { now, zone }: { now: number; zone: string },
): string | null {
  if (next === undefined) return null
  const { status, startedAt, createdAt } = next.subscription
  if (subscription.status === 'active' && status === 'pending') {
    return runningWindows(termsOf(subscription, plan), now, zone).planPeriod.toOn.toString()
  }
  // An upgrade starts in the very moment in which it is asked for.
  return startedAt === null || startedAt <= createdAt ? null : localDate(startedAt, zone).toString()
}
