import type { EventKeys, StoredEvent } from './contract.js'

/** What can be put right of a stored event. What is left out stays; its transaction id and subscription always do. */
export interface EventChanges {
  readonly code?: string
  /** Epoch microseconds. */
  readonly at?: number
  readonly properties?: Readonly<Record<string, unknown>>
  readonly preciseTotalAmountCents?: string | null
}

/** Where an event stands in the log. */
export interface EventPlace {
  readonly seq: number
  /** Whether it was taken out of usage: its transaction id stays taken. */
  readonly isWithdrawn: boolean
}

export type WithdrawReply =
  /** The event as it was. */
  | { readonly outcome: 'withdrawn'; readonly event: StoredEvent }
  | { readonly outcome: 'already_withdrawn' | 'not_found' }

export type AmendReply =
  /** The event as it is from now on. `unchanged`: it was so before, as when an amendment is repeated. */
  | { readonly outcome: 'amended' | 'unchanged'; readonly event: StoredEvent }
  | { readonly outcome: 'already_withdrawn' | 'not_found' }

/** A version of an event that counts no more. */
export interface PastEvent extends StoredEvent {
  /** Epoch milliseconds. */
  readonly endedAt: number
  readonly endedBy: 'deletion' | 'amendment'
}

export interface EventHistory {
  /** Null for an event that was withdrawn. */
  readonly current: StoredEvent | null
  /** The oldest first. */
  readonly past: readonly PastEvent[]
}

/** What became of a subscription's events of one code. */
export interface EventCount {
  readonly code: string
  /** Events stored under this code when they came. */
  readonly accepted: number
  /** Events sent with this code for whose transaction id their request was refused, each time they were sent. */
  readonly duplicates: number
  /** Events taken out of usage that had this code. */
  readonly withdrawn: number
  /** Amendments of events that had this code before. */
  readonly amended: number
  /** The first and last moment of the events that have this code now, epoch microseconds; null without any. */
  readonly firstAt: number | null
  readonly lastAt: number | null
}

/** The moments with `from <= at < to`, epoch microseconds. */
export interface TimeRange {
  /** Null: no lower bound. */
  readonly from: number | null
  readonly to: number
  /** The last place in the log that lies in it: events received later were too late for it. Null or absent: no last one. */
  readonly lastSeq?: number | null
}

/** Asks for the events of a subscription that nothing counts: of any code but these, or outside the code's windows. */
export interface UnmatchedQuery {
  readonly externalSubscriptionId: string
  readonly counted: readonly { readonly code: string; readonly windows: readonly TimeRange[] }[]
  readonly limit: number
  readonly offset: number
}

/** Puts stored events right. Each does all or nothing, and may be repeated. */
export interface EventCorrections {
  /** Null for a transaction id that the subscription never sent. */
  locate(externalSubscriptionId: string, transactionId: string): EventPlace | null
  /**
   * Takes an event out of usage; its transaction id stays taken.
   * @param now epoch milliseconds
   */
  withdraw(seq: number, now: number): WithdrawReply
  /**
   * Changes an event. It keeps its place in the order of reception, and counts as if it had arrived so.
   * @param now epoch milliseconds
   */
  amend(seq: number, changes: EventChanges, now: number): AmendReply
  /** What an event has been; null when there is none at this place. */
  history(seq: number): EventHistory | null
}

/** Accounts for every event that was sent. */
export interface EventAudit {
  /** For every code that a subscription's events ever had, ordered by code. */
  counts(externalSubscriptionId: string): EventCount[]
  /** How many of the subscription's events of this code lie in none of the windows. */
  countsOutside(externalSubscriptionId: string, code: string, windows: readonly TimeRange[]): number
  /** The latest first (by time, then by transaction id). */
  unmatched(query: UnmatchedQuery): EventKeys
  /** The events at these places, in no particular order; places without one are passed over. */
  events(seqs: readonly number[]): StoredEvent[]
}
