import type { Charge } from '../core/catalog.js'
import { toCounted, type UsageBasis } from '../core/explanation/fee_basis.js'
import { chargeFee } from '../core/invoicing/charge_fee.js'
import { type ChargeFeeDraft, keepsFee, type SubscribedFeeDraft } from '../core/invoicing/fee.js'
import { UNDIVIDED } from '../core/metering/division.js'
import { exponentOf } from '../core/money/currencies.js'
import { presentationKeysOf } from '../core/rating/charge_properties.js'
import { endsWithinPeriod, isLeftToNextPlan } from '../core/subscription/carried_usage.js'
import type { TimeWindow } from '../core/time/windows.js'
import { breakdownRows } from '../core/usage/broken_down.js'
import type { RatedBucket } from '../core/usage/rated_buckets.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { BilledPeriod } from './billed_period.js'
import { entityOfSubscription } from './billing_entity.js'
import type { UsageReader } from './command_context.js'
import { type FeeRoom, withinRoom } from './fee_room.js'
import { termsOfCharge } from './kept_terms.js'
import { type CustomerState, planOf } from './load_customer.js'
import { counterOf, presentedUsage, ratedUsage, type UsageFrame, usageFrame } from './rated_usage.js'

/**
 * The fees of a period's usage: one for every charge, filter and group, as far as the invoice has room. Charges in advance are not
 * among them: they are billed event by event.
 */
export function chargeFees(
  usage: UsageReader,
  state: CustomerState,
  period: BilledPeriod,
  room: FeeRoom,
): SubscribedFeeDraft[] {
  const { subscription, windows, zone } = period
  const stretch = windows.charges
  // A start bills no usage: not even what a recurring metric has carried there.
  if (stretch === null || windows.reason === 'subscription_starting' || windows.reason === 'in_advance_charge')
    return []
  const frame = usageFrame(state, subscription, stretch, zone)
  const next = planThatTookOver(state, period, stretch)
  return planOf(state, subscription)
    .charges.filter((charge) => !charge.payInAdvance && !(next !== null && isLeftToNextPlan(charge, next)))
    .flatMap((charge) =>
      feesOfCharge(usage, state, charge, {
        ...frame,
        room,
        payInAdvance: false,
        isBilled: (one) => isBilled(one, charge),
      }),
    )
}

/** The plan that a subscription was left for in the middle of a period; null where it ended otherwise, or with its period. */
function planThatTookOver(state: CustomerState, { subscription, windows, zone }: BilledPeriod, stretch: TimeWindow) {
  if (windows.reason !== 'subscription_terminating' || stretch.toInclusive) return null
  if (!endsWithinPeriod(termsOf(subscription, planOf(state, subscription)), stretch, zone)) return null
  const next = state.subscriptions.find(
    ({ previousSubscriptionId, startedAt }) => previousSubscriptionId === subscription.id && startedAt !== null,
  )
  return next === undefined ? null : planOf(state, next)
}

/** What the fees of a charge are made from: the usage of a frame, for the stretch that the fees show. */
interface FeeFrame extends UsageFrame {
  readonly room: FeeRoom
  /** Of the fees. */
  readonly payInAdvance: boolean
  isBilled(bucket: RatedBucket): boolean
}

export function feesOfCharge(
  usage: UsageReader,
  state: CustomerState,
  charge: Charge,
  frame: FeeFrame,
): ChargeFeeDraft[] {
  const { subscription } = frame
  const plan = planOf(state, subscription)
  const keys = presentationKeysOf(charge.properties)
    .filter(({ displayInInvoice }) => displayInInvoice)
    .map(({ value }) => value)
  const terms = termsOfCharge(charge)
  const throughSeq = usage.maxSeq()
  const presented = presentedUsage(usage, charge, frame, { keys, values: null })
  const fees: { readonly place: number; readonly fee: ChargeFeeDraft }[] = []
  // Dropped while they are read, rather than with the whole invoice: of many groups most may be nothing.
  const buckets = withinRoom(ratedUsage(usage, charge, frame), frame.room, frame.isBilled)
  for (const one of buckets) {
    const { key, bucket, filter, groupedBy, usage: rated, isMerged } = one
    const fee = chargeFee({
      subscriptionId: subscription.id,
      plan,
      charge,
      filter,
      groupedBy,
      usage: rated,
      eventTransactionId: null,
      presentationBreakdowns: isMerged ? [] : breakdownRows(presented.get(key) ?? [], keys),
      currencyExponent: exponentOf(plan.currency),
      ...frame.stretch,
      payInAdvance: frame.payInAdvance,
      customerTaxes: state.customerTaxes,
      organizationTaxes: entityOfSubscription(state, subscription).taxes,
    })
    // Groups that were put together cannot be explained as one.
    const explained = isMerged ? fee : { ...fee, terms, basis: basisOf(one, charge, frame, terms.key, throughSeq) }
    fees.push({ place: bucket.filter ?? charge.filters.length, fee: explained })
  }
  // As the filters are defined: buckets come in the order of their keys, which are text.
  return fees.sort((a, b) => a.place - b.place).map(({ fee }) => fee)
}

function basisOf(
  { key, counted }: RatedBucket,
  charge: Charge,
  frame: UsageFrame,
  terms: string,
  throughSeq: number,
): UsageBasis {
  const { externalId: externalSubscriptionId } = frame.subscription
  const { window, held } = counterOf(charge, frame, UNDIVIDED)
  const said = { terms, externalSubscriptionId, window, span: frame.span, bucket: key }
  return { kind: 'usage', ...said, ...(held !== undefined && { held }), counted: toCounted(counted), throughSeq }
}

/** A charge with a minimum has a fee without a filter in any case: one that makes up for what is missing belongs to it. */
const isBilled = ({ filter, usage }: RatedBucket, { minAmountCents }: Charge): boolean =>
  (minAmountCents > 0 && filter === null) || keepsFee({ ...usage, amountCents: usage.amountCents.toNumber() })
