import { amendEvent as amended } from '../../core/metering/event_amendment.js'
import { computeEvent } from '../../core/metering/expression/formula.js'
import { invalid, notAllowed, notFound, ok } from '../../core/result.js'
import { MAX_EVENT_AMENDMENTS } from '../../limits.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult, StoredEvent } from '../contract.js'
import { amendmentRefusal, correctionRefusal, loadCorrectionFacts } from '../correction_facts.js'
import { eventHistory } from '../located_events.js'

/** One event of the customer. */
export interface EventOfCustomer {
  readonly externalSubscriptionId: string
  readonly transactionId: string
}

/** Fields of the API's event. */
export type SentFields = Readonly<Record<string, unknown>>

/**
 * Takes an event out of usage, and gives it as it was; its transaction id stays taken. As a task of the serial queue it is
 * wholly before a bill run, which then bills without it, or wholly after it, and then it is refused.
 */
export async function withdrawEvent(context: CommandContext, address: EventOfCustomer): CommandResult<StoredEvent> {
  const event = currentVersion(context, address)
  if (event === null) return notFound('event')
  const facts = await loadCorrectionFacts(context.db, holder(context, address), address.transactionId, [event.code])
  const refusal = correctionRefusal(facts, event)
  if (refusal !== null) return refusal
  context.advance.forget({ ...address, code: event.code })
  const reply = context.events.withdraw(event.seq, context.now)
  return 'event' in reply ? ok(reply.event) : notFound('event')
}

/**
 * Changes an event of a period that is not billed for good, and gives it as it is then. The fields that are sent are read, and
 * expressions computed, as when an event arrives; neither its old nor its new place may be in a period that was billed.
 */
export async function amendEvent(
  context: CommandContext,
  address: EventOfCustomer,
  sent: SentFields,
): CommandResult<StoredEvent> {
  const event = currentVersion(context, address)
  if (event === null) return notFound('event')
  if (event.amendments >= MAX_EVENT_AMENDMENTS) return notAllowed('too_many_amendments')
  const parsed = amended(event, sent, event.createdAt)
  const codes = [event.code, ...(parsed.ok ? [parsed.event.code] : [])]
  const facts = await loadCorrectionFacts(context.db, holder(context, address), address.transactionId, codes)
  const refusal = correctionRefusal(facts, event)
  if (refusal !== null) return refusal
  if (!parsed.ok) return invalid(parsed.errors)
  const computed = computeEvent(parsed.event, facts.formulas.get(parsed.event.code) ?? null)
  if (!computed.ok) return invalid(computed.error)
  const { code, at, properties, preciseTotalAmountCents } = computed.event
  const moved = amendmentRefusal(facts, { ...event, code, at })
  if (moved !== null) return moved
  for (const changed of [event.code, code]) context.advance.forget({ ...address, code: changed })
  const reply = context.events.amend(event.seq, { code, at, properties, preciseTotalAmountCents }, context.now)
  return 'event' in reply ? ok(reply.event) : notFound('event')
}

type CountedEvent = StoredEvent & { readonly amendments: number }

/** Null for an event that is withdrawn, or was never sent. Nothing but corrections changes it, and they run one by one. */
function currentVersion({ events }: CommandContext, address: EventOfCustomer): CountedEvent | null {
  const history = eventHistory(events, address)
  return history?.current ? { ...history.current, amendments: history.past.length } : null
}

const holder = ({ ref }: CommandContext, { externalSubscriptionId }: EventOfCustomer) => ({
  ...ref,
  externalSubscriptionId,
})
