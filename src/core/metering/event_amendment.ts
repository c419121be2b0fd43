import { type NewEvent, type ParsedEvent, parseEvent } from './events.js'

/** What can be put right of an event, by the names that the API gives it. Whose it is and its transaction id stay. */
const AMENDABLE = {
  code: 'code',
  timestamp: 'at',
  properties: 'properties',
  precise_total_amount_cents: 'preciseTotalAmountCents',
} as const satisfies Readonly<Record<string, keyof NewEvent>>

/**
 * The event with the fields that were sent in place of its own, read as those of an event that arrives. What was not sent
 * stays as it is; other fields are passed over. Sent as null, the fields take what they have when an event comes without
 * them: no properties, no amount, and the moment of reception for a timestamp.
 *
 * @param receivedAt when the event was received, epoch milliseconds
 */
export function amendEvent(event: NewEvent, sent: Readonly<Record<string, unknown>>, receivedAt: number): ParsedEvent {
  const named = Object.entries(AMENDABLE).filter(([name]) => Object.hasOwn(sent, name))
  const parsed = parseEvent(
    {
      transaction_id: event.transactionId,
      code: event.code,
      ...Object.fromEntries(named.map(([name]) => [name, sent[name]])),
    },
    receivedAt,
  )
  if (!parsed.ok) return parsed
  const changes = Object.fromEntries(named.map(([, key]) => [key, parsed.event[key]]))
  return { ok: true, event: { ...event, ...changes } }
}
