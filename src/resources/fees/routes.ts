import { router } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { serializeFee } from './serialize.js'
import { findFee, listFees } from './store.js'

const FEE_TYPES = ['charge', 'fixed_charge', 'add_on', 'subscription', 'credit', 'commitment'] as const
const PAYMENT_STATUSES = ['pending', 'succeeded', 'failed', 'refunded'] as const

export const feeRoutes = router()
  .get('/', async (c) => {
    const page = pageOf(c)
    const filters = new Filters(c)
    // No fee has these moments or events yet; the bounds are still checked.
    const later = ['succeeded_at', 'failed_at', 'refunded_at'].flatMap((name) => [
      filters.moment(`${name}_from`),
      filters.moment(`${name}_to`),
    ])
    const given = {
      externalCustomerId: filters.text('external_customer_id'),
      externalSubscriptionId: filters.text('external_subscription_id'),
      currency: filters.text('currency')?.toUpperCase(),
      feeType: filters.oneOf('fee_type', FEE_TYPES),
      billableMetricCode: filters.text('billable_metric_code'),
      paymentStatus: filters.oneOf('payment_status', PAYMENT_STATUSES),
      createdFrom: filters.moment('created_at_from'),
      createdTo: filters.moment('created_at_to'),
      nothing: later.some((at) => at !== undefined) || filters.text('event_transaction_id') !== undefined,
    }
    if (filters.refused()) return fail(c, { kind: 'invalid', details: filters.errors })
    const { rows, totalCount } = await listFees(c.var.db, c.var.organizationId, given, page)
    return c.json({ fees: rows.map(serializeFee), meta: meta(page, totalCount) })
  })
  .get('/:id', async (c) => {
    const listing = await findFee(c.var.db, c.var.organizationId, c.req.param('id'))
    return listing === undefined ? fail(c, { kind: 'not_found', thing: 'fee' }) : c.json({ fee: serializeFee(listing) })
  })
