import type { ChargeTerms, CountedUsage, UsageBasis } from '../core/explanation/fee_basis.js'
import { type ExplainedEvent, type TracePage, UsageTrace } from '../core/explanation/usage_trace.js'
import { tallyOf } from '../core/rating/tallies.js'
import { BoundedMembers } from './bounded_members.js'
import type { EventSlices } from './event_slices.js'
import { EXPLAINED_AT_ONCE, MAX_EXPLAINED_EVENTS } from './limits.js'

export interface UsageExplanationQuestion {
  readonly basis: UsageBasis
  readonly terms: ChargeTerms
  readonly page: TracePage
}

/** What the log has to say to a fee of usage. */
export interface UsageExplanation {
  /** Those of the page, in the order of position. */
  readonly events: readonly ExplainedEvent[]
  /** The events of the fee's bucket, and how many of them came too late for it. Of what was read, where not all of it was. */
  readonly totalCount: number
  readonly lateCount: number
  /** What the bucket comes to, folded anew from the log; null when that is too much to be done. */
  readonly counted: CountedUsage | null
  readonly refusal: 'too_many_events' | 'too_many_values' | null
}

/** Explains a fee of usage by the log alone; running counters are not asked. */
export async function explainUsage(
  log: Pick<EventSlices, 'byTime'>,
  { basis, terms, page }: UsageExplanationQuestion,
): Promise<UsageExplanation> {
  const members = new BoundedMembers()
  const trace = new UsageTrace(basis, terms, tallyOf, page, members)
  const told = (refusal: UsageExplanation['refusal']): UsageExplanation => ({
    events: trace.events,
    totalCount: trace.eventsCount,
    lateCount: trace.lateCount,
    counted: refusal === null ? trace.counted(basis.span) : null,
    refusal,
  })
  const stream = { externalSubscriptionId: basis.externalSubscriptionId, code: terms.metric.code }
  let { from } = basis.window
  for (let read = 0; read <= MAX_EXPLAINED_EVENTS; ) {
    const before = read
    for (const event of log.byTime(stream, { ...basis.window, from }, EXPLAINED_AT_ONCE)) {
      trace.take(event)
      if (members.isFull) return told('too_many_values')
      from = { at: event.at, seq: event.seq + 1 }
      read++
    }
    if (read - before < EXPLAINED_AT_ONCE) return told(null)
    await othersTurn()
  }
  return told('too_many_events')
}

/** Lets events come in between two slices. What comes now is too late for the fee: it changes nothing but the count of those. */
export const othersTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0))
