import type { FixedCharge, Plan, UnitsDecision } from '../catalog.js'
import { billedUnits } from '../fixed_charges/billed_units.js'
import { fixedBasis } from '../fixed_charges/fixed_charge_fee.js'
import { pricedUnits } from '../fixed_charges/price.js'
import { sumCents } from '../invoicing/cents.js'
import { isPeriodStart } from '../time/billing_periods.js'
import type { TimeWindow } from '../time/windows.js'
import { localDate, midnight } from '../time/zones.js'
import { marksAfterRun, marksAfterStart } from './billing_marks.js'
import { nextBillingDay } from './billing_schedule.js'
import { planFee } from './plan_fee.js'
import { terminatingWindows } from './terminating_windows.js'
import { periodGrids, type SubscriptionTerms } from './terms.js'
import { type Trial, trialEndOf, trialEndWindows } from './trial.js'
import { type BillingWindows, recurringWindows, startingWindows } from './windows.js'

type PlanFacts = Pick<
  Plan,
  | 'code'
  | 'amountCents'
  | 'currency'
  | 'interval'
  | 'payInAdvance'
  | 'billChargesMonthly'
  | 'billFixedChargesMonthly'
  | 'trialPeriod'
  | 'fixedCharges'
>

/** Something that is going to happen to a subscription if nothing is changed. */
export interface ComingEvent {
  readonly kind: 'renewal' | 'trial_end' | 'plan_change' | 'termination'
  /** Epoch milliseconds. */
  readonly at: number
  readonly planCode: string
  /** What is billed of the plan's own price, whole minor units of `currency`; usage comes on top. */
  readonly amountCents: number
  /** What is billed of its fixed charges, as their units were decided so far. */
  readonly fixedChargesAmountCents: number
  readonly currency: string
  /** What that is for; null when nothing is asked. */
  readonly period: TimeWindow | null
}

export interface ForecastInput {
  readonly terms: SubscriptionTerms
  readonly plan: PlanFacts
  /** When the first subscription of the external id started: what trials are counted from. */
  readonly firstStartedAt: number
  readonly trialIsOver: boolean
  /** Whether a plan fee of the subscription has been asked, and the end of what it was asked for. */
  readonly askedUntilAt: number | null
  readonly endingAt: number | null
  /** The plan that takes over at the end of the period. */
  readonly nextPlan: PlanFacts | null
  readonly zone: string
  /** What was decided of a fixed charge's units; of the plan that takes over too. */
  readonly decidedOf: (charge: FixedCharge) => readonly UnitsDecision[]
}

/**
 * What is going to happen from now on, in order of time, as the runs that bill will decide it: the same functions, applied
 * one after the other. Endless for a subscription without an end.
 */
export function* comingEvents(input: ForecastInput): Generator<ComingEvent> {
  const { zone, endingAt } = input
  const fixedOf = (of: PlanFacts, on: SubscriptionTerms, windows: BillingWindows) => fixedCents(input, of, on, windows)
  let { terms, plan, nextPlan, trialIsOver, askedUntilAt } = input
  for (;;) {
    const day = nextBillingDay(terms, zone)
    const runAt = midnight(day, zone)
    const trial = trialOf(input, plan)
    const endsAt = endingAt === null ? null : midnight(localDate(endingAt, zone), zone)
    if (trial !== null && !trialIsOver && trial.endAt < runAt && (endsAt === null || trial.endAt < endsAt)) {
      const windows = trialEndWindows(terms, trial.endAt, zone)
      const asks = plan.payInAdvance && (askedUntilAt ?? 0) < windows.plan.toAt
      yield event('trial_end', trial.endAt, plan, asks ? feeOf(plan, windows, trial, askedUntilAt, zone) : null)
      if (asks) askedUntilAt = windows.plan.toAt
      trialIsOver = true
      continue
    }
    if (endsAt !== null && endsAt <= runAt) {
      const windows = terminatingWindows(terms, endsAt, zone)
      const fee = feeOf(plan, windows, trial, askedUntilAt, zone)
      yield event('termination', endsAt, plan, fee, fixedOf(plan, terms, windows))
      return
    }
    if (nextPlan !== null && isPeriodStart(periodGrids(terms, zone).plan, day)) {
      const ended = terminatingWindows(terms, runAt, zone, { inclusive: false })
      const last = feeOf(plan, ended, trial, askedUntilAt, zone)
      const lastFixed = fixedOf(plan, terms, ended)
      terms = { ...terms, ...planTerms(nextPlan), ...NO_MARKS, startedAt: runAt, createdAt: runAt }
      plan = nextPlan
      nextPlan = null
      const windows = startingWindows(terms, zone)
      const first = feeOf(plan, windows, trialOf(input, plan), null, zone)
      yield {
        ...event('plan_change', runAt, plan, first, lastFixed + fixedOf(plan, terms, windows)),
        amountCents: (last?.amountCents ?? 0) + (first?.amountCents ?? 0),
      }
      if (first !== null) terms = { ...terms, ...marksAfterStart(terms, zone) }
      askedUntilAt = first?.window.toAt ?? null
      continue
    }
    const windows = recurringWindows(terms, day, zone)
    const fee = feeOf(plan, windows, trial, askedUntilAt, zone)
    yield event('renewal', runAt, plan, fee, fixedOf(plan, terms, windows))
    terms = { ...terms, ...marksAfterRun(terms, day, windows, zone) }
    if (fee !== null) askedUntilAt = fee.window.toAt
  }
}

const NO_MARKS = { billedThroughOn: null, chargesBilledUntilAt: null, fixedChargesBilledUntilAt: null }

const planTerms = ({ interval, payInAdvance, billChargesMonthly, billFixedChargesMonthly }: PlanFacts) => ({
  interval,
  payInAdvance,
  billChargesMonthly,
  billFixedChargesMonthly,
})

function trialOf({ firstStartedAt }: ForecastInput, plan: PlanFacts): Trial | null {
  const endAt = trialEndOf(firstStartedAt, plan.trialPeriod)
  return endAt === null ? null : { endAt, payInAdvance: plan.payInAdvance }
}

function feeOf(
  { amountCents }: PlanFacts,
  windows: BillingWindows,
  trial: Trial | null,
  askedUntilAt: number | null,
  zone: string,
) {
  return planFee({ amountCents, windows, billedBefore: askedUntilAt !== null, trial, zone })
}

function event(
  kind: ComingEvent['kind'],
  at: number,
  plan: PlanFacts,
  fee: ReturnType<typeof planFee>,
  fixedChargesAmountCents = 0,
): ComingEvent {
  const { code: planCode, currency } = plan
  const period = fee?.window ?? null
  return { kind, at, planCode, currency, amountCents: fee?.amountCents ?? 0, fixedChargesAmountCents, period }
}

/** Of what the plan before was paid for the same days nothing is known here: a change that is waited for leaves none. */
function fixedCents(
  { zone, decidedOf }: ForecastInput,
  plan: PlanFacts,
  terms: SubscriptionTerms,
  windows: BillingWindows,
): number {
  const holder = { activatedAt: Math.max(terms.createdAt, terms.startedAt) }
  const billed = billedUnits(plan.fixedCharges, decidedOf, holder, { terms, windows, zone })
  return sumCents(
    billed.map(({ charge, periodDays, held }) => {
      const basis = fixedBasis({ charge, periodDays }, held)
      return pricedUnits(basis, plan.currency).amountCents
    }),
  )
}
