import type { Context } from 'hono'
import { completions } from '../../core/progressive_billing/thresholds.js'
import type { Failure } from '../../core/result.js'
import { callCustomer } from '../../customer/contract.js'
import { commit } from '../../db/commit.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { seconds } from '../../http/timestamps.js'
import { MAX_AMOUNT_CENTS } from '../../limits.js'
import { findSubscription, type SubscriptionListing } from '../subscriptions/store.js'
import { thresholdsOfSubscriptions } from '../usage_thresholds/store.js'
import type { KeptThreshold } from '../usage_thresholds/terms.js'
import { lifetimeFigures, passingsOf, saveHistoricalUsage } from './store.js'

const NOT_FOUND = { kind: 'not_found', thing: 'lifetime_usage' } as const
const OUT_OF_RANGE: Failure = {
  kind: 'invalid',
  details: { historical_usage_amount_cents: ['value_is_out_of_range'] },
}

/** What a subscription has used in all its life, through changes of plan (invoicing rules, section 9). */
export const lifetimeUsageRoutes = router()
  .get('/:externalId/lifetime_usage', async (c) => {
    const found = await find(c)
    return found === undefined ? fail(c, NOT_FOUND) : answer(c, found)
  })
  .put('/:externalId/lifetime_usage', async (c) => {
    const envelope = await readEnvelope(c, 'lifetime_usage')
    if (!envelope.ok) return fail(c, envelope.failure)
    const found = await find(c)
    if (found === undefined) return fail(c, NOT_FOUND)
    const amountCents = envelope.value.external_historical_usage_amount_cents
    if (!isAmount(amountCents)) return fail(c, OUT_OF_RANGE)
    const { db, organizationId, now } = c.var
    const row = {
      id: c.var.newId(),
      organizationId,
      createdAt: now,
      updatedAt: now,
      customerId: found.customer.id,
      externalSubscriptionId: found.subscription.externalId,
      amountCents,
    }
    await commit(db, [saveHistoricalUsage(db, row)])
    const ref = { organizationId, customerId: found.customer.id }
    // The object knows the usage at which the next threshold is passed by what there was before.
    await callCustomer(c.env, ref, (object) => object.settle(ref, now))
    return answer(c, found)
  })

const find = (c: Context<AppEnv>) =>
  findSubscription(c.var.db, c.var.organizationId, c.req.param('externalId') ?? '', ['active'])

async function answer(c: Context<AppEnv>, { subscription, customer }: SubscriptionListing) {
  const { db, organizationId, now } = c.var
  const ref = { organizationId, customerId: customer.id }
  const lifetime = {
    externalSubscriptionId: subscription.externalId,
    subscriptionAt: subscription.subscriptionAt,
  }
  const [figuresOf, usage, watched, passings] = await Promise.all([
    lifetimeFigures(db, organizationId, customer.id, [lifetime]),
    callCustomer(c.env, ref, (object) => object.arrearsUsage(ref, subscription.externalId, now)),
    thresholdsOfSubscriptions(db, organizationId, customer.id),
    passingsOf(db, organizationId, customer.id, lifetime),
  ])
  if (!usage.ok) return fail(c, usage.failure)
  const figures = figuresOf(lifetime)
  const own = watched.find(({ subscriptionId }) => subscriptionId === subscription.id)
  const thresholds: KeptThreshold[] = own === undefined ? [] : JSON.parse(own.thresholds)
  const totalCents = figures.historicalAmountCents + figures.invoicedAmountCents + usage.value
  return c.json({
    lifetime_usage: {
      lago_id: subscription.id,
      lago_subscription_id: subscription.id,
      external_subscription_id: subscription.externalId,
      external_historical_usage_amount_cents: figures.historicalAmountCents,
      invoiced_usage_amount_cents: figures.invoicedAmountCents,
      current_usage_amount_cents: usage.value,
      from_datetime: seconds(figures.firstStartedAt),
      to_datetime: seconds(now),
      ...(thresholds.length > 0 && {
        usage_thresholds: completions(thresholds, totalCents).map(({ amountCents, ratio }) => ({
          amount_cents: amountCents,
          completion_ratio: ratio,
          reached_at: seconds(
            ratio < 1 ? null : (passings.find((one) => one.lifetimeUsageAmountCents >= amountCents)?.passedAt ?? null),
          ),
        })),
      }),
    },
  })
}

const isAmount = (sent: unknown): sent is number =>
  typeof sent === 'number' && Number.isSafeInteger(sent) && sent >= 0 && sent <= MAX_AMOUNT_CENTS
