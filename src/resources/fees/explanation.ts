import { eventSteps } from '../../core/explanation/event_fee.js'
import type {
  ChargeTerms,
  EventBasis,
  FixedBasis,
  MinimumBasis,
  PlanBasis,
  UsageBasis,
} from '../../core/explanation/fee_basis.js'
import { fixedFeeAgain } from '../../core/explanation/fixed_fee.js'
import { minimumSteps } from '../../core/explanation/minimum_fee.js'
import { planFeeAgain, planSteps } from '../../core/explanation/plan_fee.js'
import { type Step, shown, taxSteps } from '../../core/explanation/steps.js'
import { usageFigures, usageSteps } from '../../core/explanation/usage_fee.js'
import type { ExplainedEvent } from '../../core/explanation/usage_trace.js'
import { shortfallOf } from '../../core/invoicing/shortfall.js'
import { bucketOfKey } from '../../core/metering/divider.js'
import { Decimal } from '../../core/money/decimal.js'
import type { EventExplanation, UsageExplanation } from '../../customer/contract.js'
import type { FeeRow } from './table.js'

/** How a fee came about. */
export interface FeeExplanation {
  readonly events: readonly ExplainedEvent[]
  readonly totalCount: number
  readonly lateCount: number
  readonly steps: readonly Step[]
  /** The fee made again; null when that cannot be done, for the reason. */
  readonly again: FeeAgain | null
  readonly refusal: string | null
}

/** A fee made again, beside the one that is stored. */
export interface FeeAgain {
  readonly units: Decimal
  readonly eventsCount: number | null
  /** Whole minor units. */
  readonly amountCents: Decimal
  readonly taxesAmountCents: number
  readonly matches: boolean
}

const NO_EVENTS = { events: [], totalCount: 0, lateCount: 0 }

/** A fee of which nothing was kept but what it came to. */
export function explainBareFee(fee: FeeRow): FeeExplanation {
  const amount: Step = {
    step: 'amount',
    inputs: { units: shown(fee.units), precise_amount_cents: shown(fee.preciseAmountCents) },
    result: String(fee.amountCents),
    details: fee.amountDetails,
  }
  return { ...NO_EVENTS, steps: [amount, ...taxesOf(fee)], again: null, refusal: 'basis_not_kept' }
}

export function explainPlanFee(fee: FeeRow, basis: PlanBasis): FeeExplanation {
  const made = planFeeAgain(basis)
  const again = made && { units: new Decimal(1), eventsCount: null, amountCents: new Decimal(made.amountCents) }
  return {
    ...NO_EVENTS,
    steps: [...planSteps(basis), ...taxesOf(fee)],
    again: again && compared(fee, again),
    refusal: again === null ? 'not_due' : null,
  }
}

export function explainFixedFee(fee: FeeRow, basis: FixedBasis): FeeExplanation {
  const { units, amountCents, steps } = fixedFeeAgain(basis, fee.currency)
  return {
    ...NO_EVENTS,
    steps: [...steps, ...taxesOf(fee)],
    again: compared(fee, { units, eventsCount: null, amountCents }),
    refusal: null,
  }
}

export function explainMinimumFee(fee: FeeRow, { minimum }: MinimumBasis): FeeExplanation {
  const missing = shortfallOf(minimum)
  const again = missing && {
    units: new Decimal(1),
    eventsCount: minimum.of === 'charge' ? 0 : null,
    amountCents: new Decimal(missing.amountCents),
  }
  return {
    ...NO_EVENTS,
    steps: [...minimumSteps(minimum), ...taxesOf(fee)],
    again: again && compared(fee, again),
    refusal: again === null ? 'not_due' : null,
  }
}

export function explainUsageFee(
  fee: FeeRow,
  basis: UsageBasis,
  terms: ChargeTerms,
  { events, totalCount, lateCount, counted, refusal }: UsageExplanation,
): FeeExplanation {
  const priced = { terms, bucket: bucketOfKey(basis.bucket), currency: fee.currency, counted: basis.counted }
  return {
    ...{ events, totalCount, lateCount, refusal },
    steps: [...usageSteps(priced), ...taxesOf(fee)],
    again: counted && compared(fee, usageFigures({ ...priced, counted })),
  }
}

export function explainEventFee(
  fee: FeeRow,
  basis: EventBasis,
  terms: ChargeTerms,
  { events, again, refusal }: EventExplanation,
): FeeExplanation {
  const money = { currency: fee.currency, details: fee.amountDetails }
  return {
    ...{ events, refusal, totalCount: events.length, lateCount: 0 },
    steps: [...eventSteps(basis, terms, bucketOfKey(basis.bucket), money), ...taxesOf(fee)],
    again:
      again &&
      compared(fee, {
        units: new Decimal(again.units),
        eventsCount: 1,
        amountCents: new Decimal(again.amountCents),
      }),
  }
}

function compared(fee: FeeRow, again: Omit<FeeAgain, 'taxesAmountCents' | 'matches'>): FeeAgain {
  const { taxesAmountCents } = taxSteps(taxedFee(fee, again.amountCents.toNumber()))
  const matches =
    again.amountCents.eq(fee.amountCents) &&
    again.units.eq(fee.units) &&
    again.eventsCount === fee.eventsCount &&
    taxesAmountCents === fee.taxesAmountCents
  return { ...again, taxesAmountCents, matches }
}

const taxesOf = (fee: FeeRow): Step[] => taxSteps(taxedFee(fee, fee.amountCents)).steps

const taxedFee = (fee: FeeRow, amountCents: number) => ({
  amountCents,
  couponsCents: new Decimal(fee.preciseCouponsAmountCents),
  taxes: fee.appliedTaxes,
})
