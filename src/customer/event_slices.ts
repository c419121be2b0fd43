import type { TracedEvent } from '../core/explanation/usage_trace.js'
import type { EventWindow } from '../core/metering/window.js'
import { inWindow, type Stream } from './event_log.js'
import type { ObjectSql, SqlValue } from './object_schema.js'

type Row = [at: number, seq: number, properties: string, precise: string | null, transactionId: string, created: number]

/**
 * The log, a slice at a time: so that whoever reads all of a window need not keep the object from everything else meanwhile. A
 * slice has to be consumed before anything is awaited.
 */
export class EventSlices {
  constructor(private readonly sql: ObjectSql) {}

  /** The first events of a window, in the order of position. */
  byTime(stream: Stream, window: EventWindow, limit: number): Iterable<TracedEvent> {
    const { where, bindings } = inWindow(stream, window)
    return this.#read(where, [...bindings, limit], 'at, seq')
  }

  /** The events of a window that were received after `afterSeq`, in the order of reception. */
  byReception(stream: Stream, window: EventWindow, afterSeq: number, limit: number): Iterable<TracedEvent> {
    const { where, bindings } = inWindow(stream, window)
    return this.#read(`${where} AND seq > ?`, [...bindings, afterSeq, limit], 'seq')
  }

  *#read(where: string, bindings: SqlValue[], order: string): Generator<TracedEvent> {
    const rows = this.sql.exec(
      `SELECT at, seq, properties, precise_total_amount_cents, transaction_id, created_at FROM events
       WHERE ${where} ORDER BY ${order} LIMIT ?`,
      ...bindings,
    )
    for (const [at, seq, properties, preciseTotalAmountCents, transactionId, createdAt] of rows.raw<Row>()) {
      yield { at, seq, properties: JSON.parse(properties), preciseTotalAmountCents, transactionId, createdAt }
    }
  }
}
