import { schedule } from '../agenda/store.js'
import { trialEndWindows } from '../core/subscription/trial.js'
import { updateSubscriptionRow } from '../resources/subscriptions/store.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { BilledPeriod } from './billed_period.js'
import type { CommandContext } from './command_context.js'
import { newInvoice } from './invoice_statements.js'
import { type CustomerState, planOf } from './load_customer.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'
import { told, trialEndItem } from './subscription_agenda.js'
import { trialOf } from './trials.js'

/**
 * Ends the trial of a running subscription (subscriptions rules, section 6). A plan in advance is now asked for the rest of
 * the running period, unless a run or the start of this very day has asked for it. A trial that was made longer is waited for.
 */
export function endTrial(context: CommandContext, state: CustomerState, row: SubscriptionRow): Prepared {
  const { db, now, ref } = context
  const trial = trialOf(state, row)
  if (trial === null || row.trialEndedAt !== null) return NOTHING
  if (trial.endAt > now) {
    const again = trialEndItem(row, trial)
    return prepared({ scheduled: again, statements: again.map((item) => schedule(db, item)) })
  }
  const ended: SubscriptionRow = { ...row, trialEndedAt: trial.endAt, updatedAt: now }
  const period = paidAfterTrial(state, ended)
  const { trialEndedAt, updatedAt } = ended
  return joined([
    period === null ? NOTHING : newInvoice(context, state, [period]),
    prepared({
      statements: [
        updateSubscriptionRow(db, ref.organizationId, row.id, { trialEndedAt, updatedAt }),
        told(context, 'subscription.trial_ended', row),
      ],
    }),
  ])
}

/** What is asked when the trial of a running subscription ends: null where nothing is, or where it has been asked already. */
export function paidAfterTrial(state: CustomerState, row: SubscriptionRow): BilledPeriod | null {
  const trial = trialOf(state, row)
  if (trial === null || !trial.payInAdvance) return null
  const windows = trialEndWindows(termsOf(row, planOf(state, row)), trial.endAt, state.zone)
  const isAsked = (state.lastPlanFees.get(row.id)?.fee.toAt ?? 0) >= windows.plan.toAt
  return isAsked ? null : { subscription: row, periodKey: 'trial', windows, zone: state.zone }
}
