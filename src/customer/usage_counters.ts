import type { JsonState, MeteredEvent } from '../core/metering/aggregation.js'
import {
  Counter,
  type CounterDefinition,
  type CounterResult,
  type CounterState,
  definitionKey,
  restoreCounter,
  serializeCounter,
} from '../core/metering/counter.js'
import type { Tally } from '../core/metering/tally.js'
import { comparePositions, contains } from '../core/metering/window.js'
import { boundRows } from './bound_rows.js'
import { BufferedMembers } from './buffered_members.js'
import type { EventLog, LoggedEvent, Stream } from './event_log.js'
import { COUNTER_KEPT_MS, MAX_LIVE_STREAMS } from './limits.js'
import type { ObjectSql } from './object_schema.js'

/** The one bucket of a definition that nothing divides. */
const WHOLE = ''

interface LiveCounter {
  readonly id: number
  readonly key: string
  readonly definition: CounterDefinition
  /** Null while the definition names a tally that nobody has handed over since the object woke. */
  counter: Counter | null
  state: CounterState
  /** The first event that could not be folded for want of the tally; null when none is missing. */
  behindFromSeq: number | null
}

/**
 * The running counters. Each equals the fold of the log over its window, at any time and whatever the order of arrival; so
 * they are a cache of the log, and any of them may be thrown away. Everything here has to be called within a transaction;
 * after one that was taken back, {@link forget} drops what is remembered of it.
 */
export class UsageCounters {
  /** What the tables hold, by stream, for the streams that were asked for since the object woke. */
  readonly #live = new Map<string, LiveCounter[]>()

  constructor(
    private readonly sql: ObjectSql,
    private readonly log: EventLog,
  ) {}

  forget(): void {
    this.#live.clear()
  }

  /**
   * The usage that a definition describes, from its counter: built from the log if there is none, and live from then on.
   * @param tally the tally of `definition.tallyKey`; null exactly when that is null
   */
  read(definition: CounterDefinition, tally: Tally | null): CounterResult {
    const counter = new Counter(definition, tally)
    const key = definitionKey(definition)
    const live = this.#countersOf(definition).find((one) => one.key === key)
    if (live === undefined) return counter.result(this.#build(key, counter))
    live.counter = counter
    return counter.result(this.#catchUp(live, counter) ? live.state : this.#build(key, counter))
  }

  /** Folds events that have just been logged into every counter that they touch. */
  fold(events: readonly LoggedEvent[]): void {
    for (const group of Map.groupBy(events, streamKey).values()) {
      const [first] = group
      if (first === undefined) continue
      const ordered = group.toSorted(comparePositions)
      for (const live of [...this.#countersOf(first)]) {
        if (live.counter === null) this.#noteMissed(live, ordered)
        else this.#advance(live, live.counter, ordered)
      }
    }
  }

  /** A counter without its tally cannot fold; it remembers from where on it has to, once it is read. */
  #noteMissed(live: LiveCounter, events: readonly MeteredEvent[]): void {
    if (live.behindFromSeq !== null) return
    const missed = events.filter((event) => contains(live.definition.window, event))
    if (missed.length === 0) return
    live.behindFromSeq = Math.min(...missed.map((event) => event.seq))
    this.sql.exec('UPDATE counters SET behind_from_seq = ? WHERE id = ?', live.behindFromSeq, live.id)
  }

  #catchUp(live: LiveCounter, counter: Counter): boolean {
    if (live.behindFromSeq === null) return true
    const missed = this.log.receivedFrom(live.definition, live.behindFromSeq)
    if (!this.#advance(live, counter, missed)) return false
    this.sql.exec('UPDATE counters SET behind_from_seq = NULL WHERE id = ?', live.id)
    live.behindFromSeq = null
    return true
  }

  /** Folds further events. False when they lie behind what was folded in order: the counter is then gone, to be built again. */
  #advance(live: LiveCounter, counter: Counter, events: Iterable<MeteredEvent>): boolean {
    const members = this.#membersOf(live.id)
    let state = live.state
    for (const event of events) {
      const next = counter.fold(state, event, members)
      if (next === 'stale') {
        this.#remove(live.definition, (one) => one.id === live.id)
        return false
      }
      state = next
    }
    members.flush()
    if (state !== live.state) {
      const update = 'UPDATE counter_states SET state = ? WHERE counter_id = ? AND bucket = ?'
      this.sql.exec(update, serializeCounter(state), live.id, WHOLE)
      live.state = state
    }
    return true
  }

  #build(key: string, counter: Counter): CounterState {
    const { definition } = counter
    const { externalSubscriptionId, code, window } = definition
    this.#remove(definition, (one) => one.definition.window.to.at < window.to.at - COUNTER_KEPT_MS * 1000)
    const { id } = this.sql
      .exec<{ id: number }>(
        `INSERT INTO counters (key, definition, external_subscription_id, code) VALUES (?, ?, ?, ?) RETURNING id`,
        ...[key, JSON.stringify(definition), externalSubscriptionId, code],
      )
      .one()
    const members = this.#membersOf(id, { empty: true })
    let state = counter.start()
    for (const event of this.log.window(definition, window)) {
      const next = counter.fold(state, event, members)
      if (next === 'stale') throw new Error(`the log gave event ${event.seq} out of order`)
      state = next
    }
    members.flush()
    const insert = 'INSERT INTO counter_states (counter_id, bucket, state) VALUES (?, ?, ?)'
    this.sql.exec(insert, id, WHOLE, serializeCounter(state))
    this.#countersOf(definition).push({ id, key, definition, counter, state, behindFromSeq: null })
    return state
  }

  #countersOf(stream: Stream): LiveCounter[] {
    const key = streamKey(stream)
    const known = this.#live.get(key)
    if (known !== undefined) return known
    if (this.#live.size >= MAX_LIVE_STREAMS) this.#live.clear()
    const loaded = this.#load(stream)
    this.#live.set(key, loaded)
    return loaded
  }

  #load(stream: Stream): LiveCounter[] {
    const rows = this.sql.exec<{ id: number; key: string; definition: string; behind: number | null; state: string }>(
      `SELECT id, key, definition, behind_from_seq AS behind, state
       FROM counters JOIN counter_states ON counter_id = id AND bucket = ?
       WHERE external_subscription_id = ? AND code = ?`,
      ...[WHOLE, stream.externalSubscriptionId, stream.code],
    )
    return rows.toArray().flatMap(({ id, key, definition: text, behind, state }) => {
      const definition = JSON.parse(text) as CounterDefinition
      // The key of a definition changes when states are kept in another form: such a counter cannot be read any more.
      if (definitionKey(definition) !== key) {
        this.#delete(id)
        return []
      }
      const counter = definition.tallyKey === null ? new Counter(definition, null) : null
      return [{ id, key, definition, counter, state: restoreCounter(state), behindFromSeq: behind }]
    })
  }

  #remove(stream: Stream, isUnwanted: (live: LiveCounter) => boolean): void {
    const all = this.#countersOf(stream)
    for (const live of all.filter(isUnwanted)) {
      this.#delete(live.id)
      all.splice(all.indexOf(live), 1)
    }
  }

  #delete(id: number): void {
    this.sql.exec('DELETE FROM counters WHERE id = ?', id)
    this.sql.exec('DELETE FROM counter_states WHERE counter_id = ?', id)
    this.sql.exec('DELETE FROM counter_members WHERE counter_id = ?', id)
  }

  #membersOf(counterId: number, { empty = false } = {}): BufferedMembers {
    const select = 'SELECT member FROM counter_members WHERE counter_id = ? AND bucket = ? AND value = ?'
    const upsert = `INSERT INTO counter_members (counter_id, bucket, value, member)
      SELECT ?, ?, value->>0, value->>1 FROM json_each(?) WHERE true
      ON CONFLICT DO UPDATE SET member = excluded.member`
    const storage = {
      load: (value: string) => {
        const [row] = this.sql.exec<{ member: string }>(select, counterId, WHOLE, value)
        return row === undefined ? undefined : (JSON.parse(row.member) as JsonState)
      },
      save: (members: readonly (readonly [string, JsonState])[]) => {
        const rows = members.map(([value, member]) => [value, JSON.stringify(member)])
        for (const texts of boundRows(rows)) this.sql.exec(upsert, counterId, WHOLE, texts)
      },
    }
    return new BufferedMembers(storage, empty)
  }
}

function streamKey({ externalSubscriptionId, code }: Stream): string {
  return JSON.stringify([externalSubscriptionId, code])
}
