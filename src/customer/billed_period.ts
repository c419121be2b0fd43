import { Temporal } from '@js-temporal/polyfill'
import type { BillingWindows } from '../core/subscription/windows.js'
import type { TimeWindow } from '../core/time/windows.js'
import type { BillingPeriodRow } from '../resources/invoices/table.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'

/** What one invoice bills of one subscription. */
export interface BilledPeriod {
  readonly subscription: SubscriptionRow
  /** The local billing day of a run, also of one that starts the plan that follows; `once` for what happens once in a subscription's life. */
  readonly periodKey: string
  readonly windows: BillingWindows
  /** The zone that the windows were reckoned in. */
  readonly zone: string
}

/** The period as it is kept; {@link billedPeriodOf} reads it back. */
export function billingPeriodRow(
  { subscription, periodKey, windows, zone }: BilledPeriod,
  { id, invoiceId, createdAt }: { id: string; invoiceId: string; createdAt: number },
): Omit<BillingPeriodRow, 'seq'> {
  return {
    id,
    organizationId: subscription.organizationId,
    createdAt,
    invoiceId,
    subscriptionId: subscription.id,
    invoicingReason: windows.reason,
    periodKey,
    planPeriodFromOn: windows.planPeriod.fromOn.toString(),
    planPeriodToOn: windows.planPeriod.toOn.toString(),
    planFromAt: windows.plan.fromAt,
    planToAt: windows.plan.toAt,
    billsPlanFee: windows.billsPlanFee,
    chargesFromAt: windows.charges?.fromAt ?? null,
    chargesToAt: windows.charges?.toAt ?? null,
    fixedChargesFromAt: windows.fixedCharges?.fromAt ?? null,
    fixedChargesToAt: windows.fixedCharges?.toAt ?? null,
    planToInclusive: windows.plan.toInclusive,
    chargesToInclusive: windows.charges?.toInclusive ?? false,
    fixedChargesToInclusive: windows.fixedCharges?.toInclusive ?? false,
    zone,
  }
}

export function billedPeriodOf(row: BillingPeriodRow, subscription: SubscriptionRow): BilledPeriod {
  const window = (fromAt: number | null, toAt: number | null, toInclusive: boolean): TimeWindow | null =>
    fromAt === null || toAt === null ? null : { fromAt, toAt, toInclusive }
  return {
    subscription,
    periodKey: row.periodKey,
    zone: row.zone,
    windows: {
      reason: row.invoicingReason,
      planPeriod: {
        fromOn: Temporal.PlainDate.from(row.planPeriodFromOn),
        toOn: Temporal.PlainDate.from(row.planPeriodToOn),
      },
      plan: { fromAt: row.planFromAt, toAt: row.planToAt, toInclusive: row.planToInclusive },
      charges: window(row.chargesFromAt, row.chargesToAt, row.chargesToInclusive),
      fixedCharges: window(row.fixedChargesFromAt, row.fixedChargesToAt, row.fixedChargesToInclusive),
      billsPlanFee: row.billsPlanFee,
    },
  }
}
