import { type NewEvent, parseEvent } from '../../core/metering/events.js'
import { type FieldErrors, invalid, ok, type Result } from '../../core/result.js'
import { MAX_EVENTS_PER_BATCH } from '../../limits.js'

/** @param now the time of reception, epoch milliseconds */
export function readEvent(sent: unknown, now: number): Result<NewEvent> {
  const parsed = parseEvent(sent, now)
  return parsed.ok ? ok(parsed.event) : invalid(parsed.errors)
}

/** The events of a batch. What is wrong with each is told under its position; a single one where a list belongs is a list of one. */
export function readBatch(sent: unknown, now: number): Result<NewEvent[]> {
  const list = Array.isArray(sent) ? sent : sent === undefined || sent === null ? [] : [sent]
  if (list.length === 0) return invalid({ events: ['no_events'] })
  if (list.length > MAX_EVENTS_PER_BATCH) return invalid({ events: ['too_many_events'] })
  const events: NewEvent[] = []
  const errors: Record<string, FieldErrors> = {}
  list.forEach((one, i) => {
    const parsed = parseEvent(one, now)
    if (parsed.ok) events.push(parsed.event)
    else errors[i] = parsed.errors
  })
  return Object.keys(errors).length > 0 ? invalid(errors) : ok(events)
}
