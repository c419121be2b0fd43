import { sumCents } from '../core/invoicing/cents.js'
import { liftedToMinimum } from '../core/invoicing/charge_minimum.js'
import { commitmentFee } from '../core/invoicing/commitment_fee.js'
import type { ChargeFeeDraft, CommitmentFeeDraft, SubscribedFeeDraft } from '../core/invoicing/fee.js'
import { chargePeriodShare } from '../core/subscription/charge_period.js'
import { belongsTo, commitmentPeriod } from '../core/subscription/commitment_period.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { BilledPeriod } from './billed_period.js'
import { entityOfSubscription } from './billing_entity.js'
import { type CustomerState, planOf } from './load_customer.js'

/**
 * The fees of these periods, as they are set by hand, with those that lift charges to their spending minimums and then plans to their
 * commitments.
 * @param invoiceId the invoice that the fees are for
 */
export function withMinimums(
  state: CustomerState,
  periods: readonly BilledPeriod[],
  invoiceId: string,
  fees: readonly SubscribedFeeDraft[],
): readonly SubscribedFeeDraft[] {
  const lifted = withChargeMinimums(state, periods, fees)
  return periods.reduce((all, period) => {
    const fee = commitmentOf(state, period, invoiceId, all)
    if (fee === null) return all
    const last = all.findLastIndex(({ subscriptionId }) => subscriptionId === fee.subscriptionId)
    return all.toSpliced(last + 1, 0, fee)
  }, lifted)
}

/** {@link withMinimums} of charges alone: those follow from usage. */
export function withChargeMinimums(
  state: CustomerState,
  periods: readonly BilledPeriod[],
  fees: readonly SubscribedFeeDraft[],
): readonly SubscribedFeeDraft[] {
  return periods.reduce((lifted, period) => liftedPeriod(state, period, lifted), fees)
}

function liftedPeriod(
  state: CustomerState,
  { subscription, windows, zone }: BilledPeriod,
  fees: readonly SubscribedFeeDraft[],
): readonly SubscribedFeeDraft[] {
  const plan = planOf(state, subscription)
  const charges = plan.charges.filter(({ payInAdvance, minAmountCents }) => !payInAdvance && minAmountCents > 0)
  const window = windows.charges
  if (window === null || charges.length === 0) return fees
  const share = chargePeriodShare(termsOf(subscription, plan), window, zone)
  return charges.reduce((lifted, charge) => {
    const isOwn = (fee: SubscribedFeeDraft): fee is ChargeFeeDraft =>
      fee.chargeId === charge.id && fee.subscriptionId === subscription.id && fee.toAt === window.toAt
    const own = lifted.filter(isOwn)
    const last = lifted.findLastIndex(isOwn)
    const others = (from: number, to?: number) => lifted.slice(from, to).filter((fee) => !isOwn(fee))
    return last < 0 ? lifted : [...others(0, last), ...liftedToMinimum(own, charge, share), ...others(last + 1)]
  }, fees)
}

function commitmentOf(
  state: CustomerState,
  { subscription, windows, zone }: BilledPeriod,
  invoiceId: string,
  made: readonly SubscribedFeeDraft[],
): CommitmentFeeDraft | null {
  const plan = planOf(state, subscription)
  const { minimumCommitment: commitment } = plan
  if (commitment === null) return null
  const firstInvoiceId = state.firstPlanFeeInvoices.get(subscription.id)
  const askedBefore = firstInvoiceId !== undefined && firstInvoiceId !== invoiceId
  const period = commitmentPeriod(termsOf(subscription, plan), windows, { askedBefore, zone })
  if (period === null) return null
  const billed = state.committedFees.filter((fee) => fee.subscriptionId === subscription.id)
  const earlier = billed.filter((fee) => fee.draftInvoiceId !== invoiceId && belongsTo(fee, period))
  const own = made.filter((fee) => fee.subscriptionId === subscription.id && belongsTo(fee, period))
  return commitmentFee({
    ...{ subscriptionId: subscription.id, plan, commitment, period },
    usedAmountCents: sumCents([...earlier, ...own].map(({ amountCents }) => amountCents)),
    customerTaxes: state.customerTaxes,
    organizationTaxes: entityOfSubscription(state, subscription).taxes,
  })
}
