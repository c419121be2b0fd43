import type { Plan } from '../../core/catalog.js'
import type { SubscriptionTerms } from '../../core/subscription/terms.js'
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
