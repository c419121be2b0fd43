import { customerObject } from '../../customer/contract.js'
import { router } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { Filters } from '../../http/query.js'
import { findCustomer } from '../customers/store.js'
import { serializeUsage } from './serialize.js'

export const usageRoutes = router().get('/:externalCustomerId/current_usage', async (c) => {
  const { db, organizationId, now } = c.var
  const customer = await findCustomer(db, organizationId, c.req.param('externalCustomerId'))
  if (customer === undefined) return fail(c, { kind: 'not_found', thing: 'customer' })
  const filters = new Filters(c)
  const ref = { organizationId, customerId: customer.id }
  const usage = await customerObject(c.env, ref).currentUsage(
    ref,
    {
      externalSubscriptionId: filters.text('external_subscription_id') ?? '',
      appliesTaxes: filters.flag('apply_taxes') ?? true,
      chargeId: filters.text('charge_id') ?? filters.text('filter_by_charge_id'),
      chargeCode: filters.text('charge_code') ?? filters.text('filter_by_charge_code'),
      metricCode: filters.text('billable_metric_code') ?? filters.text('filter_by_metric_code'),
    },
    now,
  )
  return usage.ok ? c.json({ customer_usage: serializeUsage(usage.value) }) : fail(c, usage.failure)
})
