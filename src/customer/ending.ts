import { Temporal } from '@js-temporal/polyfill'
import { invalid, type Result } from '../core/result.js'
import { localDate } from '../core/time/zones.js'

/** Why a subscription cannot end then, null when it can: its date (UTC) has to be after today's and after the start's. */
export function endingRefusal(endingAt: number | null, subscriptionAt: number, now: number): Result<never> | null {
  if (endingAt === null) return null
  const endingOn = localDate(endingAt, 'UTC')
  const isLater = (at: number) => Temporal.PlainDate.compare(endingOn, localDate(at, 'UTC')) > 0
  return isLater(now) && isLater(subscriptionAt) ? null : invalid({ ending_at: ['invalid_date'] })
}
