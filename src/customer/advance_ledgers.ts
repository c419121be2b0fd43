import type { JsonState, MemberSet, MeteredEvent } from '../core/metering/aggregation.js'
import type { EventWindow } from '../core/metering/window.js'
import type { AdvanceBucket, TakenEvent } from '../core/usage/advance_bucket.js'
import { boundRows } from './bound_rows.js'
import type { Stream } from './event_log.js'
import { COUNTER_KEPT_MS, LEDGER_EVENTS_AT_ONCE } from './limits.js'
import type { ObjectSql } from './object_schema.js'

/** What a charge in advance has charged of one period of one subscription, bucket by bucket. */
export interface LedgerDefinition {
  /** Equal exactly when the charge, its period and the way in which its events are divided are. */
  readonly key: string
  readonly stream: Stream
  readonly window: EventWindow
  /** Key of the bucket of an event; null for one that lies outside the ledger. */
  bucketOf(event: MeteredEvent): string | null
  /** The values that a bucket is grouped by. */
  groupedBy(bucket: string): Readonly<Record<string, string | null>>
  /** @param before null for a bucket of which nothing was taken up yet */
  takeUp(bucket: string, before: AdvanceBucket | null, event: LedgerEvent, members: MemberSet<JsonState>): TakenEvent
}

export interface LedgerEvent extends MeteredEvent {
  /** When it was received, epoch milliseconds. */
  readonly createdAt: number
}

/** The id of no ledger. */
const UNKEPT = 0

type LoggedRow = { at: number; seq: number; createdAt: number; properties: string; precise: string | null }

/**
 * The ledgers of charges in advance. Each equals what its window's events come to, taken up in the order of reception:
 * those of the log without those that still wait in the queue. So they are a cache of both, like running counters, and are built
 * anew when a charge divides its events in another way. Unlike counters they go by the order of reception: what an event pays
 * depends on what was paid before it, wherever it lies in time (recurring rules, section 12.7).
 */
export class AdvanceLedgers {
  constructor(private readonly sql: ObjectSql) {}

  /** The ledger with all that has been charged; built when it is missing. */
  open(definition: LedgerDefinition): Ledger {
    return this.sql.transaction(() => this.find(definition) ?? this.#build(definition))
  }

  /** The ledger as it is made from the log, of which nothing is kept. */
  scan(definition: LedgerDefinition): Ledger {
    const ledger = new Ledger(this.sql, UNKEPT)
    for (const event of this.#charged(definition)) ledger.takeUp(definition, event)
    return ledger
  }

  /** The ledger if it is kept. */
  find({ key }: LedgerDefinition): Ledger | undefined {
    const [row] = this.sql.exec<{ id: number }>('SELECT id FROM advance_ledgers WHERE key = ?', key)
    return row && new Ledger(this.sql, row.id)
  }

  #build(definition: LedgerDefinition): Ledger {
    const { key, window } = definition
    this.#dropBefore(window.to.at - COUNTER_KEPT_MS * 1000)
    const { id } = this.sql
      .exec<{ id: number }>('INSERT INTO advance_ledgers (key, to_at) VALUES (?, ?) RETURNING id', key, window.to.at)
      .one()
    const ledger = new Ledger(this.sql, id)
    let folded = 0
    for (const event of this.#charged(definition)) {
      ledger.takeUp(definition, event)
      if (++folded % LEDGER_EVENTS_AT_ONCE === 0) ledger.save()
    }
    ledger.save()
    return ledger
  }

  *#charged({ stream, window: { from, to } }: LedgerDefinition): Generator<LedgerEvent> {
    const lower = from === null ? '' : 'AND at >= ? AND (at > ? OR seq >= ?)'
    const rows = this.sql.exec<LoggedRow>(
      `SELECT at, seq, created_at AS createdAt, properties, precise_total_amount_cents AS precise FROM events
       WHERE subscription = (SELECT id FROM subscriptions WHERE external_id = ?)
         AND code = (SELECT id FROM codes WHERE code = ?)
         AND at <= ? AND (at < ? OR seq < ?) ${lower}
         AND seq NOT IN (SELECT seq FROM advance_queue)
       ORDER BY seq`,
      ...[stream.externalSubscriptionId, stream.code, to.at, to.at, to.seq],
      ...(from === null ? [] : [from.at, from.at, from.seq]),
    )
    for (const { properties, precise, ...place } of rows) {
      yield { ...place, properties: JSON.parse(properties), preciseTotalAmountCents: precise }
    }
  }

  /** Ledgers of periods that ended long ago are built again for who asks. */
  #dropBefore(at: number): void {
    const old = this.sql.exec<{ id: number }>('SELECT id FROM advance_ledgers WHERE to_at < ?', at).toArray()
    for (const { id } of old) {
      this.sql.exec('DELETE FROM advance_states WHERE ledger_id = ?', id)
      this.sql.exec('DELETE FROM advance_members WHERE ledger_id = ?', id)
      this.sql.exec('DELETE FROM advance_ledgers WHERE id = ?', id)
    }
  }
}

/** What taking up an event has changed. */
export interface TakenUp extends TakenEvent {
  readonly bucket: string
  readonly before: AdvanceBucket | null
}

/** A ledger as it is kept, and changes to it that nobody else sees before {@link save}. */
export class Ledger {
  readonly #states = new Map<string, AdvanceBucket>()
  readonly #members = new Map<string, Map<string, JsonState>>()

  constructor(
    private readonly sql: ObjectSql,
    private readonly id: number,
  ) {}

  /** Null for a bucket of which nothing was charged. */
  state(bucket: string): AdvanceBucket | null {
    const changed = this.#states.get(bucket)
    if (changed !== undefined) return changed
    const [row] = this.sql.exec<{ state: string }>(
      'SELECT state FROM advance_states WHERE ledger_id = ? AND bucket = ?',
      ...[this.id, bucket],
    )
    return row === undefined ? null : (JSON.parse(row.state) as AdvanceBucket)
  }

  #membersOf(bucket: string): MemberSet<JsonState> {
    const changed = this.#members.get(bucket) ?? new Map<string, JsonState>()
    this.#members.set(bucket, changed)
    return {
      get: (value) => changed.get(value) ?? this.#storedMember(bucket, value),
      set: (value, member) => changed.set(value, member),
    }
  }

  set(bucket: string, state: AdvanceBucket): void {
    this.#states.set(bucket, state)
  }

  /** Takes up the event that was received next; null when it lies outside the ledger. */
  takeUp(definition: LedgerDefinition, event: LedgerEvent): TakenUp | null {
    const bucket = definition.bucketOf(event)
    if (bucket === null) return null
    const before = this.state(bucket)
    const { state, fee } = definition.takeUp(bucket, before, event, this.#membersOf(bucket))
    this.set(bucket, state)
    return { bucket, before, state, fee }
  }

  /** Every bucket of which something was charged, in the order of the keys. */
  buckets(): ReadonlyMap<string, AdvanceBucket> {
    const rows = this.sql.exec<{ bucket: string; state: string }>(
      'SELECT bucket, state FROM advance_states WHERE ledger_id = ? ORDER BY bucket',
      this.id,
    )
    const stored = rows.toArray().map(({ bucket, state }) => [bucket, JSON.parse(state) as AdvanceBucket] as const)
    return new Map([...stored, ...this.#states])
  }

  /** Keeps the changes. Within a transaction. */
  save(): void {
    const states = [...this.#states].map(([bucket, state]) => [bucket, JSON.stringify(state)])
    for (const texts of boundRows(states)) {
      this.sql.exec(
        `INSERT INTO advance_states (ledger_id, bucket, state) SELECT ?, value->>0, value->>1 FROM json_each(?) WHERE true
         ON CONFLICT DO UPDATE SET state = excluded.state`,
        ...[this.id, texts],
      )
    }
    const members = [...this.#members].flatMap(([bucket, set]) =>
      [...set].map(([value, member]) => [bucket, value, JSON.stringify(member)]),
    )
    for (const texts of boundRows(members)) {
      this.sql.exec(
        `INSERT INTO advance_members (ledger_id, bucket, value, member)
         SELECT ?, value->>0, value->>1, value->>2 FROM json_each(?) WHERE true
         ON CONFLICT DO UPDATE SET member = excluded.member`,
        ...[this.id, texts],
      )
    }
    this.#states.clear()
    this.#members.clear()
  }

  #storedMember(bucket: string, value: string): JsonState | undefined {
    const [row] = this.sql.exec<{ member: string }>(
      'SELECT member FROM advance_members WHERE ledger_id = ? AND bucket = ? AND value = ?',
      ...[this.id, bucket, value],
    )
    return row === undefined ? undefined : (JSON.parse(row.member) as JsonState)
  }
}
