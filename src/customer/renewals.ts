import type { Charge, Plan } from '../core/catalog.js'
import type { ChargeFeeDraft } from '../core/invoicing/fee.js'
import { renewalWindow } from '../core/subscription/renewal.js'
import type { TimeWindow } from '../core/time/windows.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import type { BilledPeriod } from './billed_period.js'
import { feesOfCharge } from './charge_fees.js'
import type { CommandContext, UsageReader } from './command_context.js'
import { FeeRoom } from './fee_room.js'
import { type CustomerState, planOf } from './load_customer.js'
import { looseFees } from './loose_fees.js'
import { NOTHING, type Prepared } from './prepared.js'
import { usageFrame } from './rated_usage.js'

/** The charges of a plan whose units are paid again for every period (recurring rules, section 6). */
export const renewedCharges = ({ charges }: Plan, where: 'on_invoice' | 'without_invoice'): Charge[] =>
  charges.filter(
    ({ payInAdvance, invoiceable, metric }) =>
      payInAdvance && metric.recurring && invoiceable === (where === 'on_invoice'),
  )

/** The renewals that an invoice of a billed period bills beside it: those of the period that follows. */
export function renewalFees(
  usage: UsageReader,
  state: CustomerState,
  { subscription, windows, periodKey, zone }: BilledPeriod,
  room: FeeRoom,
): ChargeFeeDraft[] {
  const window = renewalWindow(termsOf(subscription, planOf(state, subscription)), windows, periodKey, zone)
  if (window === null) return []
  return feesFor(usage, state, { subscription, window, zone, where: 'on_invoice' }, room)
}

/**
 * The renewals that are on no invoice, made with the first computation of the invoice of a billed period; nothing repeats them. Their
 * unique key makes each once.
 */
export function looseRenewals(context: CommandContext, state: CustomerState, period: BilledPeriod): Prepared {
  const { subscription, windows, periodKey, zone } = period
  const window = renewalWindow(termsOf(subscription, planOf(state, subscription)), windows, periodKey, zone)
  if (window === null) return NOTHING
  const renewal = { subscription, window, zone, where: 'without_invoice' as const }
  return looseFees(context, feesFor(context.usage, state, renewal, new FeeRoom()))
}

interface Renewal {
  readonly subscription: SubscriptionRow
  /** The period that begins. */
  readonly window: TimeWindow
  readonly zone: string
  readonly where: 'on_invoice' | 'without_invoice'
}

/** One fee for each filter and group that has units when the period begins, in full, also where events are prorated. */
function feesFor(
  usage: UsageReader,
  state: CustomerState,
  { subscription, window, zone, where }: Renewal,
  room: FeeRoom,
): ChargeFeeDraft[] {
  const frame = usageFrame(state, subscription, window, zone)
  const carried = {
    ...frame,
    window: { from: null, to: frame.window.from ?? frame.window.to },
    span: { ...frame.span, toAt: window.fromAt * 1000 },
  }
  return renewedCharges(planOf(state, subscription), where).flatMap((charge) =>
    feesOfCharge(
      usage,
      state,
      { ...charge, prorated: false },
      {
        ...carried,
        room,
        payInAdvance: where === 'without_invoice',
        // Where nothing is, nothing is renewed (recurring rules, section 12.9).
        isBilled: ({ usage: { units } }) => units.gt(0),
      },
    ),
  )
}
