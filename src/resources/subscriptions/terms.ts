import type { BillingTime, Plan } from '../../core/catalog.js'
import type { SubscriptionTerms } from '../../core/subscription/terms.js'
import type { PlanOverrides } from '../plan_overrides/terms.js'
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
  return { ...NOTHING_SAID, ...given, createdAt: now, updatedAt: now }
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
}

/** A change of a subscription. Absent fields stay, null takes a value away. */
export interface SubscriptionChanges {
  readonly name?: string | null | undefined
  readonly subscription_at?: number | null | undefined
  readonly ending_at?: number | null | undefined
  readonly consolidate_invoice?: boolean | undefined
  readonly purchase_order_number?: string | null | undefined
  readonly plan_overrides?: PlanOverrides | undefined
  readonly on_termination_invoice?: SubscriptionRow['onTerminationInvoice'] | undefined
  readonly on_termination_credit_note?: SubscriptionRow['onTerminationCreditNote'] | undefined
}
