import type { EventInboxVersionRow } from '../resources/event_versions/table.js'
import type { EventInboxRow } from '../resources/events/table.js'
import type { EventCorrections } from './event_contract.js'
import type { ReceivedEvent } from './event_log.js'

interface Log extends EventCorrections {
  /** Stores those of the events that are no duplicates. */
  appendNew(events: readonly ReceivedEvent[]): void
}

/**
 * Takes waiting events into the log, each with its past: as it was sent first, then as it was amended, and withdrawn if it was. So
 * its transaction id stays taken. What the log has already is left as it is there.
 * @param rows in the order of their reception
 * @param versions of these rows, the oldest first
 */
export function takeOver(log: Log, rows: readonly EventInboxRow[], versions: readonly EventInboxVersionRow[]): void {
  const past = Map.groupBy(versions, ({ eventId }) => eventId)
  const corrected = rows.filter((row) => row.withdrawnAt !== null || past.has(row.id))
  const fresh = corrected.filter((row) => placeOf(log, row) === null)
  log.appendNew(rows.map((row) => ({ ...row, ...contentOf(past.get(row.id)?.[0] ?? row), externalCustomerId: null })))
  for (const row of fresh) replay(log, row, past.get(row.id) ?? [])
}

/**
 * Those of the first waiting events whose past versions have all been read.
 * @param versions of these and later events, in their order, up to `limit`
 */
export function withAllVersions(
  rows: readonly EventInboxRow[],
  versions: readonly EventInboxVersionRow[],
  limit: number,
): readonly EventInboxRow[] {
  const cut = rows.findIndex(({ id }) => id === versions.at(-1)?.eventId)
  return versions.length < limit || cut === -1 ? rows : rows.slice(0, cut)
}

function replay(log: Log, row: EventInboxRow, past: readonly EventInboxVersionRow[]): void {
  const place = placeOf(log, row)
  if (place === null) throw new Error(`event ${row.id} of the inbox did not reach the log`)
  past.forEach((version, i) => {
    log.amend(place.seq, contentOf(past[i + 1] ?? row), version.createdAt)
  })
  if (row.withdrawnAt !== null) log.withdraw(place.seq, row.withdrawnAt)
}

const contentOf = ({ code, at, properties, preciseTotalAmountCents }: EventInboxVersionRow | EventInboxRow) => ({
  code,
  at,
  properties,
  preciseTotalAmountCents,
})

const placeOf = (log: Log, { externalSubscriptionId, transactionId }: EventInboxRow) =>
  log.locate(externalSubscriptionId ?? '', transactionId)
