import { callCustomer } from '../../customer/contract.js'
import { router } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { limitOf, meta, offsetOf, pageOf, wholePositive } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { findMetric } from '../billable_metrics/store.js'
import { findCustomer } from '../customers/store.js'
import { pastUsage } from './past.js'
import { groupsOf, narrowingOf } from './questions.js'
import { listPastPeriods } from './store.js'

const NO_CUSTOMER = { kind: 'not_found', thing: 'customer' } as const

export const usageRoutes = router()
  .get('/:externalCustomerId/current_usage', async (c) => {
    const { db, organizationId, now } = c.var
    const customer = await findCustomer(db, organizationId, c.req.param('externalCustomerId'))
    if (customer === undefined) return fail(c, NO_CUSTOMER)
    const filters = new Filters(c)
    const ref = { organizationId, customerId: customer.id }
    const question = {
      externalSubscriptionId: filters.text('external_subscription_id') ?? '',
      appliesTaxes: filters.flag('apply_taxes') ?? true,
      groups: groupsOf(c),
      ...narrowingOf(filters),
    }
    const usage = await callCustomer(c.env, ref, (object) => object.currentUsage(ref, question, now))
    return usage.ok ? c.json({ customer_usage: usage.value }) : fail(c, usage.failure)
  })
  .get('/:externalCustomerId/projected_usage', async (c) => {
    const { db, organizationId, now } = c.var
    const customer = await findCustomer(db, organizationId, c.req.param('externalCustomerId'))
    if (customer === undefined) return fail(c, NO_CUSTOMER)
    const filters = new Filters(c)
    const ref = { organizationId, customerId: customer.id }
    const question = {
      externalSubscriptionId: filters.text('external_subscription_id') ?? '',
      appliesTaxes: filters.flag('apply_taxes') ?? true,
      groups: groupsOf(c),
    }
    const usage = await callCustomer(c.env, ref, (object) => object.projectedUsage(ref, question, now))
    return usage.ok ? c.json({ customer_projected_usage: usage.value }) : fail(c, usage.failure)
  })
  .get('/:externalCustomerId/past_usage', async (c) => {
    const { db, organizationId } = c.var
    const customer = await findCustomer(db, organizationId, c.req.param('externalCustomerId'))
    if (customer === undefined) return fail(c, NO_CUSTOMER)
    const filters = new Filters(c)
    const externalSubscriptionId = filters.text('external_subscription_id')
    if (externalSubscriptionId === undefined) {
      return fail(c, { kind: 'invalid', details: { external_subscription_id: ['value_is_mandatory'] } })
    }
    const metricCode = filters.text('billable_metric_code')
    const isKnown = metricCode === undefined || (await findMetric(db, organizationId, metricCode)) !== undefined
    if (!isKnown) return fail(c, { kind: 'not_found', thing: 'billable_metric' })

    const page = pageOf(c)
    const atMost = wholePositive(filters.text('periods_count')) ?? Number.MAX_SAFE_INTEGER
    const bounds = { limit: Math.max(0, Math.min(limitOf(page), atMost - offsetOf(page))), offset: offsetOf(page) }
    const query = { organizationId, customerId: customer.id, externalSubscriptionId }
    const { rows, totalCount } = await listPastPeriods(db, query, bounds)
    const periods = await pastUsage(db, rows, { organizationId, metricCode, groups: groupsOf(c) })
    return c.json({ usage_periods: periods, meta: meta(page, Math.min(totalCount, atMost)) })
  })
