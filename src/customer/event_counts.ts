import type { EventCount } from './event_contract.js'
import type { ObjectSql, SqlRow } from './object_schema.js'

type Kind = 'accepted' | 'duplicates' | 'withdrawn' | 'amended'

const KINDS: readonly Kind[] = ['accepted', 'duplicates', 'withdrawn', 'amended']

/** Running counts of what became of the events of each subscription and code, so that none disappears without a trace. */
export class EventCounts {
  constructor(private readonly sql: ObjectSql) {}

  /** Adds to a count of a subscription and a code, both by number. Adding 0 makes the code known. */
  add(kind: Kind, subscription: number, code: number, events: number): void {
    const values = KINDS.map((one) => (one === kind ? '?' : '0')).join(', ')
    this.sql.exec(
      `INSERT INTO event_counts VALUES (?, ?, ${values}) ON CONFLICT DO UPDATE SET ${kind} = ${kind} + excluded.${kind}`,
      ...[subscription, code, events],
    )
  }

  /** Adds one for each pair of a subscription and a code. */
  addEach(kind: Kind, pairs: readonly (readonly [subscription: number, code: number])[]): void {
    const counts = new Map<number, Map<number, number>>()
    for (const [subscription, code] of pairs) {
      const codes = counts.get(subscription) ?? new Map<number, number>()
      counts.set(subscription, codes.set(code, (codes.get(code) ?? 0) + 1))
    }
    for (const [subscription, codes] of counts) {
      for (const [code, events] of codes) this.add(kind, subscription, code, events)
    }
  }

  of(externalSubscriptionId: string): EventCount[] {
    const rows = this.sql.exec<EventCount & SqlRow>(
      `SELECT codes.code AS code, accepted, duplicates, withdrawn, amended,
         (SELECT min(at) FROM events WHERE events.subscription = counts.subscription AND events.code = counts.code) AS firstAt,
         (SELECT max(at) FROM events WHERE events.subscription = counts.subscription AND events.code = counts.code) AS lastAt
       FROM event_counts AS counts JOIN codes ON codes.id = counts.code
       WHERE counts.subscription = (SELECT id FROM subscriptions WHERE external_id = ?) ORDER BY codes.code`,
      externalSubscriptionId,
    )
    return rows.toArray()
  }
}
