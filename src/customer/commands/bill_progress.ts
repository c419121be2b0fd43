import { keepsFee } from '../../core/invoicing/fee.js'
import { nextLevel, passedThresholds } from '../../core/progressive_billing/thresholds.js'
import { enqueue } from '../../outbox/store.js'
import { lifetimeFigures } from '../../resources/lifetime_usage/store.js'
import type { SubscriptionRow } from '../../resources/subscriptions/table.js'
import { appliedThreshold, type KeptThreshold } from '../../resources/usage_thresholds/terms.js'
import { type BilledPeriod, billingPeriodRow } from '../billed_period.js'
import { entityCodeOf } from '../billing_entity.js'
import { chargeFees } from '../charge_fees.js'
import type { CommandContext } from '../command_context.js'
import { FeeRoom } from '../fee_room.js'
import { instantInvoice } from '../instant_invoice.js'
import { type CustomerState, loadCustomer, planOf } from '../load_customer.js'
import { joined, type Prepared, prepared } from '../prepared.js'
import { creditSurplus } from '../progressive_surplus.js'
import { arrearsAmount, usageFrame } from '../rated_usage.js'
import { runningPeriod } from '../running_period.js'
import { carryOut } from './run.js'

/** A commit that meets a period that was billed already is decided anew from what is there. */
const CONFLICTS_IN_A_ROW = 3

/** The running period of a subscription that is billed on the way, and what its life has come to. */
interface Progress {
  readonly period: BilledPeriod
  readonly thresholds: readonly KeptThreshold[]
  /** Usage of the life before the running period, whole minor units without taxes. */
  readonly beforeCents: number
  /** The usage of the life up to which thresholds have been billed, though some of it be void or taken back since. */
  readonly doneCents: number
}

/**
 * Bills usage on the way where it has passed thresholds (invoicing rules, section 9): one invoice for each subscription, however many
 * it passed, final at once. Then it is told when the next is passed, so that events can be stored without anybody asking D1. Gives the
 * customer's state of then.
 */
export async function billProgress(context: CommandContext): Promise<CustomerState | undefined> {
  for (let conflicts = 0; conflicts < CONFLICTS_IN_A_ROW; ) {
    const state = await loadCustomer(context.db, context.ref, context.now)
    if (state === undefined) {
      context.progress.watch([])
      return undefined
    }
    const progress = await progressOf(context, state)
    const bills = progress.flatMap((one) => billOf(context, state, one) ?? [])
    if (bills.length === 0) {
      context.progress.watch(progress.map((one) => watched(context, state, one)))
      return state
    }
    const outcome = await carryOut(context, joined(bills))
    context.wallets.doubt()
    conflicts = outcome.committed ? 0 : conflicts + 1
  }
  throw new Error('thresholds were passed, but their invoices meet others')
}

async function progressOf({ db, ref, now }: CommandContext, state: CustomerState): Promise<Progress[]> {
  const running = state.subscriptions.filter(({ id, status }) => status === 'active' && state.thresholds.has(id))
  if (running.length === 0) return []
  const figuresOf = await lifetimeFigures(db, ref.organizationId, ref.customerId, running.map(lifetimeOf))
  return running.map((subscription) => {
    const figures = figuresOf(lifetimeOf(subscription))
    // Its place among those of the life: two that were made from the same knowledge meet.
    const period = runningPeriod(state, subscription, now, `${figures.progressiveInvoices + 1}`)
    const beforeCents = figures.historicalAmountCents + figures.invoicedAmountCents
    const billedCents = state.progressive.billedCentsOf(period)
    const doneCents = Math.max(beforeCents + billedCents, figures.reachedAmountCents)
    return { period, thresholds: state.thresholds.get(subscription.id) ?? [], beforeCents, doneCents }
  })
}

const lifetimeOf = ({ externalId: externalSubscriptionId, subscriptionAt }: SubscriptionRow) => ({
  externalSubscriptionId,
  subscriptionAt,
})

/** Null where no threshold is passed. */
function billOf(context: CommandContext, state: CustomerState, progress: Progress): Prepared | null {
  const { period, thresholds, beforeCents, doneCents } = progress
  const { subscription } = period
  const totalCents = beforeCents + currentCents(context, state, period)
  const passed = passedThresholds(thresholds, doneCents, totalCents)
  if (passed.length === 0) return null
  const { now, newId } = context
  const source = state.progressive.sourceOf(period)
  const fees = chargeFees(context.usage, state, period, new FeeRoom()).filter(keepsFee)
  const surplus = creditSurplus(context, state, [period], fees)
  const { prepared: invoice } = instantInvoice(context, state, {
    fees,
    currency: planOf(state, subscription).currency,
    billingEntityCode: entityCodeOf(state, subscription),
    purchaseOrderNumber: subscription.purchaseOrderNumber,
    billingAt: now,
    datedAt: now,
    spendsCredits: true,
    subscriptions: [subscription],
    sections: [subscription],
    progressive: source === undefined ? [] : [source],
    periods: (invoiceId) => [billingPeriodRow(period, { id: newId(), invoiceId, createdAt: now })],
    columns: {
      invoiceType: 'progressive_billing',
      usageThroughSeq: null,
      usageThresholds: passed.map((one) => appliedThreshold(one, totalCents, now)),
    },
  })
  return joined([surplus, invoice, prepared({ statements: passed.map(() => told(context, subscription)) })])
}

function told({ db, ref, now, newId }: CommandContext, { id: subjectId }: SubscriptionRow) {
  const message = { messageType: 'subscription.usage_threshold_reached', subjectType: 'subscription', subjectId }
  return enqueue(db, { id: newId(), ...ref, ...message, createdAt: now })
}

/** What the usage of the period is worth so far, as its invoice would bill it in arrears. */
function currentCents({ usage }: CommandContext, state: CustomerState, { subscription, windows, zone }: BilledPeriod) {
  if (windows.charges === null) return 0
  const frame = usageFrame(state, subscription, windows.charges, zone)
  return arrearsAmount(usage, planOf(state, subscription).charges, frame).amountCents
}

function watched(
  { usage }: CommandContext,
  state: CustomerState,
  { period, thresholds, beforeCents, doneCents }: Progress,
) {
  const { subscription, windows, zone } = period
  const { charges } = planOf(state, subscription)
  const current = windows.charges && usageFrame(state, subscription, windows.charges, zone)
  const level = nextLevel(thresholds, doneCents)
  return {
    externalSubscriptionId: subscription.externalId,
    endsAt: windows.charges?.toAt ?? 0,
    limitCents: level === null ? null : level - beforeCents,
    current: () => (current === null ? { amountCents: 0, buckets: 0 } : arrearsAmount(usage, charges, current)),
  }
}
