import { invalid, notFound, ok, type Result } from '../../core/result.js'
import { nextBillingDay } from '../../core/subscription/billing_schedule.js'
import { startDecision } from '../../core/subscription/lifecycle.js'
import { changeDirection } from '../../core/subscription/plan_change.js'
import { periodGrids } from '../../core/subscription/terms.js'
import { firstStartOnOrAfter } from '../../core/time/billing_periods.js'
import { midnight } from '../../core/time/zones.js'
import { type CustomerInput, changedCustomer, newCustomerRow } from '../../resources/customers/terms.js'
import type { SubscriptionRow } from '../../resources/subscriptions/table.js'
import { newSubscriptionRow, termsOf } from '../../resources/subscriptions/terms.js'
import { caughtUp, NO_USAGE } from '../caught_up.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { CouponPurse, type HeldCoupon } from '../coupon_purse.js'
import { type Foreseen, firstBill, nextBill } from '../foresight.js'
import { asking, forecast, foreseenInvoice } from '../invoice_forecast.js'
import { type CustomerState, loadCustomer, planOf } from '../load_customer.js'
import { plainPlan } from '../own_plan.js'
import { successor, switched, upgraded } from '../plan_changes.js'
import type { PreparedInvoice } from '../prepared.js'
import { strangerState } from '../stranger_state.js'
import { settle } from '../subscription_end.js'

/** Whose next invoice is asked for, and what is to happen until then. Plain JSON; moments are epoch milliseconds. */
export interface PreviewQuestion {
  /** What is known of somebody who is no customer; null for the customer of the object. */
  readonly stranger: CustomerInput | null
  readonly subject: NewSubscription | RunningSubscriptions
  /** What is taken off where the customer has no coupons. */
  readonly coupons: readonly HeldCoupon[]
}

export interface NewSubscription {
  readonly kind: 'new'
  readonly planId: string
  readonly billingTime: SubscriptionRow['billingTime']
  readonly subscriptionAt: number
}

export interface RunningSubscriptions {
  readonly kind: 'running'
  readonly externalIds: readonly string[]
  /** The only one of them ends then; null: it does not. */
  readonly terminatedAt: number | null
  /** The only one of them goes over to this plan; null: it does not. */
  readonly planId: string | null
}

/** An invoice that will be made, unless something else happens before. Plain JSON. */
export interface InvoicePreview {
  readonly invoice: PreparedInvoice
  readonly customer: CustomerState['customer']
  /** Those that it bills, and whether there are such yet. */
  readonly subscriptions: readonly { readonly row: SubscriptionRow; readonly isStored: boolean }[]
}

/**
 * The invoice that the next bill, an end, a change of plan or a start would make, worked out by the very functions that would make
 * it, of which nothing is committed (invoicing rules, section 12).
 */
export async function previewInvoice(
  context: CommandContext,
  { stranger, subject, coupons }: PreviewQuestion,
): CommandResult<InvoicePreview> {
  const loaded = await stateOf(context, stranger, subject)
  if (!loaded.ok) return loaded
  const whole = forecast(loaded.value)
  const state = whole.coupons.isEmpty ? { ...whole, coupons: new CouponPurse(coupons) } : whole
  const foreseen = subject.kind === 'new' ? starting(context, state, subject) : running(context, state, subject)
  if (!foreseen.ok) return foreseen
  const { context: asked, state: then, bills } = foreseen.value
  const invoice = foreseenInvoice(asked, then, bills)
  if (!invoice.ok) return invoice
  const rows = new Map(
    bills.flatMap(({ periods }) => periods.map(({ subscription }) => [subscription.id, subscription] as const)),
  )
  const stored = new Set(state.subscriptions.map(({ id }) => id))
  const subscriptions = [...rows.values()].map((row) => ({ row, isStored: stored.has(row.id) }))
  return ok({ invoice: invoice.value, customer: state.customer, subscriptions })
}

async function stateOf(
  context: CommandContext,
  stranger: CustomerInput | null,
  { planId }: { readonly planId: string | null },
): Promise<Result<CustomerState>> {
  const { db, ref, now } = context
  const planIds = planId === null ? [] : [planId]
  if (stranger === null) {
    const state = await loadCustomer(db, ref, now, planIds)
    return state === undefined ? notFound('customer') : ok(state)
  }
  const { organizationId, customerId: id } = ref
  const fresh = newCustomerRow({ id, organizationId, externalId: stranger.externalId, now })
  const customer = changedCustomer(fresh, stranger, context)
  return customer.ok ? ok((await strangerState(context, customer.value, planIds)).state) : customer
}

/** What is going to be billed, with what the invoice has to be made from. */
interface Asked {
  readonly context: CommandContext
  readonly state: CustomerState
  readonly bills: readonly Foreseen[]
}

function starting(context: CommandContext, state: CustomerState, subject: NewSubscription): Result<Asked> {
  const { now, ref, newId } = context
  const { planId, billingTime, subscriptionAt } = subject
  const decision = startDecision(subscriptionAt, now, state.zone)
  const startedAt = decision.kind === 'pending' ? null : decision.startedAt
  const status = decision.kind === 'pending' ? ('pending' as const) : ('active' as const)
  const own = { id: newId(), ...ref, planId, externalId: '', billingTime, subscriptionAt, startedAt, status }
  const row = { ...newSubscriptionRow(own, now), seq: 0 }
  const unused = { ...context, usage: NO_USAGE }
  const bill =
    startedAt === null
      ? nextBill(unused, state, row)
      : firstBill(unused, state, row, { bills: decision.bills === 'at_once' })
  return ok({ context: unused, state, bills: [bill] })
}

function running(context: CommandContext, state: CustomerState, subject: RunningSubscriptions): Result<Asked> {
  const { externalIds, terminatedAt, planId } = subject
  const rows = externalIds.map((id) => living(state, id))
  const known = rows.filter((row) => row !== undefined)
  if (known.length < rows.length) return notFound('subscription')
  const [row, ...others] = known
  if (row === undefined) return notFound('subscription')
  if (terminatedAt !== null) {
    if (others.length > 0) return invalid({ subscriptions: ['only_one_subscription_allowed_for_termination'] })
    return row.status === 'active' ? ending(context, state, row, terminatedAt) : notFound('subscription')
  }
  if (planId !== null) {
    if (others.length > 0) return invalid({ subscriptions: ['only_one_subscription_allowed_for_plan_change'] })
    return row.status === 'active' ? changing(context, state, row, planId) : notFound('subscription')
  }
  return ok({ context, state, bills: known.map((one) => nextBill(context, state, one)) })
}

/** The running one, else the one that is to start; not one that is to follow another. */
function living(state: CustomerState, externalId: string): SubscriptionRow | undefined {
  const own = state.subscriptions.filter((row) => row.externalId === externalId)
  return (
    own.find(({ status }) => status === 'active') ??
    own.find(({ status, previousSubscriptionId }) => status === 'pending' && previousSubscriptionId === null)
  )
}

function ending(context: CommandContext, state: CustomerState, row: SubscriptionRow, at: number): Result<Asked> {
  const asked = { ...context, now: at, usage: asking(context.usage) }
  const then = caughtUp(asked, state, row, at)
  const { period } = settle(asked, then.state, then.row)
  return ok({ context: asked, state: then.state, bills: [{ at, periods: [period] }] })
}

function changing(context: CommandContext, state: CustomerState, row: SubscriptionRow, planId: string): Result<Asked> {
  if (row.planId === planId) return invalid({ base: ['new_plan_should_be_different_from_existing_plan'] })
  if (changeDirection(planOf(state, row), planOf(state, { planId })) === 'upgrade') {
    const asked = { ...context, usage: asking(context.usage) }
    const { periods } = upgraded(asked, state, row, plainPlan(planId), {})
    return ok({ context: asked, state, bills: [{ at: asked.now, periods }] })
  }
  const terms = termsOf(row, planOf(state, row))
  const day = firstStartOnOrAfter(periodGrids(terms, state.zone).plan, nextBillingDay(terms, state.zone))
  const at = midnight(day, state.zone)
  // Another plan that waits is called off by the change.
  const alone = { ...state, subscriptions: state.subscriptions.filter((one) => one.previousSubscriptionId !== row.id) }
  const then = caughtUp(context, alone, row, at - 1)
  const asked = { ...context, now: at }
  const next = successor(asked, then.row, planId, {})
  const { periods } = switched(asked, then.state, then.row, next, day)
  return ok({ context: asked, state: then.state, bills: [{ at, periods }] })
}
