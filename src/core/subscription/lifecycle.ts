import { Temporal } from '@js-temporal/polyfill'
import { localDate, midnight } from '../time/zones.js'

export const SUBSCRIPTION_STATUSES = ['pending', 'incomplete', 'active', 'terminated', 'canceled'] as const
export type SubscriptionStatus = (typeof SUBSCRIPTION_STATUSES)[number]

/** Subscriptions rules, section 1. `incomplete` is a start that waits for a payment. */
const TRANSITIONS: Readonly<Record<SubscriptionStatus, readonly SubscriptionStatus[]>> = {
  pending: ['active', 'incomplete', 'canceled'],
  incomplete: ['active', 'canceled'],
  active: ['terminated'],
  terminated: [],
  canceled: [],
}

export function canBecome(from: SubscriptionStatus, to: SubscriptionStatus): boolean {
  return TRANSITIONS[from].includes(to)
}

/**
 * How a subscription starts, and what that bills. `at_once`: the plan's fee if it is in advance, without usage.
 * `next_billing_day`: nothing now, the next recurring run takes it up. `on_activation`: as `at_once`, but then.
 */
export type StartDecision =
  | { readonly kind: 'active_now'; readonly startedAt: number; readonly bills: 'at_once' }
  | { readonly kind: 'active_backdated'; readonly startedAt: number; readonly bills: 'next_billing_day' }
  /** `activatesAt` becomes `started_at`, whenever the activation is run; with the zone it must be reckoned anew. */
  | { readonly kind: 'pending'; readonly activatesAt: number; readonly bills: 'on_activation' }

/**
 * Decides by the local dates of `subscription_at` and of `now`, not by the hours (subscriptions rules, section 4). The same
 * decision holds when a pending subscription is given another `subscription_at`.
 *
 * `notBefore` is the instant up to which a terminated subscription of the same external id was billed, null if there is
 * none: a start that lies before it, be it by hours on the same day, is held back to it (section 8).
 */
export function startDecision(
  subscriptionAt: number,
  now: number,
  zone: string,
  notBefore: number | null = null,
): StartDecision {
  const startOn = localDate(subscriptionAt, zone)
  const order = Temporal.PlainDate.compare(startOn, localDate(now, zone))
  if (order > 0) return { kind: 'pending', activatesAt: midnight(startOn, zone), bills: 'on_activation' }
  const startedAt = notBefore === null ? subscriptionAt : Math.max(subscriptionAt, notBefore)
  return order === 0
    ? { kind: 'active_now', startedAt, bills: 'at_once' }
    : { kind: 'active_backdated', startedAt, bills: 'next_billing_day' }
}
