import type { BillingTime, Plan } from '../../core/catalog.js'
import type { SubscriptionTerms } from '../../core/subscription/terms.js'
import type { SentChoice } from '../custom_sections/terms.js'
import type { PlanOverrides } from '../plan_overrides/terms.js'
import { keptThresholds, type SentThreshold } from '../usage_thresholds/terms.js'
import type { SubscriptionRow } from './table.js'

type PlanTerms = Pick<Plan, 'interval' | 'payInAdvance' | 'billChargesMonthly' | 'billFixedChargesMonthly'>

/** What the rules about periods need to know of a subscription on its plan. */
export function termsOf(subscription: SubscriptionRow, plan: PlanTerms): SubscriptionTerms {
  return {
    interval: plan.interval,
    payInAdvance: plan.payInAdvance,
    billChargesMonthly: plan.billChargesMonthly,
    billFixedChargesMonthly: plan.billFixedChargesMonthly,
    billingTime: subscription.billingTime,
    subscriptionAt: subscription.subscriptionAt,
    startedAt: subscription.startedAt ?? subscription.subscriptionAt,
    createdAt: subscription.createdAt,
    billedThroughOn: subscription.billedThroughOn,
    chargesBilledUntilAt: subscription.chargesBilledUntilAt,
    fixedChargesBilledUntilAt: subscription.fixedChargesBilledUntilAt,
  }
}

type Given = Pick<
  SubscriptionRow,
  | 'id'
  | 'organizationId'
  | 'customerId'
  | 'planId'
  | 'externalId'
  | 'status'
  | 'billingTime'
  | 'subscriptionAt'
  | 'startedAt'
>

/** A subscription of which nothing else is said, as it is before anything is billed of it. `now` is epoch milliseconds. */
export function newSubscriptionRow(given: Given, now: number): Omit<SubscriptionRow, 'seq'> {
  return { ...NOTHING_SAID, customSectionCodes: [], ...given, createdAt: now, updatedAt: now }
}

const NOTHING_SAID = {
  billingEntityCode: null,
  name: null,
  endingAt: null,
  terminatedAt: null,
  canceledAt: null,
  consolidateInvoice: true,
  purchaseOrderNumber: null,
  onTerminationInvoice: 'generate',
  onTerminationCreditNote: null,
  previousSubscriptionId: null,
  usageThresholds: null,
  progressiveBillingDisabled: false,
  skipsCustomSections: false,
  trialEndedAt: null,
  billedThroughOn: null,
  chargesBilledUntilAt: null,
  fixedChargesBilledUntilAt: null,
  startedAfterSeq: null,
  endedAfterSeq: null,
} as const

/** A request for a subscription. Absent fields take their defaults; moments are epoch milliseconds. */
export interface SubscriptionInput {
  readonly external_customer_id: string
  readonly plan_code: string
  readonly external_id: string
  readonly name?: string | null | undefined
  readonly billing_time?: BillingTime | null | undefined
  readonly subscription_at?: number | null | undefined
  readonly ending_at?: number | null | undefined
  readonly billing_entity_code?: string | null | undefined
  readonly consolidate_invoice?: boolean | undefined
  readonly purchase_order_number?: string | null | undefined
  readonly plan_overrides?: PlanOverrides | undefined
  readonly invoice_custom_section?: SentChoice | null | undefined
  readonly usage_thresholds?: readonly SentThreshold[] | undefined
  readonly progressive_billing_disabled?: boolean | undefined
}

/** A change of a subscription. Absent fields stay, null takes a value away. */
export interface SubscriptionChanges {
  readonly usage_thresholds?: readonly SentThreshold[] | undefined
  readonly progressive_billing_disabled?: boolean | undefined
  readonly invoice_custom_section?: SentChoice | null | undefined
  readonly name?: string | null | undefined
  readonly subscription_at?: number | null | undefined
  readonly ending_at?: number | null | undefined
  readonly consolidate_invoice?: boolean | undefined
  readonly purchase_order_number?: string | null | undefined
  readonly plan_overrides?: PlanOverrides | undefined
  readonly on_termination_invoice?: SubscriptionRow['onTerminationInvoice'] | undefined
  readonly on_termination_credit_note?: SubscriptionRow['onTerminationCreditNote'] | undefined
}

type BilledOnTheWay = Pick<SubscriptionRow, 'usageThresholds' | 'progressiveBillingDisabled'>

/** What a request leaves of the thresholds of a subscription's own. */
export function thresholdsAfter(
  before: BilledOnTheWay,
  sent: Pick<SubscriptionChanges, 'usage_thresholds' | 'progressive_billing_disabled'>,
  making: { readonly newId: () => string; readonly now: number },
): BilledOnTheWay {
  const own = keptThresholds(before.usageThresholds, sent.usage_thresholds, making)
  return {
    usageThresholds: own === undefined ? before.usageThresholds : own,
    progressiveBillingDisabled: sent.progressive_billing_disabled ?? before.progressiveBillingDisabled,
  }
}

/** Of a subscription that nothing was said of. */
export const NO_THRESHOLDS: BilledOnTheWay = { usageThresholds: null, progressiveBillingDisabled: false }
