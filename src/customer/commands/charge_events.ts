import { type AdvanceStreamRow, advanceStreams } from '../../resources/fees/load.js'
import type { WaitingEvent } from '../advance_books.js'
import { loadAdvanceFacts } from '../advance_facts.js'
import { Charging } from '../charging.js'
import type { CommandContext } from '../command_context.js'
import { EVENTS_CHARGED_AT_ONCE, EVENTS_PER_COMMIT } from '../limits.js'
import { billProgress } from './bill_progress.js'
import { refreshWallets } from './refresh_wallets.js'
import { parkCustomer } from './run.js'

/** A commit that meets a fee or number that is there already is decided anew from what is there. */
const CONFLICTS_IN_A_ROW = 3

/**
 * Charges what waits to be charged in advance (recurring rules, section 5), in the order of reception. What fails parks the
 * customer, visibly, and keeps the events waiting. False when it failed.
 */
export async function settleAdvance(context: CommandContext, rounds?: number): Promise<boolean> {
  try {
    await refreshAdvance(context)
    if (await chargeWaiting(context, rounds)) context.wallets.doubt()
    const state = await billProgress(context)
    if (state === undefined) context.wallets.heed(false)
    else await refreshWallets(context, state)
    return true
  } catch (error) {
    await parkCustomer(context, error)
    return false
  }
}

/** {@link settleAdvance} where what wallets will have to pay may have changed; nothing is asked of D1 where it has not. */
export async function settleWallets(context: CommandContext): Promise<void> {
  if (context.wallets.isDue) await settleAdvance(context)
}

/** Asks D1 what the customer pays in advance. An event that arrived unknown to be so since it was asked last is put in the queue. */
export async function refreshAdvance(context: CommandContext): Promise<void> {
  const { db, ref, usage } = context
  const askedAfterSeq = usage.maxSeq()
  heedAdvance(context, await advanceStreams(db, ref.organizationId, ref.customerId), askedAfterSeq)
}

/**
 * The same, where D1 has been asked already.
 * @param askedAfterSeq the last place in the log when it was asked
 */
export function heedAdvance(
  { advance }: CommandContext,
  streams: readonly AdvanceStreamRow[],
  askedAfterSeq: number,
): void {
  advance.refresh(
    streams.map((stream) => ({ ...stream, since: stream.since ?? 0 })),
    askedAfterSeq,
  )
}

/**
 * Makes the fees of the events that wait. The order makes a crash harmless at any point: D1 has the fees first, then the object
 * takes the events off and moves its ledgers in one transaction. A crash in between is met by the unique key of fees; the ledgers
 * then move by the fees that are there.
 * Events that arrive meanwhile are left to wait, so that no stream of them keeps this from coming to an end.
 * @param rounds of {@link EVENTS_CHARGED_AT_ONCE} events, at most
 * @returns whether any event had to be charged
 */
export async function chargeWaiting(context: CommandContext, rounds = Number.POSITIVE_INFINITY): Promise<boolean> {
  const throughSeq = context.usage.maxSeq()
  for (let round = 0, conflicts = 0; ; ) {
    const waiting = context.advance.waiting(EVENTS_CHARGED_AT_ONCE).filter(({ seq }) => seq <= throughSeq)
    if (waiting.length === 0 || round === rounds) return round > 0
    const conflict = await chargeRound(context, waiting, { withFees: conflicts > 0 })
    if (conflict === null) round++
    conflicts = conflict === null ? 0 : conflicts + 1
    if (conflicts === CONFLICTS_IN_A_ROW) throw new Error(`conflict on ${conflict}`)
  }
}

/** Gives the key that a commit met: the events up to it are charged, the rest waits. Null when all are charged. */
async function chargeRound(
  context: CommandContext,
  waiting: readonly WaitingEvent[],
  look: { readonly withFees: boolean },
): Promise<string | null> {
  const charging = new Charging(context, await loadAdvanceFacts(context, waiting, look))
  for (let at = 0; at < waiting.length; at += EVENTS_PER_COMMIT) {
    const conflict = await charging.commit(waiting.slice(at, at + EVENTS_PER_COMMIT))
    if (conflict !== null) return conflict
  }
  return null
}
