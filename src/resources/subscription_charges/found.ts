import type { Context } from 'hono'
import { failed, notFound, ok, type Result } from '../../core/result.js'
import { type CustomerRef, customerObject } from '../../customer/contract.js'
import type { AppEnv } from '../../http/app_env.js'
import { findChargeRow } from '../charges/store.js'
import type { ChargeRow } from '../charges/table.js'
import type { PlanEdit } from '../plan_overrides/terms.js'
import { findSubscription, type SubscriptionListing } from '../subscriptions/store.js'

const STATUSES = ['pending', 'active', 'terminated', 'canceled'] as const

/** The subscription that the path leads to: the active one, unless another status is asked for. */
export async function subscriptionOf(c: Context<AppEnv>): Promise<Result<SubscriptionListing>> {
  const status = STATUSES.find((word) => word === c.req.query('subscription_status')) ?? 'active'
  const { db, organizationId } = c.var
  const found = await findSubscription(db, organizationId, c.req.param('externalId') ?? '', [status])
  return found === undefined ? notFound('subscription') : ok(found)
}

export interface FoundCharge {
  readonly subscription: SubscriptionListing['subscription']
  /** Of the plan that the subscription is on. */
  readonly charge: ChargeRow
}

/** The charge of a subscription that the path leads to. */
export async function chargeOf(c: Context<AppEnv>): Promise<Result<FoundCharge>> {
  const found = await subscriptionOf(c)
  if (!found.ok) return found
  const { db, organizationId } = c.var
  const { subscription, plan } = found.value
  const charge = await findChargeRow(db, organizationId, plan.id, c.req.param('chargeCode') ?? '')
  return charge === undefined ? notFound('charge') : ok({ subscription, charge })
}

/** Has the customer's object edit the plan that the subscription has, or gets by this, for itself. */
export async function edited(
  c: Context<AppEnv>,
  { subscription }: { readonly subscription: Pick<FoundCharge['subscription'], 'id' | 'customerId'> },
  edit: PlanEdit,
) {
  const { organizationId, now } = c.var
  const ref: CustomerRef = { organizationId, customerId: subscription.customerId }
  const done = await customerObject(c.env, ref).editOwnPlan(ref, subscription.id, edit, now)
  return done.ok ? ok(done.value) : failed(done.failure)
}
