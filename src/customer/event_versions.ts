import type { StoredEvent } from './contract.js'
import type { EventPlace, PastEvent } from './event_contract.js'
import type { KeptTexts } from './kept_texts.js'
import type { ObjectSql, SqlRow } from './object_schema.js'

/** The code of an event that was withdrawn: no text has this number, so that no question about usage meets the event. */
const NO_CODE = 0

/** An event's row in the log, with its subscription and its code by number too. */
export interface LoggedRow {
  readonly subscription: number
  readonly code: number
  readonly event: StoredEvent
}

type Row = Omit<StoredEvent, 'properties'> & { properties: string; subscription: number; codeNumber: number } & SqlRow

const COLUMNS = `seq, transaction_id AS transactionId, codes.code AS code, external_id AS externalSubscriptionId,
  NULL AS externalCustomerId, at, created_at AS createdAt, properties,
  precise_total_amount_cents AS preciseTotalAmountCents`
const NAMES = 'JOIN subscriptions ON subscriptions.id = subscription JOIN codes ON codes.id ='

/** Versions of events: the one that counts, in the log, and those before it. */
export class EventVersions {
  constructor(
    private readonly sql: ObjectSql,
    private readonly texts: KeptTexts,
  ) {}

  locate(externalSubscriptionId: string, transactionId: string): EventPlace | null {
    const [row] = this.sql.exec<{ seq: number; code: number }>(
      `SELECT seq, code FROM events
       WHERE subscription = (SELECT id FROM subscriptions WHERE external_id = ?) AND transaction_id = ?`,
      ...[externalSubscriptionId, transactionId],
    )
    return row === undefined ? null : { seq: row.seq, isWithdrawn: row.code === NO_CODE }
  }

  /** The version of an event that counts. */
  current(seq: number): LoggedRow | 'withdrawn' | 'not_found' {
    const [row] = this.sql.exec<Row>(
      `SELECT subscription, events.code AS codeNumber, ${COLUMNS} FROM events ${NAMES} events.code WHERE seq = ?`,
      seq,
    )
    if (row !== undefined) {
      const { subscription, codeNumber, properties, ...event } = row
      return { subscription, code: codeNumber, event: { ...event, properties: JSON.parse(properties) } }
    }
    const [known] = this.sql.exec('SELECT seq FROM events WHERE seq = ?', seq)
    return known === undefined ? 'not_found' : 'withdrawn'
  }

  /** The versions that count no more, the oldest first. */
  past(seq: number): PastEvent[] {
    const rows = this.sql.exec<Omit<PastEvent, 'properties'> & { properties: string } & SqlRow>(
      `SELECT ${COLUMNS}, ended_at AS endedAt, ended_by AS endedBy FROM event_history ${NAMES} event_history.code
       WHERE seq = ? ORDER BY event_history.id`,
      seq,
    )
    return rows.toArray().map((row) => ({ ...row, properties: JSON.parse(row.properties) }))
  }

  /** Keeps the version that counts as one of the past. */
  end(seq: number, endedAt: number, endedBy: PastEvent['endedBy']): void {
    this.sql.exec(
      `INSERT INTO event_history (seq, subscription, transaction_id, code, at, created_at, properties,
         precise_total_amount_cents, ended_at, ended_by)
       SELECT seq, subscription, transaction_id, code, at, created_at, properties, precise_total_amount_cents, ?, ?
       FROM events WHERE seq = ?`,
      ...[endedAt, endedBy, seq],
    )
  }

  /** Leaves of an event only what keeps its transaction id taken and its place in the log filled. */
  empty(seq: number): void {
    this.sql.exec(
      `UPDATE events SET code = ${NO_CODE}, properties = '{}', precise_total_amount_cents = NULL WHERE seq = ?`,
      seq,
    )
  }

  /** Puts another version in the place of the one that counts. Gives the number of its code. */
  replace({ seq, code, at, properties, preciseTotalAmountCents }: StoredEvent): number {
    const number = this.texts.numberOf('codes', code)
    this.sql.exec(
      'UPDATE events SET code = ?, at = ?, properties = ?, precise_total_amount_cents = ? WHERE seq = ?',
      ...[number, at, JSON.stringify(properties), preciseTotalAmountCents, seq],
    )
    return number
  }
}
