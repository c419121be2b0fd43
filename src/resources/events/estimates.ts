import { aggregationOf } from '../../core/metering/aggregations/registry.js'
import { type NewEvent, parseEvent } from '../../core/metering/events.js'
import { isPlainDecimal, propertyText } from '../../core/metering/property.js'
import { failed, invalid, notFound, ok, type Result } from '../../core/result.js'
import { type CustomerRef, callCustomer, type Estimate, type EstimateKind } from '../../customer/contract.js'
import { isObject } from '../../http/body.js'
import { findMetric } from '../billable_metrics/store.js'
import type { BillableMetricRow } from '../billable_metrics/table.js'
import { type FeeListing, serializeFee } from '../fees/serialize.js'
import { findSubscription } from '../subscriptions/store.js'
import type { Edge } from './edge.js'
import { applyExpressions } from './expressions.js'

/** An event that may be estimated, and whose it would be. */
interface Candidate {
  readonly ref: CustomerRef
  readonly event: NewEvent
  readonly externalCustomerId: string
  /** Null unless the request names one. */
  readonly transactionId: string | null
}

/**
 * What events would be charged in advance if they came now, in their order; the first one that would not says why (metering
 * rules, section 7). Nothing is stored.
 */
export async function estimate(
  edge: Edge,
  sent: readonly unknown[],
  kind: EstimateKind,
): Promise<Result<Record<string, unknown>[]>> {
  const candidates: Candidate[] = []
  for (const [i, one] of sent.entries()) {
    const candidate = await check(edge, one)
    if (!candidate.ok) return placed(candidate, i, sent.length)
    candidates.push(candidate.value)
  }
  const estimates = await askCustomers(edge, candidates, kind)
  const refused = estimates.findIndex(({ ok }) => !ok)
  const refusal = estimates[refused]
  if (refusal !== undefined && !refusal.ok) return placed(refusal, refused, sent.length)
  return ok(
    candidates.flatMap((candidate, i) => {
      const one = estimates[i]
      return one?.ok ? one.value.map((fee) => answer({ ...fee, seq: 0 }, candidate)) : []
    }),
  )
}

/** Each customer is asked once for all of theirs. */
async function askCustomers(edge: Edge, candidates: readonly Candidate[], kind: EstimateKind): Promise<Estimate[]> {
  const answers: Estimate[] = []
  const byCustomer = Map.groupBy(candidates.keys(), (i) => candidates[i]?.ref.customerId)
  for (const positions of byCustomer.values()) {
    const own = positions.flatMap((i) => candidates[i] ?? [])
    const [first] = own
    if (first === undefined) continue
    const { ref } = first
    const events = own.map(({ event }) => event)
    const reply = await callCustomer(edge.env, ref, (object) => object.estimateFees(ref, events, kind, edge.now))
    for (const [n, i] of positions.entries())
      answers[i] = (reply.ok ? reply.value[n] : reply) ?? notFound('subscription')
  }
  return answers
}

/** In the order in which the API looks: the subscription, the timestamp, the metric, the number that it aggregates. */
async function check(edge: Edge, sent: unknown): Promise<Result<Candidate>> {
  const fields = isObject(sent) ? sent : {}
  const externalId = fields.external_subscription_id
  const found =
    typeof externalId === 'string' && externalId !== ''
      ? await findSubscription(edge.db, edge.organizationId, externalId, ['active'])
      : undefined
  if (found === undefined) return notFound('subscription')
  const transactionId = fields.transaction_id ?? null
  const parsed = parseEvent({ ...fields, transaction_id: transactionId ?? edge.newId() }, edge.now)
  if (!parsed.ok && parsed.errors.code === undefined) return invalid(parsed.errors)
  if (!parsed.ok && parsed.errors.timestamp !== undefined) return invalid({ timestamp: parsed.errors.timestamp })
  const metric = parsed.ok ? await findMetric(edge.db, edge.organizationId, parsed.event.code) : undefined
  if (!parsed.ok || metric === undefined) return notFound('billable_metric')
  // Whatever it says of its time, it is estimated as if it came now.
  const [computed] = await applyExpressions(edge, [{ ...parsed.event, at: edge.now * 1000 }])
  if (computed === undefined || !computed.ok) return invalid(computed?.error ?? {})
  if (!isCountable(metric, computed.event)) return invalid({ properties: ['value_is_not_valid_number'] })
  return ok({
    ref: { organizationId: edge.organizationId, customerId: found.customer.id },
    event: computed.event,
    externalCustomerId: found.customer.externalId,
    transactionId: transactionId === null ? null : computed.event.transactionId,
  })
}

/** A number may be missing, but it may not be something else. */
function isCountable({ aggregationType, fieldName }: BillableMetricRow, { properties }: NewEvent): boolean {
  const text = fieldName === null ? null : propertyText(properties, fieldName)
  return !aggregationOf(aggregationType).numeric || text === null || text === '' || isPlainDecimal(text)
}

/** In a batch what is wrong with an event is told under its position; what is missing is missing for all. */
function placed(refusal: Result<never> | Result<unknown>, position: number, events: number): Result<never> {
  if (refusal.ok) throw new Error('no refusal')
  const { failure } = refusal
  if (failure.kind !== 'invalid' || events === 1 || typeof failure.details === 'string') return failed(failure)
  return invalid({ [position]: failure.details } as Parameters<typeof invalid>[0])
}

/** A fee that is not there has no id, and nothing that belongs to it has. */
function answer(fee: FeeListing['fee'], { event, externalCustomerId, transactionId }: Candidate) {
  const shown = serializeFee({ fee, externalCustomerId, externalSubscriptionId: event.externalSubscriptionId })
  return {
    ...shown,
    lago_id: null,
    event_transaction_id: transactionId,
    applied_taxes: shown.applied_taxes.map((tax) => ({ ...tax, lago_id: null, lago_fee_id: null })),
  }
}
