import type { LoggedEvent, Stream } from './event_log.js'
import type { ObjectSql } from './object_schema.js'

/** Usage that is paid in advance, event by event. */
export interface AdvanceStream extends Stream {
  /** When the first charge in advance on it was made, epoch milliseconds: what was received before makes no fee. */
  readonly since: number
}

/**
 * The events that are still to be charged in advance. An event gets here in the very transaction that logs it, if its stream
 * is known as one that is paid in advance; when a stream becomes known later than an event of it arrived, the event is put here
 * then. It leaves once D1 has its fees. So nothing is lost while this knowledge is out of date, and nothing waits for D1.
 */
export class AdvanceQueue {
  readonly #streams: Set<string>
  #hasEvents = false

  /** @param onQueued called within the transaction that puts events into the queue */
  constructor(
    private readonly sql: ObjectSql,
    private readonly onQueued: () => void,
  ) {
    const streams = sql.exec<StreamRow>('SELECT external_subscription_id AS id, code FROM advance_streams')
    this.#streams = new Set([...streams].map(({ id, code }) => streamKey(id, code)))
    this.#hasEvents = this.next(1).length > 0
  }

  /** Whether there may be something to charge. */
  get hasEvents(): boolean {
    return this.#hasEvents
  }

  /** Takes up those of the events that are paid in advance. Within the transaction that logs them. */
  add(events: readonly LoggedEvent[]): void {
    if (this.#streams.size === 0) return
    const paid = events.filter((event) => this.#streams.has(streamKey(event.externalSubscriptionId, event.code)))
    for (const { seq } of paid) this.sql.exec('INSERT INTO advance_queue (seq) VALUES (?)', seq)
    if (paid.length > 0) this.#noteQueued()
  }

  /** The places of the first events to be charged, in the order of their reception. */
  next(limit: number): number[] {
    const rows = this.sql.exec<{ seq: number }>('SELECT seq FROM advance_queue ORDER BY seq LIMIT ?', limit)
    const seqs = rows.toArray().map(({ seq }) => seq)
    this.#hasEvents = seqs.length > 0
    return seqs
  }

  /** Takes an event off that is charged, or that nothing charges. */
  remove(seq: number): void {
    this.sql.exec('DELETE FROM advance_queue WHERE seq = ?', seq)
  }

  /**
   * Brings in line what is known of the customer's streams. Of one that was not known, the events are taken up that were
   * received since it is paid in advance, and after the last time that D1 was asked: then it was not.
   * @param askedAfterSeq the last place in the log when D1 was asked
   */
  refresh(streams: readonly AdvanceStream[], askedAfterSeq: number): void {
    const keys = new Set(streams.map(({ externalSubscriptionId, code }) => streamKey(externalSubscriptionId, code)))
    const added = streams.filter((one) => !this.#streams.has(streamKey(one.externalSubscriptionId, one.code)))
    this.sql.transaction(() => {
      const known = this.#knownThroughSeq()
      for (const stream of added) this.#takeUp(stream, known)
      if (added.length > 0 || keys.size !== this.#streams.size) this.#replaceStreams(streams)
      if (askedAfterSeq !== known) {
        this.sql.exec(
          `INSERT INTO advance_marks (name, seq) VALUES ('known_through', ?)
           ON CONFLICT DO UPDATE SET seq = excluded.seq`,
          askedAfterSeq,
        )
      }
    })
    this.#streams.clear()
    for (const key of keys) this.#streams.add(key)
    this.next(1)
  }

  #takeUp({ externalSubscriptionId, code, since }: AdvanceStream, afterSeq: number): void {
    // The index by time would lead through the stream's whole past; what came last stands at the end of the table.
    this.sql.exec(
      `INSERT INTO advance_queue (seq) SELECT seq FROM events NOT INDEXED WHERE seq > ? AND created_at >= ?
         AND subscription = (SELECT id FROM subscriptions WHERE external_id = ?)
         AND code = (SELECT id FROM codes WHERE code = ?)
       ON CONFLICT DO NOTHING`,
      ...[afterSeq, since, externalSubscriptionId, code],
    )
    if (this.next(1).length > 0) this.#noteQueued()
  }

  #noteQueued(): void {
    this.#hasEvents = true
    this.onQueued()
  }

  #replaceStreams(streams: readonly AdvanceStream[]): void {
    this.sql.exec('DELETE FROM advance_streams')
    this.sql.exec(
      'INSERT INTO advance_streams (external_subscription_id, code) SELECT value->>0, value->>1 FROM json_each(?)',
      JSON.stringify(streams.map(({ externalSubscriptionId, code }) => [externalSubscriptionId, code])),
    )
  }

  #knownThroughSeq(): number {
    const [row] = this.sql.exec<{ seq: number }>("SELECT seq FROM advance_marks WHERE name = 'known_through'")
    return row?.seq ?? 0
  }
}

type StreamRow = { id: string; code: string }

const streamKey = (externalSubscriptionId: string, code: string) => JSON.stringify([externalSubscriptionId, code])
