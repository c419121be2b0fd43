import { type Trial, trialEndOf } from '../core/subscription/trial.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { type CustomerState, planOf } from './load_customer.js'

/** The trial of a subscription by its present plan, counted from the first start of its external id; null without one. */
export function trialOf(state: CustomerState, subscription: SubscriptionRow): Trial | null {
  const plan = planOf(state, subscription)
  const own = subscription.startedAt ?? subscription.subscriptionAt
  const firstStartedAt = Math.min(own, state.firstStarts.get(subscription.externalId) ?? own)
  const endAt = trialEndOf(firstStartedAt, plan.trialPeriod)
  return endAt === null ? null : { endAt, payInAdvance: plan.payInAdvance }
}
