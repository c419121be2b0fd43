import type { Charge } from '../../core/catalog.js'
import { bucketOfKey } from '../../core/metering/divider.js'
import type { NewEvent } from '../../core/metering/events.js'
import { ZERO } from '../../core/money/decimal.js'
import { canEstimateInstantly, estimateInstantly } from '../../core/rating/instant_estimate.js'
import type { RatedUsage } from '../../core/rating/rate_charge.js'
import { invalid, notFound, ok, type Result } from '../../core/result.js'
import type { ReceivedEvent } from '../../core/usage/advance_bucket.js'
import { propertiesOf } from '../../core/usage/rated_buckets.js'
import type { FeeRow } from '../../resources/fees/table.js'
import { advanceFee, chargesInAdvance, type PricedEvent, placeEvent } from '../advance_fees.js'
import { chargeLedger } from '../charge_ledger.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { feeRow } from '../fee_rows.js'
import type { LedgerDefinition } from '../ledger.js'
import { type CustomerState, loadCustomer, planOf } from '../load_customer.js'

/** A fee that is not there. */
export type EstimatedFee = Omit<FeeRow, 'seq'>

/**
 * `in_history`: by what was charged so far, with taxes, like the fee that the event would make. `alone`: by the event itself,
 * without history, free parts and taxes (metering rules, section 7).
 */
export type EstimateKind = 'in_history' | 'alone'

/** The fees of one event, or why it would make none. */
export type Estimate = Result<readonly EstimatedFee[]>

/** What events would be charged in advance, each if it came now and by itself. Nothing is stored. */
export async function estimateFees(
  context: CommandContext,
  events: readonly NewEvent[],
  kind: EstimateKind,
): CommandResult<readonly Estimate[]> {
  const state = await loadCustomer(context.db, context.ref, context.now, [], 'no_bills_on_the_way')
  if (state === undefined) return notFound('subscription')
  return ok(events.map((event) => estimateEvent(context, state, event, kind)))
}

function estimateEvent(context: CommandContext, state: CustomerState, event: NewEvent, kind: EstimateKind): Estimate {
  const { ref, now, newId, usage } = context
  const subscription = state.subscriptions.find(
    (row) => row.externalId === event.externalSubscriptionId && row.status === 'active',
  )
  if (subscription === undefined) return notFound('subscription')
  const { currency } = planOf(state, subscription)
  const charges = chargesInAdvance(state, subscription, event.code).filter(
    ({ chargeModel }) => kind === 'in_history' || canEstimateInstantly(chargeModel),
  )
  if (charges.length === 0) return invalid({ code: ['does_not_match_an_instant_charge'] })
  const received: ReceivedEvent = { ...event, seq: usage.maxSeq() + 1, createdAt: now }
  const placed = placeEvent(state, subscription, { ...received, transactionId: event.transactionId })
  const fees = charges.map((charge) => {
    const ledger = chargeLedger(charge, placed.frame)
    if (kind === 'alone') {
      const fee = advanceFee(state, placed, charge, priceAlone(ledger, charge, currency, received))
      return feeRow({ ...fee, taxes: [] }, { ...ref, invoiceId: null, newId, now })
    }
    const fee = advanceFee(state, placed, charge, priceInHistory(context, ledger, received))
    return feeRow(fee, { ...ref, invoiceId: null, newId, now })
  })
  return ok(fees)
}

/** Of an event that lacks what the metric aggregates: it makes no fee, and its estimate comes to nothing. */
const NOTHING: RatedUsage = {
  units: ZERO,
  totalAggregatedUnits: ZERO,
  eventsCount: 1,
  amountCents: ZERO,
  preciseAmount: ZERO,
  unitAmount: ZERO,
  pricingUnit: null,
  details: {},
}

function priceInHistory({ advance }: CommandContext, ledger: LedgerDefinition, event: ReceivedEvent): PricedEvent {
  const taken = advance.preview(ledger).takeUp(ledger, event)
  return inBucket(ledger, event, taken?.fee ?? NOTHING)
}

function priceAlone(ledger: LedgerDefinition, charge: Charge, currency: string, event: ReceivedEvent): PricedEvent {
  const bucket = bucketOfKey(ledger.bucketOf(event) ?? '')
  const { chargeModel, metric, pricingUnit } = charge
  const priced = { chargeModel, metric, pricingUnit, currency, properties: propertiesOf(charge, bucket) }
  return inBucket(ledger, event, estimateInstantly(priced, event))
}

function inBucket(ledger: LedgerDefinition, event: ReceivedEvent, usage: RatedUsage): PricedEvent {
  const bucket = ledger.bucketOf(event) ?? ''
  return { bucket, groupedBy: ledger.groupedBy(bucket), usage }
}
