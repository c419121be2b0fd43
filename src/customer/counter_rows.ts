import type { JsonState } from '../core/metering/aggregation.js'
import { type CounterState, restoreCounter, serializeCounter } from '../core/metering/counter.js'
import { boundRows } from './bound_rows.js'
import type { ObjectSql } from './object_schema.js'
import { StateCache } from './state_cache.js'

/** The tables of the counters' buckets, with what was last read or written of them in memory. */
export class CounterRows {
  readonly #cache = new StateCache()

  constructor(private readonly sql: ObjectSql) {}

  forget(): void {
    this.#cache.clear()
  }

  /** Undefined for a bucket that there is not, null for one that is stale. */
  state(counterId: number, bucket: string): CounterState | null | undefined {
    const cached = this.#cache.get(counterId, bucket)
    if (cached !== undefined) return cached
    const select = 'SELECT state FROM counter_states WHERE counter_id = ? AND bucket = ?'
    const [row] = this.sql.exec<{ state: string | null }>(select, counterId, bucket)
    if (row === undefined) return undefined
    const state = row.state === null ? null : restoreCounter(row.state)
    this.#cache.set(counterId, bucket, state)
    return state
  }

  saveStates(counterId: number, states: readonly (readonly [bucket: string, state: CounterState | null])[]): void {
    const rows = states.map(([bucket, state]) => [bucket, state && serializeCounter(state)] as const)
    const [only, ...more] = rows
    const update = 'ON CONFLICT DO UPDATE SET state = excluded.state'
    // Most calls touch one bucket, which needs no detour through JSON.
    if (only !== undefined && more.length === 0) {
      this.sql.exec(`INSERT INTO counter_states VALUES (?, ?, ?) ${update}`, counterId, ...only)
    } else {
      for (const texts of boundRows(rows)) {
        this.sql.exec(
          `INSERT INTO counter_states SELECT ?, value->>0, value->>1 FROM json_each(?) WHERE true ${update}`,
          ...[counterId, texts],
        )
      }
    }
    for (const [bucket, state] of states) this.#cache.set(counterId, bucket, state)
  }

  deleteState(counterId: number, bucket: string): void {
    this.sql.exec('DELETE FROM counter_states WHERE counter_id = ? AND bucket = ?', counterId, bucket)
    this.#cache.delete(counterId, bucket)
  }

  /** At most `limit` of the buckets that are stale. */
  staleBuckets(counterId: number, limit: number): string[] {
    // Left to itself, SQLite would walk through all of the counter's buckets.
    const select = `SELECT bucket FROM counter_states INDEXED BY counter_states_stale
      WHERE counter_id = ? AND state IS NULL LIMIT ?`
    return this.sql
      .exec<{ bucket: string }>(select, counterId, limit)
      .toArray()
      .map(({ bucket }) => bucket)
  }

  /** All buckets in the order of their keys, read as they are asked for. */
  *all(counterId: number): Generator<[bucket: string, state: CounterState]> {
    const select = 'SELECT bucket, state FROM counter_states WHERE counter_id = ? ORDER BY bucket'
    for (const [bucket, state] of this.sql.exec(select, counterId).raw<[string, string | null]>()) {
      if (state === null) throw new Error(`bucket ${bucket} became stale while it was read`)
      yield [bucket, restoreCounter(state)]
    }
  }

  member(counterId: number, bucket: string, value: string): JsonState | undefined {
    const select = 'SELECT member FROM counter_members WHERE counter_id = ? AND bucket = ? AND value = ?'
    const [row] = this.sql.exec<{ member: string }>(select, counterId, bucket, value)
    return row === undefined ? undefined : JSON.parse(row.member)
  }

  saveMembers(
    counterId: number,
    members: readonly (readonly [bucket: string, value: string, member: JsonState])[],
  ): void {
    const rows = members.map(([bucket, value, member]) => [bucket, value, JSON.stringify(member)])
    for (const texts of boundRows(rows)) {
      this.sql.exec(
        `INSERT INTO counter_members SELECT ?, value->>0, value->>1, value->>2 FROM json_each(?) WHERE true
         ON CONFLICT DO UPDATE SET member = excluded.member`,
        ...[counterId, texts],
      )
    }
  }

  /** Gives a counter that has no buckets yet all states and members of another one. */
  copyAll(fromCounterId: number, toCounterId: number): void {
    for (const [table, columns] of [
      ['counter_states', 'bucket, state'],
      ['counter_members', 'bucket, value, member'],
    ]) {
      this.sql.exec(
        `INSERT INTO ${table} SELECT ?, ${columns} FROM ${table} WHERE counter_id = ?`,
        ...[toCounterId, fromCounterId],
      )
    }
  }

  /** Deletes states and members of some buckets. */
  deleteBuckets(counterId: number, buckets: readonly string[]): void {
    for (const texts of boundRows(buckets.map((bucket) => [bucket]))) {
      for (const table of ['counter_states', 'counter_members']) {
        this.sql.exec(
          `DELETE FROM ${table} WHERE counter_id = ? AND bucket IN (SELECT value->>0 FROM json_each(?))`,
          ...[counterId, texts],
        )
      }
    }
    for (const bucket of buckets) this.#cache.delete(counterId, bucket)
  }

  /** Deletes states and members of all buckets. */
  deleteAll(counterId: number): void {
    this.sql.exec('DELETE FROM counter_states WHERE counter_id = ?', counterId)
    this.sql.exec('DELETE FROM counter_members WHERE counter_id = ?', counterId)
    this.#cache.drop(counterId)
  }
}
