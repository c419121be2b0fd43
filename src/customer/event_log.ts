import type { MeteredEvent } from '../core/metering/aggregation.js'
import { repeatedEvents } from '../core/metering/event_identity.js'
import type { NewEvent } from '../core/metering/events.js'
import type { EventWindow } from '../core/metering/window.js'
import { boundRows } from './bound_rows.js'
import type { EventFilters, EventKey, EventKeys, EventQuery, StoredEvent } from './contract.js'
import { MAX_LIVE_STREAMS } from './limits.js'
import type { ObjectSql, SqlRow, SqlValue } from './object_schema.js'

export interface ReceivedEvent extends NewEvent {
  /** When it was received, epoch milliseconds. */
  readonly createdAt: number
}

/** Usage of one kind: what the events of a counter have in common. */
export interface Stream {
  readonly externalSubscriptionId: string
  readonly code: string
}

export type LoggedEvent = MeteredEvent & Stream

const SUBSCRIPTION = 'subscription = (SELECT id FROM subscriptions WHERE external_id = ?)'
const CODE = 'code = (SELECT id FROM codes WHERE code = ?)'

/**
 * The customer's events: the truth that all counters are made from. Nothing is ever taken out. `seq` is the order of
 * reception, from 1 and without gaps.
 */
export class EventLog {
  /** What has been read of the storage since the object woke: {@link forget} drops it after a transaction was taken back. */
  #lastSeq: number | null = null
  readonly #numbers = { subscriptions: new Map<string, number>(), codes: new Map<string, number>() }

  constructor(private readonly sql: ObjectSql) {}

  forget(): void {
    this.#lastSeq = null
    this.#numbers.subscriptions.clear()
    this.#numbers.codes.clear()
  }

  /** The place of the last event, 0 with none. */
  maxSeq(): number {
    this.#lastSeq ??= this.sql.exec<{ seq: number }>('SELECT coalesce(max(seq), 0) AS seq FROM events').one().seq
    return this.#lastSeq
  }

  /**
   * Positions of the events whose transaction id their subscription has already, in the log or further up in the list:
   * there every occurrence but the first counts.
   */
  duplicates(events: readonly NewEvent[]): number[] {
    const stored = new Set<number>()
    for (const rows of boundRows(events.map((event, i) => [i, subscriptionOf(event), event.transactionId]))) {
      // A cross join keeps its order: from the few that were sent to the many that are stored.
      const found = this.sql.exec<{ position: number }>(
        `SELECT value->>0 AS position FROM json_each(?)
         CROSS JOIN subscriptions ON external_id = value->>1
         CROSS JOIN events ON subscription = subscriptions.id AND transaction_id = value->>2`,
        rows,
      )
      for (const { position } of found) stored.add(position)
    }
    const repeated = repeatedEvents(events)
    return events.flatMap((_, i) => (stored.has(i) || repeated.has(i) ? [i] : []))
  }

  /** Stores events of which none is a duplicate, in their order. A duplicate meets the unique index: it throws. */
  append(events: readonly ReceivedEvent[]): LoggedEvent[] {
    const before = this.maxSeq()
    const logged = events.map((event, i) => ({
      externalSubscriptionId: subscriptionOf(event),
      code: event.code,
      at: event.at,
      seq: before + i + 1,
      properties: event.properties,
      preciseTotalAmountCents: event.preciseTotalAmountCents,
    }))
    const rows = events.map((event, i) => [
      before + i + 1,
      this.#number('subscriptions', 'external_id', subscriptionOf(event)),
      event.transactionId,
      this.#number('codes', 'code', event.code),
      event.at,
      event.createdAt,
      JSON.stringify(event.properties),
      event.preciseTotalAmountCents,
    ])
    const [only, ...more] = rows
    // Most calls bring one event, which needs no detour through JSON.
    if (only !== undefined && more.length === 0) {
      this.sql.exec('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)', ...only)
    } else {
      for (const texts of boundRows(rows)) {
        this.sql.exec(
          `INSERT INTO events SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7
           FROM json_each(?)`,
          texts,
        )
      }
    }
    this.#lastSeq = before + events.length
    return logged
  }

  /** The events of a window in order of position, read as they are asked for: all of them need not fit in memory. */
  window(stream: Stream, { from, to }: EventWindow): Iterable<MeteredEvent> {
    const lower = from === null ? '' : 'AND at >= ? AND (at > ? OR seq >= ?)'
    return metered(
      this.sql.exec<MeteredRow>(
        `SELECT at, seq, properties, precise_total_amount_cents AS precise FROM events
         WHERE ${SUBSCRIPTION} AND ${CODE} AND at <= ? AND (at < ? OR seq < ?) ${lower} ORDER BY at, seq`,
        ...[stream.externalSubscriptionId, stream.code, to.at, to.at, to.seq],
        ...(from === null ? [] : [from.at, from.at, from.seq]),
      ),
    )
  }

  /** The stream's events from the place `seq` on, in order of position. */
  receivedFrom(stream: Stream, seq: number): Iterable<MeteredEvent> {
    return metered(
      // The index by time would lead through the stream's whole past; what came last stands at the end of the table.
      this.sql.exec<MeteredRow>(
        `SELECT at, seq, properties, precise_total_amount_cents AS precise FROM events NOT INDEXED
         WHERE seq >= ? AND ${SUBSCRIPTION} AND ${CODE} ORDER BY at, seq`,
        ...[seq, stream.externalSubscriptionId, stream.code],
      ),
    )
  }

  keys(query: EventQuery): EventKeys {
    const { where, bindings } = conditionsOf(query)
    const { totalCount } = this.sql
      .exec<{ totalCount: number }>(`SELECT count(*) AS totalCount FROM events WHERE ${where}`, ...bindings)
      .one()
    // An index holds the times: so only the rows of the page, and those that share its last moment, are read and sorted.
    const { earliest } = this.sql
      .exec<{ earliest: number | null }>(
        `SELECT min(at) AS earliest FROM (SELECT at FROM events WHERE ${where} ORDER BY at DESC LIMIT ?)`,
        ...[...bindings, query.offset + query.limit],
      )
      .one()
    if (earliest === null) return { keys: [], totalCount }
    const keys = this.sql.exec<EventKey & SqlRow>(
      `SELECT at, transaction_id AS transactionId, seq FROM events WHERE ${where} AND at >= ?
       ORDER BY at DESC, transaction_id, seq DESC LIMIT ? OFFSET ?`,
      ...[...bindings, earliest, query.limit, query.offset],
    )
    return { keys: keys.toArray(), totalCount }
  }

  /** The events at these places; places without one are passed over. */
  read(seqs: readonly number[]): StoredEvent[] {
    const rows = this.sql.exec<Omit<StoredEvent, 'properties'> & { properties: string } & SqlRow>(
      `SELECT seq, transaction_id AS transactionId, codes.code AS code, external_id AS externalSubscriptionId,
         NULL AS externalCustomerId, at, created_at AS createdAt, properties,
         precise_total_amount_cents AS preciseTotalAmountCents
       FROM events JOIN subscriptions ON subscriptions.id = subscription JOIN codes ON codes.id = events.code
       WHERE seq IN (SELECT value FROM json_each(?))`,
      JSON.stringify(seqs),
    )
    return rows.toArray().map((row) => ({ ...row, properties: JSON.parse(row.properties) }))
  }

  /** The number of a text that is kept once. */
  #number(table: 'subscriptions' | 'codes', column: string, text: string): number {
    const numbers = this.#numbers[table]
    const known = numbers.get(text)
    if (known !== undefined) return known
    this.sql.exec(`INSERT INTO ${table} (${column}) VALUES (?) ON CONFLICT DO NOTHING`, text)
    const { id } = this.sql.exec<{ id: number }>(`SELECT id FROM ${table} WHERE ${column} = ?`, text).one()
    if (numbers.size >= MAX_LIVE_STREAMS) numbers.clear()
    numbers.set(text, id)
    return id
  }
}

type MeteredRow = { at: number; seq: number; properties: string; precise: string | null }

function* metered(rows: SqlStorageCursor<MeteredRow>): Generator<MeteredEvent> {
  for (const [at, seq, properties, precise] of rows.raw<[number, number, string, string | null]>()) {
    yield { at, seq, properties: JSON.parse(properties), preciseTotalAmountCents: precise }
  }
}

/** Every combination goes through an index: without a subscription or a code, through that of each there is. */
function conditionsOf(filters: EventFilters): { where: string; bindings: SqlValue[] } {
  const { externalSubscriptionId, code, transactionId, from, to } = filters
  const parts: [string, SqlValue | undefined][] = [
    [SUBSCRIPTION, externalSubscriptionId],
    [CODE, code],
    ['transaction_id = ?', transactionId],
    ['at >= ?', from],
    ['at <= ?', to],
  ]
  const given = parts.filter((part): part is [string, SqlValue] => part[1] !== undefined)
  const every = [
    ...(externalSubscriptionId === undefined ? ['subscription IN (SELECT id FROM subscriptions)'] : []),
    ...(code === undefined && transactionId === undefined ? ['code IN (SELECT id FROM codes)'] : []),
  ]
  return { where: [...every, ...given.map(([text]) => text)].join(' AND '), bindings: given.map(([, value]) => value) }
}

function subscriptionOf(event: NewEvent): string {
  if (event.externalSubscriptionId === null) throw new Error('an event without subscription belongs to no customer')
  return event.externalSubscriptionId
}
