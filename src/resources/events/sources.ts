import type { EventKeys, EventQuery, StoredEvent } from '../../customer/contract.js'
import { callCustomer } from '../../customer/contract.js'
import type { Edge } from './edge.js'
import { eventId } from './serialize.js'
import { inboxKeys, inboxRows } from './store.js'

export interface SourcedEvent extends Omit<StoredEvent, 'externalCustomerId'> {
  readonly lagoId: string
}

/** One of the places where an organization's events are. Each lists in the same order. */
export interface EventSource {
  /** Null: the inbox, whose events belong to nobody yet. */
  readonly customerId: string | null
  keys(query: EventQuery): Promise<EventKeys>
  read(seqs: readonly number[]): Promise<readonly SourcedEvent[]>
}

export function inboxSource({ db, organizationId }: Edge): EventSource {
  return {
    customerId: null,
    keys: (query) => inboxKeys(db, organizationId, query),
    async read(seqs) {
      const rows = await inboxRows(db, organizationId, seqs)
      return rows.map((row) => ({ ...row, lagoId: row.id }))
    },
  }
}

export function customerSource({ env, organizationId }: Edge, customerId: string): EventSource {
  const ref = { organizationId, customerId }
  return {
    customerId,
    keys: (query) => callCustomer(env, ref, (object) => object.listEventKeys(ref, query)),
    async read(seqs) {
      const events = await callCustomer(env, ref, (object) => object.readEvents(ref, seqs))
      return events.map((event) => ({ ...event, lagoId: eventId(customerId, event.seq) }))
    },
  }
}
