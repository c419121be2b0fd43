import { AGENDA_KINDS, firstStep } from '../../agenda/kinds.js'
import { consume } from '../../agenda/store.js'
import type { CommandContext } from '../command_context.js'
import { DUE_WORK } from '../due_work.js'
import { type CustomerState, loadCustomer } from '../load_customer.js'
import { joined, prepared } from '../prepared.js'
import { billProgress } from './bill_progress.js'
import { chargeWaiting, heedAdvance } from './charge_events.js'
import { carryOut, catchUp, parkCustomer } from './run.js'

/** A batch that meets a taken key was committed by another instance of the object; reading again shows what is left. */
const CONFLICTS_IN_A_ROW = 3

/**
 * Does everything of the customer's that is due up to `context.now`, in order of time, each step with its own hour as now.
 * Every step is one commit that takes its items off the agenda, so a run that is repeated, doubled or cut short does
 * nothing twice. What fails parks the customer with a visible error: nothing of theirs is billed until a later run succeeds.
 */
export async function billDue(context: CommandContext): Promise<void> {
  try {
    await doSteps(context, { changesNow: false })
  } catch (error) {
    await parkCustomer(context, error)
  }
}

/**
 * {@link billDue} for a command that changes what is billed from now on. A period that is over is billed though its hour's run is still
 * to come, and what fails fails the command: it would settle what has not been billed as if it were.
 */
export async function billBeforeChange(context: CommandContext): Promise<void> {
  try {
    await doSteps(context, { changesNow: true })
  } catch (error) {
    await parkCustomer(context, error)
    throw error
  }
}

async function doSteps(context: CommandContext, how: { readonly changesNow: boolean }): Promise<void> {
  for (let conflicts = 0; ; ) {
    const state = await currentState(context)
    const step = state === undefined ? null : firstStep(state.due, context.now, how)
    if (state === undefined || step === null) return
    await catchUp(context, state)
    if (step.kind === 'check_thresholds') await billProgress({ ...context, now: step.runAt })
    const work = joined([
      prepared({ statements: step.items.map((item) => consume(context.db, item)) }),
      await DUE_WORK[step.kind]({ ...context, now: step.runAt }, state, step),
    ])
    const outcome = await carryOut(context, work)
    // What was billed counts from now on, and so does what was dated ahead.
    if (state.thresholds.size > 0) context.progress.doubt(true)
    conflicts = outcome.committed ? 0 : conflicts + 1
    if (!outcome.committed && conflicts === CONFLICTS_IN_A_ROW) throw new Error(`conflict on ${outcome.conflict}`)
    const left = state.due.filter((item) => !step.items.includes(item))
    const isOver = firstStep([...left, ...work.scheduled], context.now, how) === null
    // What starts takes events from the inbox, which may be paid in advance.
    const mayHaveMore =
      work.started.length > 0 || context.advance.hasEvents || AGENDA_KINDS[step.kind].bringsForward === true
    if (outcome.committed && isOver && !mayHaveMore) return
  }
}

/** The state when all that waited to be charged in advance is charged: that may have used up credits. */
async function currentState(context: CommandContext): Promise<CustomerState | undefined> {
  const load = () => loadCustomer(context.db, context.ref, context.now)
  const askedAfterSeq = context.usage.maxSeq()
  const state = await load()
  if (state === undefined) return undefined
  context.wallets.heed(state.wallets.accounts.length > 0)
  heedAdvance(context, state.advanceStreams, askedAfterSeq)
  return (await chargeWaiting(context)) ? load() : state
}
