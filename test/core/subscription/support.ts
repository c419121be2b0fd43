import { Temporal } from '@js-temporal/polyfill'
import type { BillingMarks, SubscriptionTerms } from '../../../src/core/subscription/terms.js'
import type { TimeWindow } from '../../../src/core/time/windows.js'
import { at, iso } from '../time/support.js'

export { at, iso } from '../time/support.js'

export const date = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text)

export const NO_MARKS: BillingMarks = {
  billedThroughOn: null,
  chargesBilledUntilAt: null,
  fixedChargesBilledUntilAt: null,
}

type Facts = Partial<Omit<SubscriptionTerms, 'subscriptionAt' | 'createdAt' | 'startedAt'>> & {
  readonly subscriptionAt?: string
  readonly createdAt?: string
}

/** A monthly calendar subscription in arrears that was created and asked for at the instant of its start, unless told. */
export function subscription(startedAt: string, facts: Facts = {}): SubscriptionTerms {
  const { subscriptionAt = startedAt, createdAt = startedAt, ...rest } = facts
  return {
    interval: 'monthly',
    billingTime: 'calendar',
    payInAdvance: false,
    billChargesMonthly: null,
    billFixedChargesMonthly: null,
    ...NO_MARKS,
    ...rest,
    subscriptionAt: at(subscriptionAt),
    startedAt: at(startedAt),
    createdAt: at(createdAt),
  }
}

/** A window as the API shows it: half-open ends read one second earlier. */
export function shown(window: TimeWindow | null): readonly [string, string] | null {
  if (window === null) return null
  return [iso(window.fromAt), iso(window.toInclusive ? window.toAt : window.toAt - 1000)]
}
