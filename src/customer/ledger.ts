import type { JsonState, MemberSet, MeteredEvent } from '../core/metering/aggregation.js'
import { comparePositions, contains, type EventWindow, type Position } from '../core/metering/window.js'
import type { AdvanceLedger } from '../core/rating/advance_ledger.js'
import type { DayShare } from '../core/rating/prorated_units.js'
import type { AdvanceBucket, ReceivedEvent, TakenEvent } from '../core/usage/advance_bucket.js'
import { boundRows } from './bound_rows.js'
import type { Stream } from './event_log.js'
import type { ObjectSql } from './object_schema.js'

/** What a charge in advance has charged of one period of one subscription, bucket by bucket. */
export interface LedgerDefinition {
  /** Equal exactly when the charge, its period and the way in which its events are divided are. */
  readonly key: string
  readonly stream: Stream
  /** The events that it is made from. */
  readonly window: EventWindow
  /** Of a recurring metric: those before are carried into its period. */
  readonly carriedUntil: Position | null
  /** Key of the bucket of an event; null for one that lies outside the ledger. */
  bucketOf(event: MeteredEvent): string | null
  /** The values that a bucket is grouped by. */
  groupedBy(bucket: string): Readonly<Record<string, string | null>>
  /** What was charged in a bucket that has come so far. */
  charged(bucket: string, state: AdvanceBucket): AdvanceLedger
  /** @param before null for a bucket of which nothing was taken up yet */
  takeUp(
    bucket: string,
    before: AdvanceBucket | null,
    event: ReceivedEvent,
    members: MemberSet<JsonState>,
  ): TakenOfLedger
}

/** Whether an event lies before the period of a ledger into which it is carried. */
export const carries = (
  { stream, carriedUntil, window }: Pick<LedgerDefinition, 'stream' | 'carriedUntil' | 'window'>,
  event: Stream & Position,
): boolean =>
  carriedUntil !== null &&
  event.code === stream.code &&
  event.externalSubscriptionId === stream.externalSubscriptionId &&
  comparePositions(event, carriedUntil) < 0 &&
  contains(window, event)

/** An event that was taken up. */
export interface TakenOfLedger extends TakenEvent {
  /** The days that it pays for; null where the charge is not prorated. */
  readonly share: DayShare | null
}

/** What taking up an event has changed. */
export interface TakenUp extends TakenOfLedger {
  readonly bucket: string
}

/** A ledger as it is kept, and changes to it that nobody else sees before {@link save}. */
export class Ledger {
  readonly #states = new Map<string, AdvanceBucket>()
  readonly #members = new Map<string, Map<string, JsonState>>()

  constructor(
    private readonly sql: ObjectSql,
    readonly id: number,
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
  takeUp(definition: LedgerDefinition, event: ReceivedEvent): TakenUp | null {
    const bucket = definition.bucketOf(event)
    if (bucket === null) return null
    const before = this.state(bucket)
    const taken = definition.takeUp(bucket, before, event, this.#membersOf(bucket))
    this.set(bucket, taken.state)
    return { bucket, ...taken }
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
