import { roundToCents } from '../invoicing/cents.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { centsToUnits, roundHalfUp, toCents } from '../money/rounding.js'

/** Decimals that credits are kept to. */
const CREDIT_DECIMALS = 5

/** What a wallet's credits are worth. */
export interface CreditRate {
  /** Currency units for one credit, above 0. */
  readonly rateAmount: Decimal
  readonly currency: string
}

/** Credits and the money that they are. */
export interface Credited {
  /** Whole minor units. */
  readonly amountCents: number
  /** At most 5 decimals. */
  readonly creditAmount: Decimal
}

/**
 * What a top-up of so many credits comes to (wallet rules, section 1.1): cut to 5 decimals and priced, the price rounded to
 * whole minor units, and the credits counted back from it, so that what is bought is always whole cents.
 */
export function toppedUp(credits: Decimal, rate: CreditRate): Credited {
  const amountCents = priceOf(cutCredits(credits), rate)
  return { amountCents, creditAmount: creditsOf(amountCents, rate) }
}

/** What a void of so many credits takes: the credits as they are cut, and the money rounded to whole minor units. */
export function takenAway(credits: Decimal, rate: CreditRate): Credited {
  const creditAmount = cutCredits(credits)
  return { amountCents: priceOf(creditAmount, rate), creditAmount }
}

/** The credits that so much money is at a rate: half up at 5 decimals. */
export function creditsOf(amountCents: number, { rateAmount, currency }: CreditRate): Decimal {
  return roundHalfUp(centsToUnits(new Decimal(amountCents), currency).div(rateAmount), CREDIT_DECIMALS)
}

/** Whether there are credits, but worth less than half a minor unit. */
export const roundsToZero = (credits: Decimal, rate: CreditRate): boolean =>
  credits.gt(0) && toppedUp(credits, rate).amountCents === 0

const cutCredits = (credits: Decimal): Decimal => credits.toDecimalPlaces(CREDIT_DECIMALS, Decimal.ROUND_DOWN)

const priceOf = (credits: Decimal, { rateAmount, currency }: CreditRate): number =>
  roundToCents(toCents(credits.times(rateAmount), currency))

/** What a wallet holds. */
export interface WalletBalance {
  /** Whole minor units, never below 0. */
  readonly balanceCents: number
  readonly creditsBalance: Decimal
}

/**
 * The balance after credits came or went. The two figures may drift apart by fractions of a minor unit where voids cut credits
 * that are no whole cents; with nothing left of the money there are no credits, and never less than none.
 * @param sign 1 for what comes, -1 for what goes
 */
export function balanceAfter(before: WalletBalance, moved: Credited, sign: 1 | -1): WalletBalance {
  const balanceCents = before.balanceCents + sign * moved.amountCents
  const credits = before.creditsBalance.plus(moved.creditAmount.times(sign))
  return { balanceCents, creditsBalance: balanceCents === 0 ? ZERO : Decimal.max(credits, 0) }
}
