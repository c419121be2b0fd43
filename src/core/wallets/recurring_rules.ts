import type { PlanInterval } from '../catalog.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { type CreditRate, creditsOf } from './credits.js'
import type { AskedCredits, TopUpBounds } from './top_up.js'

export const TRIGGERS = ['interval', 'threshold'] as const
export const METHODS = ['fixed', 'target'] as const

/** How a wallet is filled by itself. */
export interface RecurringRule {
  readonly trigger: (typeof TRIGGERS)[number]
  /** Of a rule that is triggered by one. */
  readonly interval: PlanInterval | null
  readonly method: (typeof METHODS)[number]
  readonly thresholdCredits: Decimal
  readonly paidCredits: Decimal
  readonly grantedCredits: Decimal
  /** Of a rule with a target. */
  readonly targetOngoingBalance: Decimal | null
  /** Whether what is missing to the target is given rather than sold. */
  readonly grantsTargetTopUp: boolean
  readonly ignorePaidTopUpLimits: boolean
}

/** A wallet as its rule looks at it. */
export interface WalletStanding {
  /** Credits less what unpaid usage will take. */
  readonly ongoingCredits: Decimal
  /** Bought and not paid yet. */
  readonly pendingCredits: Decimal
  readonly rate: CreditRate
  readonly bounds: TopUpBounds
}

const NOTHING: AskedCredits = { paidCredits: null, grantedCredits: null }

/** What a rule buys and gives on its day (wallet rules, section 1.8): fixed amounts whatever the balance, or what is missing to the target. */
export function intervalTopUp(rule: RecurringRule, standing: WalletStanding): AskedCredits {
  if (rule.method === 'target') return targetTopUp(rule, standing)
  return { paidCredits: rule.paidCredits, grantedCredits: rule.grantedCredits }
}

/** Whether the wallet has run low, and nothing that was bought is on its way. */
export const hasRunLow = ({ thresholdCredits }: RecurringRule, standing: WalletStanding): boolean =>
  standing.ongoingCredits.plus(standing.pendingCredits).lte(thresholdCredits)

/**
 * What a rule buys and gives when its wallet has run low: a fixed amount as often as it takes to come above the threshold, in one
 * purchase, or what is missing to the target.
 */
export function thresholdTopUp(rule: RecurringRule, standing: WalletStanding): AskedCredits {
  if (rule.method === 'target') return targetTopUp(rule, standing)
  const { thresholdCredits, paidCredits, grantedCredits, ignorePaidTopUpLimits } = rule
  if (paidCredits.isZero()) return { paidCredits: null, grantedCredits }
  const { ongoingCredits, pendingCredits, rate, bounds } = standing
  const gap = thresholdCredits.minus(ongoingCredits).minus(grantedCredits).minus(pendingCredits)
  const times = gap.lt(paidCredits) ? new Decimal(1) : gap.div(paidCredits).floor().plus(1)
  const wanted = paidCredits.times(times)
  const most = bounds.maxAmountCents === null || ignorePaidTopUpLimits ? wanted : creditsOf(bounds.maxAmountCents, rate)
  return { paidCredits: Decimal.min(wanted, most), grantedCredits }
}

/** What is bought is no less than a purchase may be; what is on its way is not bought again. */
function targetTopUp(
  { targetOngoingBalance, grantsTargetTopUp }: RecurringRule,
  standing: WalletStanding,
): AskedCredits {
  const { ongoingCredits, pendingCredits, rate, bounds } = standing
  const gap = (targetOngoingBalance ?? ZERO).minus(ongoingCredits).minus(pendingCredits)
  if (gap.lte(0)) return NOTHING
  if (grantsTargetTopUp) return { paidCredits: null, grantedCredits: gap }
  const least = bounds.minAmountCents === null ? ZERO : creditsOf(bounds.minAmountCents, rate)
  return { paidCredits: Decimal.max(gap, least), grantedCredits: null }
}

/** A purchase as far as rules look at it. Moments are epoch milliseconds. */
export interface PastPurchase {
  readonly isAutomatic: boolean
  readonly settledAt: number | null
  readonly failedAt: number | null
}

const WAIT_AFTER_FAILURE_MS = 3_600_000

/**
 * Whether nothing is bought for now: the last purchase by a rule failed within the hour, and none was paid since.
 * @param purchases of the wallet, in the order of their creation
 */
export function waitsAfterFailure(purchases: readonly PastPurchase[], now: number): boolean {
  const failedAt = purchases.findLast(({ isAutomatic }) => isAutomatic)?.failedAt ?? null
  if (failedAt === null || now - failedAt >= WAIT_AFTER_FAILURE_MS) return false
  return !purchases.some(({ settledAt }) => settledAt !== null && settledAt >= failedAt)
}
