import type { Charge } from '../core/catalog.js'
import { toCounted, type UsageBasis } from '../core/explanation/fee_basis.js'
import { chargeFee } from '../core/invoicing/charge_fee.js'
import { type FeeDraft, keepsFee } from '../core/invoicing/fee.js'
import { exponentOf } from '../core/money/currencies.js'
import { presentationKeysOf } from '../core/rating/charge_properties.js'
import { breakdownRows } from '../core/usage/broken_down.js'
import type { BilledPeriod } from './billed_period.js'
import type { UsageReader } from './command_context.js'
import { termsOfCharge } from './kept_terms.js'
import { type CustomerState, planOf } from './load_customer.js'
import { presentedUsage, ratedUsage, type UsageFrame, usageFrame } from './rated_usage.js'

/**
 * The fees of a period's usage: one for every charge, filter and group. Charges in advance are not among them: they are billed event
 * by event.
 */
export function chargeFees(usage: UsageReader, state: CustomerState, period: BilledPeriod): FeeDraft[] {
  const { subscription, windows, zone } = period
  const stretch = windows.charges
  if (stretch === null) return []
  const frame = usageFrame(state, subscription, stretch, zone)
  return planOf(state, subscription)
    .charges.filter(({ payInAdvance }) => !payInAdvance)
    .flatMap((charge) => feesOfCharge(usage, state, period, charge, frame))
}

function feesOfCharge(
  usage: UsageReader,
  state: CustomerState,
  { subscription }: BilledPeriod,
  charge: Charge,
  frame: UsageFrame,
): FeeDraft[] {
  const plan = planOf(state, subscription)
  const keys = presentationKeysOf(charge.properties)
    .filter(({ displayInInvoice }) => displayInInvoice)
    .map(({ value }) => value)
  const terms = termsOfCharge(charge)
  const throughSeq = usage.maxSeq()
  const presented = presentedUsage(usage, charge, frame, { keys, values: null })
  const fees: { readonly place: number; readonly fee: FeeDraft }[] = []
  // Dropped while they are read, rather than with the whole invoice: of many groups most may be nothing.
  for (const { key, bucket, filter, groupedBy, counted, usage: rated } of ratedUsage(usage, charge, frame)) {
    const fee = chargeFee({
      subscriptionId: subscription.id,
      plan,
      charge,
      filter,
      groupedBy,
      usage: rated,
      eventTransactionId: null,
      presentationBreakdowns: breakdownRows(presented.get(key) ?? [], keys),
      currencyExponent: exponentOf(plan.currency),
      ...frame.stretch,
      payInAdvance: false,
      customerTaxes: state.customerTaxes,
      organizationTaxes: state.organizationTaxes,
    })
    if (!keepsFee(fee)) continue
    const basis: UsageBasis = {
      kind: 'usage',
      terms: terms.key,
      externalSubscriptionId: subscription.externalId,
      window: frame.window,
      span: frame.span,
      bucket: key,
      counted: toCounted(counted),
      throughSeq,
    }
    fees.push({ place: bucket.filter ?? charge.filters.length, fee: { ...fee, basis, terms } })
  }
  // As the filters are defined: buckets come in the order of their keys, which are text.
  return fees.sort((a, b) => a.place - b.place).map(({ fee }) => fee)
}
