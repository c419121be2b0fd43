import type { Temporal } from '@js-temporal/polyfill'
import type { PlanInterval } from '../catalog.js'
import { firstStartOnOrAfter } from '../time/billing_periods.js'
import { laterDate } from '../time/dates.js'

/** From when a wallet is filled, and how often. All are local days of the customer. */
export interface TopUpCalendar {
  readonly interval: PlanInterval
  /** Whose anniversaries are the days: the day of the week, or of the month, or the last one of shorter months. */
  readonly anchorOn: Temporal.PlainDate
  /** The day on which the wallet was opened is none. */
  readonly openedOn: Temporal.PlainDate
  /** The last day on which it was filled; null for never. */
  readonly toppedUpOn: Temporal.PlainDate | null
}

/** The next day on which a wallet is filled (wallet rules, section 1.8), not before `today` nor before the anchor. */
export function nextTopUpDay(calendar: TopUpCalendar, today: Temporal.PlainDate): Temporal.PlainDate {
  const { interval, anchorOn, openedOn, toppedUpOn } = calendar
  const afterLast = laterDate(openedOn, toppedUpOn ?? openedOn).add({ days: 1 })
  const earliest = [anchorOn, today, afterLast].reduce(laterDate)
  return firstStartOnOrAfter({ interval, billingTime: 'anniversary', anchorOn }, earliest)
}
