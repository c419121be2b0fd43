import type { EventLedger, UnmatchedReason } from '../../core/metering/event_ledger.js'
import type { CommandContext } from '../command_context.js'
import type { StoredEvent } from '../contract.js'
import type { EventCount } from '../event_contract.js'
import { loadEventLedger } from '../event_ledger.js'

/** What became of the events of one code, all that ran under the external id for the customer taken together. */
export interface CodeCount extends EventCount {
  /** Of the events that have this code now, those that nothing counts, by reason. */
  readonly unmatched: Readonly<Record<UnmatchedReason, number>>
}

export interface CountsQuestion {
  readonly externalSubscriptionId: string
  /** Codes to be listed that the log may not have. */
  readonly alsoCodes: readonly string[]
  readonly limit: number
  readonly offset: number
}

export interface EventCounts {
  /** One page of them, in their order. */
  readonly codes: readonly string[]
  /** For those of them that the log has. */
  readonly counts: readonly CodeCount[]
  /** The number of all codes. */
  readonly totalCount: number
}

export interface UnmatchedQuestion {
  readonly externalSubscriptionId: string
  /** Undefined: whatever the reason. */
  readonly reason?: UnmatchedReason | undefined
  readonly limit: number
  readonly offset: number
}

export interface UnmatchedEvents {
  /** The latest first (by time, then by transaction id). */
  readonly events: readonly (StoredEvent & { readonly reason: UnmatchedReason })[]
  readonly totalCount: number
}

/** Accounts for every event that was sent for a subscription, code by code. */
export async function eventCounts(
  context: CommandContext,
  { externalSubscriptionId, alsoCodes, limit, offset }: CountsQuestion,
): Promise<EventCounts> {
  const { codes, ledger } = await ledgerOf(context, externalSubscriptionId)
  const all = [...new Set([...codes, ...alsoCodes])].sort()
  const shown = new Set(all.slice(offset, offset + limit))
  // What has come since the catalog was read is for the next answer: so all figures are of one moment.
  const counts = context.audit.counts(externalSubscriptionId).filter(({ code }) => shown.has(code) && codes.has(code))
  return { codes: [...shown], totalCount: all.length, counts: counts.map(withUnmatched) }

  function withUnmatched(count: EventCount): CodeCount {
    const uncounted = (reason: UnmatchedReason) =>
      context.audit.countsOutside(externalSubscriptionId, count.code, ledger.rangesWithout(reason, count.code))
    return {
      ...count,
      unmatched: {
        unknown_metric: uncounted('unknown_metric'),
        not_charged: uncounted('not_charged'),
        outside_period: uncounted('outside_period'),
      },
    }
  }
}

/** The events of a subscription that nothing counts, each with the reason. */
export async function unmatchedEvents(
  context: CommandContext,
  { externalSubscriptionId, reason, limit, offset }: UnmatchedQuestion,
): Promise<UnmatchedEvents> {
  const { codes, ledger } = await ledgerOf(context, externalSubscriptionId)
  const counted = [...codes].map((code) => ({
    code,
    windows: reason === undefined ? ledger.countedRanges(code) : ledger.rangesWithout(reason, code),
  }))
  const { keys, totalCount } = context.audit.unmatched({ externalSubscriptionId, counted, limit, offset })
  const events = new Map(context.audit.events(keys.map(({ seq }) => seq)).map((event) => [event.seq, event]))
  return {
    totalCount,
    events: keys.flatMap(({ seq }) => {
      const event = events.get(seq)
      // The ledger knows nothing of a code that has come since it was read.
      if (event === undefined || !codes.has(event.code)) return []
      const why = ledger.reasonOf(event)
      return why === null ? [] : [{ ...event, reason: why }]
    }),
  }
}

async function ledgerOf(
  { audit, db, ref }: CommandContext,
  externalSubscriptionId: string,
): Promise<{ codes: ReadonlySet<string>; ledger: EventLedger }> {
  const codes = audit.counts(externalSubscriptionId).map(({ code }) => code)
  const ledger = await loadEventLedger(db, { ...ref, externalSubscriptionId }, codes)
  return { codes: new Set(codes), ledger }
}
