import type { MeteredEvent, UsageSpan } from '../core/metering/aggregation.js'
import { compareBucketKeys } from '../core/metering/bucket_order.js'
import { type BucketUsage, Counter, type CounterDefinition, type CounterState } from '../core/metering/counter.js'
import { bucketOfKey } from '../core/metering/divider.js'
import type { TallyOf } from '../core/metering/division.js'
import { comparePositions } from '../core/metering/window.js'
import { type BucketStates, foldInto } from './bucket_fold.js'
import { BucketMembers } from './bucket_members.js'
import { BufferedRows } from './buffered_rows.js'
import { CounterRows } from './counter_rows.js'
import type { EventLog, LoggedEvent } from './event_log.js'
import { COUNTER_KEPT_MS, MAX_BUFFERED_STATES, MAX_BUFFERED_TEXT, MAX_REBUILT_BUCKETS } from './limits.js'
import { counterKey, type LiveCounter, LiveCounters } from './live_counters.js'
import type { ObjectSql } from './object_schema.js'
import { ScannedStates } from './scanned_states.js'

/** Under this id members are kept that no counter has. Those of counters begin at 1. */
const NO_COUNTER = 0

const STATE_BOUNDS = { rows: MAX_BUFFERED_STATES, text: MAX_BUFFERED_TEXT }

/**
 * The running counters. Each bucket that is not stale equals the fold of the log over its window, at any time and whatever the
 * order of arrival; so they are a cache of the log, and any of them may be thrown away. Everything here but {@link usage} has
 * to be called within a transaction; after one that was taken back, {@link forget} drops what is remembered of it.
 */
export class UsageCounters {
  readonly #rows: CounterRows
  readonly #live: LiveCounters

  constructor(
    sql: ObjectSql,
    private readonly log: EventLog,
    private readonly tallyOf: TallyOf,
  ) {
    this.#rows = new CounterRows(sql)
    this.#live = new LiveCounters(sql, this.#rows, tallyOf)
  }

  forget(): void {
    this.#rows.forget()
    this.#live.forget()
  }

  /** The counter of a definition without stale buckets: built from the log if there is none, and live from then on. */
  ensure(definition: CounterDefinition): LiveCounter {
    const key = counterKey(definition)
    const live = this.#live.of(definition).find((one) => one.key === key)
    if (live === undefined) return this.#build(key, definition)
    this.#rebuildStale(live)
    return live
  }

  /** The buckets of a counter that was just ensured, in the order of their keys, read as they are asked for. */
  *usage({ id, counter }: LiveCounter, span: UsageSpan): Generator<BucketUsage> {
    for (const [bucket, state] of this.#rows.all(id)) yield usageOf(counter, bucket, state, span)
  }

  /** What {@link ensure} and {@link usage} would give, out of the log, without a counter that stays behind. */
  scan(definition: CounterDefinition, span: UsageSpan): BucketUsage[] {
    const counter = new Counter(definition, this.tallyOf)
    const states = new ScannedStates()
    this.#foldLog(counter, states, new BucketMembers(this.#rows, NO_COUNTER, true))
    // Members that were too many for the memory.
    this.#rows.deleteAll(NO_COUNTER)
    return [...states]
      .sort(([a], [b]) => compareBucketKeys(a, b))
      .map(([bucket, state]) => usageOf(counter, bucket, state, span))
  }

  /** Folds events that have just been logged into every counter that they touch. */
  fold(events: readonly LoggedEvent[]): void {
    const streams = Map.groupBy(events, ({ externalSubscriptionId, code }) =>
      JSON.stringify([externalSubscriptionId, code]),
    )
    for (const group of streams.values()) {
      const [first] = group
      if (first === undefined) continue
      const ordered = group.toSorted(comparePositions)
      for (const live of this.#live.of(first)) this.#advance(live, ordered)
    }
  }

  /** Takes an event that counted until now out of every counter that it touches. */
  unfold(event: LoggedEvent): void {
    for (const { id, counter } of this.#live.of(event)) {
      const bucket = counter.bucketOf(event)
      const state = bucket === null ? undefined : this.#rows.state(id, bucket)
      // A bucket that there is not counted nothing, so not this event either.
      if (bucket === null || state === undefined || state === null) continue
      const { filter } = bucketOfKey(bucket)
      const next = counter.unfold(filter, state, event)
      if (next === state) continue
      const isEmpty = next !== 'stale' && !counter.hasMembers && isStart(counter, filter, next)
      if (isEmpty) this.#rows.deleteState(id, bucket)
      else this.#rows.saveStates(id, [[bucket, next === 'stale' ? null : next]])
    }
  }

  /** A bucket that an event lies behind becomes stale: to build it again is for who reads it, once for all late events. */
  #advance({ id, counter }: LiveCounter, events: Iterable<MeteredEvent>): void {
    const states = this.#statesOf(id, false)
    const members = new BucketMembers(this.#rows, id, false)
    for (const event of events) {
      const bucket = counter.bucketOf(event)
      if (bucket === null || states.get(bucket) === null) continue
      if (foldInto(counter, bucket, event, states, members) === 'stale') states.set(bucket, null)
    }
    members.flush()
    states.flush()
  }

  #build(key: string, definition: CounterDefinition): LiveCounter {
    const seed = this.#seedOf(key, definition)
    const live = this.#live.add(key, definition)
    if (seed === null) this.#fill(live)
    else this.#continue(live, seed)
    // Reckoned from the end of the period before, if known: the other counters that end with it have yet to be continued.
    const latest = seed?.counter.definition ?? definition
    const keptFrom = latest.window.to.at - COUNTER_KEPT_MS * 1000
    this.#live.remove(definition, ({ counter }) => counter.definition.window.to.at < keptFrom)
    return live
  }

  /**
   * The live counter that has counted the most of the same thing: without a lower bound a window begins with all of any that
   * ends earlier, so the turn of a period need not fold what came before it again.
   */
  #seedOf(key: string, definition: CounterDefinition): LiveCounter | null {
    const { window } = definition
    if (window.from !== null) return null
    let seed: LiveCounter | null = null
    for (const live of this.#live.of(definition)) {
      const known = live.counter.definition
      if (known.window.from !== null || comparePositions(known.window.to, window.to) > 0) continue
      if (seed !== null && comparePositions(known.window.to, seed.counter.definition.window.to) < 0) continue
      if (counterKey({ ...known, window }) === key) seed = live
    }
    return seed
  }

  /** Buckets that are stale in the seed are so in what continues it, until they are built again. */
  #continue(live: LiveCounter, seed: LiveCounter): void {
    this.#rows.copyAll(seed.id, live.id)
    const { definition, isOrdered } = live.counter
    const since = { from: seed.counter.definition.window.to, to: definition.window.to }
    this.#advance(live, this.log.window(definition, since, { inOrder: isOrdered }))
    this.#rebuildStale(live)
  }

  #rebuildStale(live: LiveCounter): void {
    const stale = this.#rows.staleBuckets(live.id, MAX_REBUILT_BUCKETS + 1)
    if (stale.length === 0) return
    if (stale.length > MAX_REBUILT_BUCKETS) {
      this.#rows.deleteAll(live.id)
      this.#fill(live)
    } else {
      this.#rows.deleteBuckets(live.id, stale)
      this.#fill(live, new Set(stale))
    }
  }

  /** @param only the buckets to be filled; the tables hold nothing of them */
  #fill({ id, counter }: LiveCounter, only?: ReadonlySet<string>): void {
    const states = this.#statesOf(id, true)
    const members = new BucketMembers(this.#rows, id, true)
    this.#foldLog(counter, states, members, only)
    members.flush()
    states.flush()
  }

  #foldLog(counter: Counter, states: BucketStates, members: BucketMembers, only?: ReadonlySet<string>): void {
    const { definition, isOrdered } = counter
    for (const event of this.log.window(definition, definition.window, { inOrder: isOrdered })) {
      const bucket = counter.bucketOf(event)
      if (bucket === null || only?.has(bucket) === false) continue
      if (foldInto(counter, bucket, event, states, members) === 'stale') {
        throw new Error(`the log gave event ${event.seq} out of order`)
      }
    }
  }

  #statesOf(id: number, isEmpty: boolean): BufferedRows<CounterState | null> {
    const storage = {
      load: (bucket: string) => this.#rows.state(id, bucket),
      save: (states: readonly (readonly [string, CounterState | null])[]) => this.#rows.saveStates(id, states),
    }
    return new BufferedRows(storage, STATE_BOUNDS, isEmpty)
  }
}

function usageOf(counter: Counter, bucket: string, state: CounterState, span: UsageSpan): BucketUsage {
  return { bucket: bucketOfKey(bucket), usage: counter.result(state, span) }
}

/** Only events that change the aggregate are shown to a tally: so where it is at its start, nothing is counted. */
function isStart(counter: Counter, filter: number | null, { aggregate }: CounterState): boolean {
  return JSON.stringify(aggregate) === JSON.stringify(counter.start(filter).aggregate)
}
