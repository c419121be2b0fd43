import type { BillingTime, PlanInterval } from '../catalog.js'
import type { PeriodTerms } from '../time/billing_periods.js'
import { localDate } from '../time/zones.js'

/**
 * How far a subscription has been billed. Stored with it and moved in the batch that commits the invoice, so that whatever
 * becomes of the customer's time zone, the next run takes up where the last one ended.
 */
export interface BillingMarks {
  /**
   * The last billing day that was billed, as the local date it then was (ISO); after a starting invoice the start of the
   * billing period in which the subscription started. Null while nothing has been billed.
   */
  readonly billedThroughOn: string | null
  /**
   * The instants from which usage and fixed charges remain to be billed: the exclusive ends of their last billed windows.
   * Null while nothing has been billed.
   */
  readonly chargesBilledUntilAt: number | null
  readonly fixedChargesBilledUntilAt: number | null
}

/** What billing periods and windows depend on. Instants are epoch milliseconds. */
export interface SubscriptionTerms extends BillingMarks {
  readonly interval: PlanInterval
  readonly billingTime: BillingTime
  readonly payInAdvance: boolean
  /** Heeded on yearly and semiannual plans only. */
  readonly billChargesMonthly: boolean | null
  readonly billFixedChargesMonthly: boolean | null
  /** Its local date is the anchor. */
  readonly subscriptionAt: number
  /** Nothing before it is ever billed. Pending subscriptions have none, and no periods either. */
  readonly startedAt: number
  readonly createdAt: number
}

/** The period grids of a subscription in the present time zone. `billing` is the one that recurring runs follow. */
export interface PeriodGrids {
  readonly billing: PeriodTerms
  readonly plan: PeriodTerms
  readonly charges: PeriodTerms
  readonly fixedCharges: PeriodTerms
}

const SPLITTABLE: ReadonlySet<PlanInterval> = new Set(['semiannual', 'yearly'])

/** Lays the grids (subscriptions rules, section 3, "Splitting"): what is split out follows the month. */
export function periodGrids(terms: SubscriptionTerms, zone: string): PeriodGrids {
  const { interval, billingTime } = terms
  const plan: PeriodTerms = { interval, billingTime, anchorOn: localDate(terms.subscriptionAt, zone) }
  const month: PeriodTerms = { ...plan, interval: 'monthly' }
  const splittable = SPLITTABLE.has(interval)
  const charges = splittable && terms.billChargesMonthly ? month : plan
  const fixedCharges = splittable && terms.billFixedChargesMonthly ? month : plan
  return { plan, charges, fixedCharges, billing: charges === month || fixedCharges === month ? month : plan }
}
