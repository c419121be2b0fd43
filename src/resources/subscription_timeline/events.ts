import type { FixedCharge, Plan } from '../../core/catalog.js'
import { decidedAt, decisionsFor } from '../../core/fixed_charges/units_history.js'
import { type ComingEvent, comingEvents } from '../../core/subscription/forecast.js'
import type { TimeWindow } from '../../core/time/windows.js'
import type { FeeRow } from '../fees/table.js'
import type { FixedChargeUnitsRow } from '../fixed_charges/table.js'
import { toDecision } from '../fixed_charges/terms.js'
import type { BillingPeriodRow, InvoiceRow } from '../invoices/table.js'
import type { PlanRow } from '../plans/table.js'
import type { SubscriptionRow } from '../subscriptions/table.js'
import { termsOf } from '../subscriptions/terms.js'
import type { FixedAmount } from './store.js'

/** One subscription of an external id, on its plan. */
export interface Life {
  readonly subscription: SubscriptionRow
  readonly plan: PlanRow
}

export interface TimelineEvent {
  readonly kind: 'start' | 'invoice' | ComingEvent['kind']
  readonly status: 'past' | 'coming'
  /** Epoch milliseconds. */
  readonly at: number
  readonly subscriptionId: string | null
  readonly planCode: string
  /** Of the plan's own price; null where nothing is billed by it. */
  readonly amountCents: number | null
  /** Of its fixed charges; null where nothing is billed. */
  readonly fixedChargesAmountCents: number | null
  readonly currency: string
  readonly period: TimeWindow | null
  readonly invoice: { readonly id: string; readonly number: string; readonly reason: string } | null
}

/** What has happened: starts, ends of trials, changes of plan, ends, and each invoice with the plan fee on it. */
export function pastEvents(
  lives: readonly Life[],
  billed: readonly { readonly period: BillingPeriodRow; readonly invoice: InvoiceRow }[],
  planFees: readonly FeeRow[],
  fixed: readonly FixedAmount[],
): TimelineEvent[] {
  const events = lives.flatMap(({ subscription, plan }) => lifeEvents(subscription, plan, lives))
  const invoices = billed.map(({ period, invoice }): TimelineEvent => {
    const life = lives.find(({ subscription }) => subscription.id === period.subscriptionId)
    const fee = planFees.find((one) => one.invoiceId === invoice.id && one.subscriptionId === period.subscriptionId)
    const amount = fixed.find((one) => one.invoiceId === invoice.id && one.subscriptionId === period.subscriptionId)
    return {
      ...plain('invoice', invoice.billingAt, period.subscriptionId, life?.plan.code ?? '', invoice.currency),
      amountCents: fee?.amountCents ?? null,
      fixedChargesAmountCents: amount?.amountCents ?? null,
      period: windowOf(fee),
      invoice: { id: invoice.id, number: invoice.number, reason: period.invoicingReason },
    }
  })
  return [...events, ...invoices].toSorted((a, b) => a.at - b.at)
}

function lifeEvents({ id, ...subscription }: SubscriptionRow, plan: PlanRow, lives: readonly Life[]): TimelineEvent[] {
  const at = (kind: TimelineEvent['kind'], moment: number | null) =>
    moment === null ? [] : [plain(kind, moment, id, plan.code, plan.currency)]
  const isLeft = lives.some((life) => life.subscription.previousSubscriptionId === id && life.subscription.startedAt)
  const follows = subscription.previousSubscriptionId !== null
  return [
    ...at(follows ? 'plan_change' : 'start', subscription.startedAt),
    ...at('trial_end', subscription.trialEndedAt),
    ...(isLeft ? [] : at('termination', subscription.terminatedAt)),
  ]
}

const plain = (
  kind: TimelineEvent['kind'],
  at: number,
  subscriptionId: string,
  planCode: string,
  currency: string,
): TimelineEvent => ({
  kind,
  status: 'past',
  at,
  subscriptionId,
  planCode,
  amountCents: null,
  fixedChargesAmountCents: null,
  currency,
  period: null,
  invoice: null,
})

/** What the future depends on beside the lives themselves. */
export interface Outlook {
  readonly zone: string
  /** The plans of the lives, by id. */
  readonly plans: ReadonlyMap<string, Plan>
  readonly ownUnits: readonly FixedChargeUnitsRow[]
}

/** What is going to happen to the running subscription, endlessly if it has no end. */
export function* futureEvents(
  lives: readonly Life[],
  planFees: readonly FeeRow[],
  { zone, plans, ownUnits }: Outlook,
): Generator<TimelineEvent> {
  const running = lives.find(({ subscription }) => subscription.status === 'active')
  if (running === undefined) return
  const { subscription } = running
  const next = lives.find(
    (life) => life.subscription.previousSubscriptionId === subscription.id && life.subscription.status === 'pending',
  )
  const starts = lives.flatMap((life) => life.subscription.startedAt ?? [])
  const asked = planFees.findLast((fee) => fee.subscriptionId === subscription.id)
  const plan = plans.get(subscription.planId)
  if (plan === undefined) throw new Error(`plan ${subscription.planId} was not loaded`)
  const decidedOf = (charge: FixedCharge) => {
    const holder = charge.planId === plan.id ? subscription.id : next?.subscription.id
    const own = ownUnits.filter((row) => row.subscriptionId === holder && row.fixedChargeId === charge.id)
    return decisionsFor(charge.decisions, own.map(toDecision), decidedAt)
  }
  const coming = comingEvents({
    decidedOf,
    terms: termsOf(subscription, plan),
    plan,
    firstStartedAt: Math.min(...starts),
    trialIsOver: subscription.trialEndedAt !== null,
    askedUntilAt: asked?.toAt ?? null,
    endingAt: subscription.endingAt,
    nextPlan: (next && plans.get(next.subscription.planId)) ?? null,
    zone,
  })
  for (const event of coming) yield { ...event, status: 'coming', subscriptionId: null, invoice: null }
}

function windowOf(fee: FeeRow | undefined): TimeWindow | null {
  if (fee === undefined || fee.fromAt === null || fee.toAt === null) return null
  return { fromAt: fee.fromAt, toAt: fee.toAt, toInclusive: fee.toInclusive }
}
