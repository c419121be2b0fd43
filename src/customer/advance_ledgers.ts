import type { Position } from '../core/metering/window.js'
import type { ReceivedEvent } from '../core/usage/advance_bucket.js'
import type { Stream } from './event_log.js'
import { Ledger, type LedgerDefinition } from './ledger.js'
import { COUNTER_KEPT_MS, LEDGER_EVENTS_AT_ONCE } from './limits.js'
import type { ObjectSql } from './object_schema.js'

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
    const { key, window, stream, carriedUntil } = definition
    this.#drop('to_at < ?', window.to.at - COUNTER_KEPT_MS * 1000)
    const { id } = this.sql
      .exec<{ id: number }>(
        `INSERT INTO advance_ledgers (key, to_at, external_subscription_id, code, carried_until) VALUES (?, ?, ?, ?, ?)
         RETURNING id`,
        ...[key, window.to.at, stream.externalSubscriptionId, stream.code, carriedUntil?.at ?? null],
      )
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

  *#charged({ stream, window: { from, to } }: LedgerDefinition): Generator<ReceivedEvent> {
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

  /** Drops what is made from a stream of which an event has changed. Who asks has it built again. */
  forget({ externalSubscriptionId, code }: Stream): void {
    this.#drop('external_subscription_id = ? AND code = ?', externalSubscriptionId, code)
  }

  /**
   * Drops ledgers into whose period this event, which has just been charged in its own, is carried: for it came late. Within a transaction.
   * @param open those that have taken it up
   */
  forgetBehind({ externalSubscriptionId, code, at }: Stream & Position, open: readonly Ledger[]): void {
    this.#drop(
      `external_subscription_id = ? AND code = ? AND carried_until >= ?
       AND id NOT IN (SELECT value FROM json_each(?))`,
      ...[externalSubscriptionId, code, at, JSON.stringify(open.map(({ id }) => id))],
    )
  }

  /** Ledgers that are dropped are built again for who asks. */
  #drop(condition: string, ...values: (string | number)[]): void {
    const found = this.sql.exec<{ id: number }>(`SELECT id FROM advance_ledgers WHERE ${condition}`, ...values)
    for (const { id } of found.toArray()) {
      this.sql.exec('DELETE FROM advance_states WHERE ledger_id = ?', id)
      this.sql.exec('DELETE FROM advance_members WHERE ledger_id = ?', id)
      this.sql.exec('DELETE FROM advance_ledgers WHERE id = ?', id)
    }
  }
}
