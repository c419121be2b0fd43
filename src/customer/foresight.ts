import { nextBillingDay } from '../core/subscription/billing_schedule.js'
import { ceilToHour } from '../core/time/instants.js'
import { localDate, midnight } from '../core/time/zones.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { BilledPeriod } from './billed_period.js'
import type { CommandContext } from './command_context.js'
import { type CustomerState, planOf } from './load_customer.js'
import { switched } from './plan_changes.js'
import { recurringRun, takesOverOn } from './recurring_run.js'
import { settle } from './subscription_end.js'
import { start } from './subscription_start.js'
import { paidAfterTrial } from './trial_end.js'
import { trialOf } from './trials.js'

/** What will be billed, and when. */
export interface Foreseen {
  /** The instant that the invoice bills, epoch milliseconds. */
  readonly at: number
  readonly periods: readonly BilledPeriod[]
}

/** Something of a subscription's calendar that may bill it. */
interface Coming {
  readonly at: number
  readonly bills: (context: CommandContext) => readonly BilledPeriod[]
}

/** What a subscription that runs, or is to run, will be billed next if nothing is done about it. */
export function nextBill(context: CommandContext, state: CustomerState, row: SubscriptionRow): Foreseen {
  if (row.status === 'pending') {
    const startedAt = midnight(localDate(row.subscriptionAt, state.zone), state.zone)
    const then = { ...context, now: Math.max(ceilToHour(startedAt), context.now) }
    return firstBill(then, state, { ...row, status: 'active', startedAt }, { bills: true })
  }
  for (const { at, bills } of comingOf(context, state, row)) {
    const periods = bills({ ...context, now: at })
    if (periods.length > 0) return { at, periods }
  }
  throw new Error(`subscription ${row.id} is never billed`)
}

/**
 * What a subscription that starts now is billed first with its plan: what a start asks of fixed charges alone comes before that. Its row
 * has its `startedAt`.
 */
export function firstBill(
  context: CommandContext,
  state: CustomerState,
  row: SubscriptionRow,
  how: { bills: boolean },
): Foreseen {
  const started = start(context, state, row, how)
  return started.period?.windows.billsPlanFee !== true
    ? nextBill(context, state, started.row)
    : { at: context.now, periods: [started.period] }
}

/** In their order: what ends comes before what bills, and that before the end of a trial. */
function comingOf({ now }: CommandContext, state: CustomerState, row: SubscriptionRow): Coming[] {
  const day = nextBillingDay(termsOf(row, planOf(state, row)), state.zone)
  // As the agenda does: at the first full hour, and not before now.
  const hourOf = (at: number) => Math.max(ceilToHour(at), now)
  const trial = row.trialEndedAt === null ? trialOf(state, row) : null
  const coming: Coming[] = [
    ...(row.endingAt === null
      ? []
      : [
          {
            at: hourOf(midnight(localDate(row.endingAt, state.zone), state.zone)),
            bills: (context: CommandContext) => [settle(context, state, row).period],
          },
        ]),
    { at: hourOf(midnight(day, state.zone)), bills: (context) => runOn(context, state, row) },
    ...(trial === null
      ? []
      : [{ at: hourOf(trial.endAt), bills: () => [paidAfterTrial(state, row)].filter((period) => period !== null) }]),
  ]
  return coming.sort((a, b) => a.at - b.at)
}

function runOn(context: CommandContext, state: CustomerState, row: SubscriptionRow): readonly BilledPeriod[] {
  const day = nextBillingDay(termsOf(row, planOf(state, row)), state.zone)
  const next = takesOverOn(state, row, day)
  if (next !== null) return switched(context, state, row, next, day).periods
  return [recurringRun(context, state, row).period].filter((period) => period !== null)
}
