import { planBasis } from '../core/explanation/plan_fee.js'
import type { SubscribedFeeDraft } from '../core/invoicing/fee.js'
import { subscriptionFee } from '../core/invoicing/subscription_fee.js'
import { exponentOf } from '../core/money/currencies.js'
import { planFee } from '../core/subscription/plan_fee.js'
import type { BilledPeriod } from './billed_period.js'
import { entityOfSubscription } from './billing_entity.js'
import { chargeFees } from './charge_fees.js'
import type { UsageReader } from './command_context.js'
import type { FeeRoom } from './fee_room.js'
import { fixedChargeFees } from './fixed_fees.js'
import { type CustomerState, planOf } from './load_customer.js'
import { renewalFees } from './renewals.js'
import { trialOf } from './trials.js'

/**
 * The fees of a period, from the plan and the usage as they are now: the same for a first bill, for the refresh of a draft
 * and for its finalization.
 * @param invoiceId the invoice that the fees are for: a plan fee on another one makes this no first fee any more
 * @param room of that invoice
 */
export function feesOf(
  usage: UsageReader,
  state: CustomerState,
  period: BilledPeriod,
  invoiceId: string,
  room: FeeRoom,
): SubscribedFeeDraft[] {
  return [
    ...planFees(state, period, invoiceId),
    ...chargeFees(usage, state, period, room),
    ...renewalFees(usage, state, period, room),
    ...fixedChargeFees(state, period),
  ]
}

function planFees(
  state: CustomerState,
  { subscription, windows, zone }: BilledPeriod,
  invoiceId: string,
): SubscribedFeeDraft[] {
  const plan = planOf(state, subscription)
  const firstInvoiceId = state.firstPlanFeeInvoices.get(subscription.id)
  const input = {
    amountCents: plan.amountCents,
    windows,
    billedBefore: firstInvoiceId !== undefined && firstInvoiceId !== invoiceId,
    trial: trialOf(state, subscription),
    zone,
  }
  const fee = planFee(input)
  if (fee === null) return []
  return [
    {
      ...subscriptionFee({
        subscriptionId: subscription.id,
        plan,
        planFee: fee,
        currencyExponent: exponentOf(plan.currency),
        ...fee.window,
        customerTaxes: state.customerTaxes,
        organizationTaxes: entityOfSubscription(state, subscription).taxes,
      }),
      basis: planBasis(input, fee),
    },
  ]
}
