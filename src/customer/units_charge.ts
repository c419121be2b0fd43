import type { FixedCharge } from '../core/catalog.js'
import { changedUnitsFee } from '../core/fixed_charges/fixed_charge_fee.js'
import type { FixedChargeFeeDraft } from '../core/invoicing/fee.js'
import { Decimal, ZERO } from '../core/money/decimal.js'
import { type RunningWindows, runningWindows } from '../core/subscription/windows.js'
import { type TimeWindow, windowDays } from '../core/time/windows.js'
import type { FixedFeeAhead } from '../resources/fixed_charges/load.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { termsOf } from '../resources/subscriptions/terms.js'
import { billingPeriodRow } from './billed_period.js'
import { entityOfSubscription } from './billing_entity.js'
import type { CommandContext } from './command_context.js'
import { fixedFrame, holderOf, unitsDecided } from './fixed_fees.js'
import { instantInvoice } from './instant_invoice.js'
import { type CustomerState, planOf } from './load_customer.js'
import { joined, NOTHING, type Prepared } from './prepared.js'

/**
 * The invoices of units that were changed at once and are paid in advance (recurring rules, section 10, "Change now, in advance"): one
 * for all that a request has decided for a subscription, in the order in which that was done, each beside what the ones before have
 * billed. That a batch is billed once is the key of its billing period.
 * @param state with the decisions in it
 */
export function unitsCharges(
  context: CommandContext,
  state: CustomerState,
  row: SubscriptionRow,
  batchIds: readonly string[],
): Prepared {
  if (row.status !== 'active' || row.startedAt === null) return NOTHING
  const plan = planOf(state, row)
  const running = runningWindows(termsOf(row, plan), context.now, state.zone)
  const decided = plan.fixedCharges.flatMap((charge) => unitsDecided(state, row, charge))
  const place = (batchId: string) => decided.findLastIndex((one) => one.batchId === batchId)
  const made: Prepared[] = []
  let fixedFees = state.fixedFees
  for (const batchId of batchIds.toSorted((a, b) => place(a) - place(b))) {
    const seen = { ...state, fixedFees }
    const fees = plan.fixedCharges.flatMap((charge) => changeOf(seen, row, charge, batchId, running) ?? [])
    if (fees.length === 0) continue
    made.push(chargeOf(context, state, row, { batchId, fees, running }))
    fixedFees = [...fixedFees, ...fees.map(asPaid)]
  }
  return joined(made)
}

function chargeOf(
  context: CommandContext,
  state: CustomerState,
  row: SubscriptionRow,
  charge: {
    readonly batchId: string
    readonly fees: readonly FixedChargeFeeDraft[]
    readonly running: RunningWindows
  },
): Prepared {
  const { now, newId } = context
  const windows = { ...charge.running, reason: 'in_advance_charge' as const, billsPlanFee: false }
  const period = { subscription: row, periodKey: `units ${charge.batchId}`, windows, zone: state.zone }
  return instantInvoice(context, state, {
    fees: charge.fees,
    currency: planOf(state, row).currency,
    billingEntityCode: entityOfSubscription(state, row).code,
    purchaseOrderNumber: row.purchaseOrderNumber,
    billingAt: now,
    datedAt: now,
    sections: [row],
    spendsCredits: true,
    subscriptions: [row],
    periods: (invoiceId) => [billingPeriodRow(period, { id: newId(), invoiceId, createdAt: now })],
    columns: { invoiceType: 'subscription', usageThroughSeq: null },
  }).prepared
}

/** A fee that the same commit makes, as later ones of it look at it. */
const asPaid = (fee: FixedChargeFeeDraft): FixedFeeAhead => ({
  subscriptionId: fee.subscriptionId,
  fixedChargeId: fee.fixedChargeId,
  addOnId: fee.item.id,
  fromAt: fee.fromAt,
  toAt: fee.toAt,
  units: fee.units.toFixed(),
  amountCents: fee.amountCents,
  basis: fee.basis ?? null,
})

/** Null where the batch has decided nothing that holds at once and is paid in advance. */
function changeOf(
  state: CustomerState,
  row: SubscriptionRow,
  charge: FixedCharge,
  batchId: string,
  running: RunningWindows,
): FixedChargeFeeDraft | null {
  if (!charge.payInAdvance) return null
  const decision = unitsDecided(state, row, charge).find((one) => one.batchId === batchId && one.isImmediate)
  if (decision === undefined || decision.at <= holderOf(row).activatedAt) return null
  const ids = [charge.id, charge.parentId]
  const paid = state.fixedFees.filter(
    (fee) =>
      fee.subscriptionId === row.id &&
      ids.includes(fee.fixedChargeId) &&
      fee.fromAt <= decision.at &&
      decision.at < fee.toAt,
  )
  const [first] = paid
  const units = new Decimal(decision.units)
  if (first === undefined && units.isZero()) return null
  const window: TimeWindow =
    first === undefined ? running.fixedCharges : { fromAt: first.fromAt, toAt: first.toAt, toInclusive: false }
  const billed = paid.reduce((sum, fee) => sum.plus(fee.units), ZERO)
  const daysLeft = windowDays({ ...window, fromAt: decision.at }, state.zone)
  const frame = fixedFrame(state, { subscription: row, zone: state.zone }, charge, window)
  return changedUnitsFee(frame, units, { hasFee: first !== undefined, units: billed }, daysLeft)
}
