import { park, unpark } from '../../agenda/store.js'
import { type CommitOutcome, commit } from '../../db/commit.js'
import { MAX_ERROR_TEXT } from '../../limits.js'
import type { CommandContext } from '../command_context.js'
import { linkStatements } from '../invoice_chain.js'
import type { CustomerState } from '../load_customer.js'
import type { Prepared } from '../prepared.js'

/**
 * Commits what a command prepared, and then brings the object's own marks in line. The order makes a crash in between
 * harmless: marks are read again from D1 by the next command, and an adoption that did not happen is made up for by the
 * next event, a counter that is missing by whoever reads it.
 */
export async function carryOut(
  context: CommandContext,
  { statements, finals, started, ended, counters }: Prepared,
): Promise<CommitOutcome> {
  const links = await linkStatements(context, finals)
  const outcome = await commit(context.db, [...statements, ...links, unpark(context.db, context.ref.customerId)])
  if (!outcome.committed) return outcome
  for (const externalId of ended) context.marks.markEnded(externalId)
  for (const externalId of new Set(started)) await context.marks.adopt(externalId)
  for (const definition of counters) context.usage.build(definition)
  return outcome
}

/**
 * {@link carryOut} for work that no taken key can refuse as long as the object is its customer's only writer: a conflict is a
 * fault, never an answer. Throws, with nothing written.
 */
export async function mustCarryOut(context: CommandContext, work: Prepared): Promise<void> {
  const outcome = await carryOut(context, work)
  if (!outcome.committed) throw new Error(`conflict on ${outcome.conflict}`)
}

/**
 * Makes up for what a crash left undone, in the object or at the edge, before anything is billed: marks, and events that still
 * wait in the inbox though their subscription runs.
 */
export async function catchUp({ marks }: CommandContext, state: CustomerState): Promise<void> {
  await marks.refresh(state.subscriptions)
  for (const externalId of state.waiting) await marks.adopt(externalId)
}

/** Work of the customer's failed: that shows until later work succeeds. */
export async function parkCustomer({ db, ref, now }: CommandContext, error: unknown): Promise<void> {
  console.error('customer is parked', ref, error)
  const text = error instanceof Error ? error.message : String(error)
  await commit(db, [park(db, { ...ref, error: text.slice(0, MAX_ERROR_TEXT), parkedAt: now, failedRuns: 1 })])
}
