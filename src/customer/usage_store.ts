import type { UsageSpan } from '../core/metering/aggregation.js'
import type { BucketUsage, CounterDefinition } from '../core/metering/counter.js'
import type { TallyOf } from '../core/metering/division.js'
import type { NewEvent } from '../core/metering/events.js'
import type { UsageReader } from './command_context.js'
import type { EventKeys, EventQuery, StoredEvent } from './contract.js'
import type {
  AmendReply,
  EventAudit,
  EventChanges,
  EventCorrections,
  EventCount,
  EventHistory,
  EventPlace,
  TimeRange,
  UnmatchedQuery,
  WithdrawReply,
} from './event_contract.js'
import { Corrections } from './event_corrections.js'
import { EventCounts } from './event_counts.js'
import { EventListing } from './event_listing.js'
import { EventLog, type LoggedEvent, type ReceivedEvent } from './event_log.js'
import { EventSlices } from './event_slices.js'
import { EventVersions } from './event_versions.js'
import { KeptTexts } from './kept_texts.js'
import type { ObjectSql } from './object_schema.js'
import { UsageCounters } from './usage_counters.js'

export type AppendReply =
  | { readonly outcome: 'stored'; readonly seqs: readonly number[] }
  | { readonly outcome: 'duplicates'; readonly positions: readonly number[] }

/** The customer's usage: events and what is counted of them, changed together or not at all. */
export class UsageStore implements UsageReader, EventCorrections, EventAudit {
  /** The log, for who wants to see all of a window. */
  readonly slices: EventSlices
  readonly #texts: KeptTexts
  readonly #counts: EventCounts
  readonly #log: EventLog
  readonly #listing: EventListing
  readonly #counters: UsageCounters
  readonly #corrections: EventCorrections

  /**
   * @param tallyOf gives the tallies that definitions name
   * @param onLogged is told of events in the very transaction that logs them
   */
  constructor(
    private readonly sql: ObjectSql,
    tallyOf: TallyOf,
    private readonly onLogged: (events: readonly LoggedEvent[]) => void = () => {},
  ) {
    this.slices = new EventSlices(sql)
    this.#texts = new KeptTexts(sql)
    this.#counts = new EventCounts(sql)
    this.#log = new EventLog(sql, this.#texts, this.#counts)
    this.#listing = new EventListing(sql)
    this.#counters = new UsageCounters(sql, this.#log, tallyOf)
    this.#corrections = new Corrections({
      versions: new EventVersions(sql, this.#texts),
      counters: this.#counters,
      counts: this.#counts,
      transact: (run) => this.#transaction(run),
    })
  }

  /** Stores and counts all of the events; none of them, if one is a duplicate. */
  append(events: readonly ReceivedEvent[]): AppendReply {
    const [reply] = this.appendEach([events])
    if (reply === undefined) throw new Error('events have no answer')
    return reply
  }

  /**
   * The same of several lists in turn, each for itself. Duplicates are the exception, so they are not looked for before the
   * unique index has met one.
   * @param again whether an earlier try may have stored lists, which then are no duplicates of themselves
   */
  appendEach(lists: readonly (readonly ReceivedEvent[])[], again = false): AppendReply[] {
    try {
      return this.#transaction(() => this.#appendTogether(lists))
    } catch (error) {
      if (!isConflict(error)) throw error
      return this.#transaction(() => this.#appendInTurn(lists, again))
    }
  }

  /** Stores and counts those of the events that are no duplicates. */
  appendNew(events: readonly ReceivedEvent[]): void {
    const duplicates = new Set(this.#log.duplicates(events))
    this.append(events.filter((_, i) => !duplicates.has(i)))
  }

  /** Positions of the events that are duplicates. They are counted as such: their request is refused for them. */
  refusedDuplicates(events: readonly NewEvent[]): number[] {
    const positions = this.#log.duplicates(events)
    if (positions.length > 0) {
      const refused = new Set(positions)
      this.#transaction(() => this.#log.countDuplicates(events.filter((_, i) => refused.has(i))))
    }
    return positions
  }

  read(definition: CounterDefinition, span: UsageSpan): Iterable<BucketUsage> {
    const live = this.#transaction(() => this.#counters.ensure(definition))
    return this.#counters.usage(live, span)
  }

  /** Throws a {@link TooManyBucketsError} when there are more buckets than memory is for. */
  scan(definition: CounterDefinition, span: UsageSpan): BucketUsage[] {
    return this.#transaction(() => this.#counters.scan(definition, span))
  }

  build(definition: CounterDefinition): void {
    this.#transaction(() => this.#counters.ensure(definition))
  }

  maxSeq = (): number => this.#log.maxSeq()
  keys = (query: EventQuery): EventKeys => this.#listing.keys(query)
  events = (seqs: readonly number[]): StoredEvent[] => this.#listing.read(seqs)

  locate = (externalSubscriptionId: string, transactionId: string): EventPlace | null =>
    this.#corrections.locate(externalSubscriptionId, transactionId)
  withdraw = (seq: number, now: number): WithdrawReply => this.#corrections.withdraw(seq, now)
  amend = (seq: number, changes: EventChanges, now: number): AmendReply => this.#corrections.amend(seq, changes, now)
  history = (seq: number): EventHistory | null => this.#corrections.history(seq)

  counts = (externalSubscriptionId: string): EventCount[] => this.#counts.of(externalSubscriptionId)
  countsOutside = (externalSubscriptionId: string, code: string, windows: readonly TimeRange[]): number =>
    this.#listing.countOutside(externalSubscriptionId, code, windows)
  unmatched = (query: UnmatchedQuery): EventKeys => this.#listing.unmatched(query)

  #appendTogether(lists: readonly (readonly ReceivedEvent[])[]): AppendReply[] {
    const logged = this.#log.append(lists.flat())
    this.#count(logged)
    const seqs = logged.map((event) => event.seq)
    return lists.map((events) => ({ outcome: 'stored', seqs: seqs.splice(0, events.length) }))
  }

  #appendInTurn(lists: readonly (readonly ReceivedEvent[])[], again: boolean): AppendReply[] {
    const logged: LoggedEvent[] = []
    const told = new Set<number>()
    const stored = (seqs: readonly number[]): AppendReply => {
      for (const seq of seqs) told.add(seq)
      return { outcome: 'stored', seqs }
    }
    const replies = lists.map((events): AppendReply => {
      const before = again ? this.#log.placesOf(events) : null
      if (before !== null && !before.some((seq) => told.has(seq))) return stored(before)
      const positions = this.refusedDuplicates(events)
      if (positions.length > 0) return { outcome: 'duplicates', positions }
      const own = this.#log.append(events)
      logged.push(...own)
      return stored(own.map((event) => event.seq))
    })
    this.#count(logged)
    return replies
  }

  #count(logged: readonly LoggedEvent[]): void {
    this.#counters.fold(logged)
    this.onLogged(logged)
  }

  #transaction<T>(run: () => T): T {
    try {
      return this.sql.transaction(run)
    } catch (error) {
      this.#texts.forget()
      this.#log.forget()
      this.#counters.forget()
      throw error
    }
  }
}

const isConflict = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('UNIQUE constraint failed: events.')
