import type { MeteredEvent } from '../core/metering/aggregation.js'
import { repeatedEvents } from '../core/metering/event_identity.js'
import type { NewEvent } from '../core/metering/events.js'
import type { EventWindow } from '../core/metering/window.js'
import { boundRows } from './bound_rows.js'
import type { EventCounts } from './event_counts.js'
import type { KeptTexts } from './kept_texts.js'
import { SCANNED_SHARE } from './limits.js'
import type { ObjectSql, SqlValue } from './object_schema.js'

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
 * The customer's events: the truth that all counters are made from. No row is ever taken out: what becomes of an event later
 * is written elsewhere. `seq` is the order of reception, from 1 and without gaps.
 */
export class EventLog {
  /** What has been read of the storage since the object woke: {@link forget} drops it after a transaction was taken back. */
  #lastSeq: number | null = null

  constructor(
    private readonly sql: ObjectSql,
    private readonly texts: KeptTexts,
    private readonly counts: EventCounts,
  ) {}

  forget(): void {
    this.#lastSeq = null
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

  /** The places of events that the log has just as they are here, with the moment of their reception; null if it lacks one. */
  placesOf(events: readonly ReceivedEvent[]): number[] | null {
    const rows = events.map((event) => [
      ...[subscriptionOf(event), event.transactionId, event.code, event.at, event.createdAt],
      ...[JSON.stringify(event.properties), event.preciseTotalAmountCents],
    ])
    const seqs: number[] = []
    for (const texts of boundRows(rows)) {
      const found = this.sql.exec<{ seq: number }>(
        `SELECT seq FROM json_each(?)
         CROSS JOIN subscriptions ON external_id = value->>0
         CROSS JOIN events ON subscription = subscriptions.id AND transaction_id = value->>1
         WHERE code = (SELECT id FROM codes WHERE codes.code = value->>2) AND at = value->>3 AND created_at = value->>4
           AND properties = value->>5 AND precise_total_amount_cents IS value->>6
         ORDER BY key`,
        texts,
      )
      for (const { seq } of found) seqs.push(seq)
    }
    return seqs.length === events.length ? seqs : null
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
    const streams = events.map((event) => this.#streamOf(event))
    const rows = events.map((event, i): SqlValue[] => [
      before + i + 1,
      streams[i]?.[0] ?? 0,
      event.transactionId,
      streams[i]?.[1] ?? 0,
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
    this.counts.addEach('accepted', streams)
    this.#lastSeq = before + events.length
    return logged
  }

  /** Counts events for which a request was refused. */
  countDuplicates(events: readonly NewEvent[]): void {
    this.counts.addEach(
      'duplicates',
      events.map((event) => this.#streamOf(event)),
    )
  }

  /**
   * The events of a window, read as they are asked for: all of them need not fit in memory.
   * @param inOrder whether they have to come in the order of position; otherwise they come in whatever order is cheapest
   */
  window(stream: Stream, window: EventWindow, { inOrder }: { inOrder: boolean }): Iterable<MeteredEvent> {
    const { where, bindings } = inWindow(stream, window)
    // The index by time leads to rows all over the table where events did not arrive in the order of their time.
    const isScanned = !inOrder && this.#isLargeShare(where, bindings)
    return metered(
      this.sql.exec<MeteredRow>(
        `SELECT at, seq, properties, precise_total_amount_cents AS precise FROM events ${isScanned ? 'NOT INDEXED' : ''}
         WHERE ${where} ${isScanned ? '' : 'ORDER BY at, seq'}`,
        ...bindings,
      ),
    )
  }

  /** Whether so much of the log is selected that reading all of it, from its first row to its last, is cheaper. */
  #isLargeShare(where: string, bindings: readonly SqlValue[]): boolean {
    const enough = Math.ceil(this.maxSeq() * SCANNED_SHARE)
    const selected = `SELECT 1 FROM events WHERE ${where} LIMIT ?`
    const { n } = this.sql
      .exec<{ n: number }>(`SELECT count(*) AS n FROM (${selected})`, ...[...bindings, enough])
      .one()
    return n >= enough
  }

  #streamOf(event: NewEvent): [subscription: number, code: number] {
    const subscription = this.texts.numberOf('subscriptions', subscriptionOf(event))
    return [subscription, this.texts.numberOf('codes', event.code)]
  }
}

/** What of the events table lies in a window: a condition, and what it binds. */
export function inWindow(stream: Stream, { from, to }: EventWindow): { where: string; bindings: SqlValue[] } {
  const lower = from === null ? '' : 'AND at >= ? AND (at > ? OR seq >= ?)'
  return {
    where: `${SUBSCRIPTION} AND ${CODE} AND at <= ? AND (at < ? OR seq < ?) ${lower}`,
    bindings: [
      ...[stream.externalSubscriptionId, stream.code, to.at, to.at, to.seq],
      ...(from === null ? [] : [from.at, from.at, from.seq]),
    ],
  }
}

type MeteredRow = { at: number; seq: number; properties: string; precise: string | null }

function* metered(rows: SqlStorageCursor<MeteredRow>): Generator<MeteredEvent> {
  for (const [at, seq, properties, precise] of rows.raw<[number, number, string, string | null]>()) {
    yield { at, seq, properties: JSON.parse(properties), preciseTotalAmountCents: precise }
  }
}

function subscriptionOf(event: NewEvent): string {
  if (event.externalSubscriptionId === null) throw new Error('an event without subscription belongs to no customer')
  return event.externalSubscriptionId
}
