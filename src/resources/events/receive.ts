import type { NewEvent } from '../../core/metering/events.js'
import type { FieldErrors } from '../../core/result.js'
import type { Edge } from './edge.js'
import { applyExpressions } from './expressions.js'
import { ingestEvents } from './ingest.js'
import { resolveCustomers } from './owners.js'
import type { PlacedEvent } from './serialize.js'

export type ReceivedEvents =
  /** In the order of the request. */
  | { readonly ok: true; readonly events: readonly PlacedEvent[] }
  /** What is wrong, by position; nothing was stored. */
  | { readonly ok: false; readonly errors: Record<string, FieldErrors | string> }

/** What happens to events whose form is right: all are stored, or none. Only when all can be computed, duplicates are looked for. */
export async function receiveEvents(edge: Edge, sent: readonly NewEvent[]): Promise<ReceivedEvents> {
  const computed = await applyExpressions(edge, await resolveCustomers(edge, sent))
  const failures = computed.flatMap((one, i) => (one.ok ? [] : [[i, one.error] as const]))
  if (failures.length > 0) return { ok: false, errors: Object.fromEntries(failures) }
  const events = computed.flatMap((one) => (one.ok ? [one.event] : []))
  const stored = await ingestEvents(edge, events)
  if (stored.outcome === 'stored') return { ok: true, events: stored.value }
  const duplicate: FieldErrors = { transaction_id: ['value_already_exist'] }
  return { ok: false, errors: Object.fromEntries(stored.positions.map((i) => [i, duplicate])) }
}
