import type { EventFilters, EventKey, EventKeys, EventQuery, StoredEvent } from './contract.js'
import type { TimeRange, UnmatchedQuery } from './event_contract.js'
import type { ObjectSql, SqlRow, SqlValue } from './object_schema.js'

const SUBSCRIPTION = 'subscription = (SELECT id FROM subscriptions WHERE external_id = ?)'
const CODE = 'code = (SELECT id FROM codes WHERE code = ?)'

/** Beyond all moments that an event may have, epoch microseconds, and still a 64-bit integer. */
const FARTHEST = 9e18

/** A selection of rows of the table of events. */
interface Selection {
  /** What follows FROM, an own alias for nothing. */
  readonly from: string
  readonly bindings: readonly SqlValue[]
}

/** What the log holds, to be looked at. Withdrawn events are not seen here. */
export class EventListing {
  constructor(private readonly sql: ObjectSql) {}

  keys(query: EventQuery): EventKeys {
    return this.#page(matching(query), query)
  }

  unmatched({ externalSubscriptionId, counted, limit, offset }: UnmatchedQuery): EventKeys {
    const windows = Map.groupBy(counted, ({ code }) => code)
    const gaps = [...windows].flatMap(([code, same]) =>
      gapsBetween(same.flatMap((one) => one.windows)).map((gap) => [code, ...gap]),
    )
    // From the few ranges to the many events: a cross join keeps its order.
    const from = `(SELECT codes.id AS code, value->>1 AS from_at, value->>2 AS to_at, value->>3 AS after_seq
        FROM json_each(?) JOIN codes ON codes.code = value->>0
        UNION ALL
        SELECT code, -9000000000000000000, 9000000000000000000, 0 FROM event_counts
        WHERE ${SUBSCRIPTION} AND code NOT IN (SELECT id FROM codes WHERE codes.code IN (SELECT value FROM json_each(?)))
      ) AS gap CROSS JOIN events ON events.${SUBSCRIPTION} AND events.code = gap.code
        AND at >= from_at AND at < to_at AND seq > after_seq`
    const known = JSON.stringify([...windows.keys()])
    const bindings = [JSON.stringify(gaps), externalSubscriptionId, known, externalSubscriptionId]
    return this.#page({ from, bindings }, { limit, offset })
  }

  countOutside(externalSubscriptionId: string, code: string, windows: readonly TimeRange[]): number {
    const from = `json_each(?) CROSS JOIN events ON ${SUBSCRIPTION} AND ${CODE}
      AND at >= value->>0 AND at < value->>1 AND seq > value->>2`
    return this.#count({ from, bindings: [JSON.stringify(gapsBetween(windows)), externalSubscriptionId, code] })
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

  #count({ from, bindings }: Selection): number {
    return this.sql.exec<{ total: number }>(`SELECT count(*) AS total FROM ${from}`, ...bindings).one().total
  }

  #page(selection: Selection, { limit, offset }: Pick<EventQuery, 'limit' | 'offset'>): EventKeys {
    const { from, bindings } = selection
    const totalCount = this.#count(selection)
    // An index holds the times: so only the rows of the page, and those that share its last moment, are read and sorted.
    const { earliest } = this.sql
      .exec<{ earliest: number | null }>(
        `SELECT min(at) AS earliest FROM (SELECT at FROM ${from} ORDER BY at DESC LIMIT ?)`,
        ...[...bindings, offset + limit],
      )
      .one()
    if (earliest === null) return { keys: [], totalCount }
    const keys = this.sql.exec<EventKey & SqlRow>(
      `SELECT at, transaction_id AS transactionId, seq FROM (SELECT events.* FROM ${from}) WHERE at >= ?
       ORDER BY at DESC, transaction_id, seq DESC LIMIT ? OFFSET ?`,
      ...[...bindings, earliest, limit, offset],
    )
    return { keys: keys.toArray(), totalCount }
  }
}

/** Every combination goes through an index: without a subscription or a code, through that of each there is. */
function matching(filters: EventFilters): Selection {
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
    ...(code === undefined ? [transactionId === undefined ? 'code IN (SELECT id FROM codes)' : 'code > 0'] : []),
  ]
  const conditions = [...every, ...given.map(([text]) => text)].join(' AND ')
  return { from: `events WHERE ${conditions}`, bindings: given.map(([, value]) => value) }
}

/** The events after `afterSeq` with `from <= at < to`. */
type Gap = readonly [from: number, to: number, afterSeq: number]

/** What lies in no window: the moments between them, and what came too late for all that hold its moment. */
function gapsBetween(windows: readonly TimeRange[]): Gap[] {
  const bounds = windows.flatMap(({ from, to }) => [from ?? -FARTHEST, to])
  const moments = [...new Set([-FARTHEST, ...bounds, FARTHEST])].sort((a, b) => a - b)
  return moments.slice(1).flatMap((to, i): Gap[] => {
    const from = moments[i] ?? -FARTHEST
    const holding = windows.filter((window) => (window.from ?? -FARTHEST) <= from && to <= window.to)
    // Several windows may hold a moment: the one that takes the latest events leaves the fewest outside.
    const afterSeq = Math.max(0, ...holding.map(({ lastSeq }) => lastSeq ?? Number.POSITIVE_INFINITY))
    return Number.isFinite(afterSeq) ? [[from, to, afterSeq]] : []
  })
}
