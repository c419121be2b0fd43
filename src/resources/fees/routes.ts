import type { Context } from 'hono'
import { customerObject } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { validate } from '../../http/validate.js'
import { explain } from './explain.js'
import { feePayment, PAYMENT_STATUSES } from './schema.js'
import { type FeeListing, serializeFee } from './serialize.js'
import { findFee, listFees } from './store.js'
import type { FeeChange } from './terms.js'

const FEE_TYPES = ['charge', 'fixed_charge', 'add_on', 'subscription', 'credit', 'commitment'] as const

/** What an invoice bills is paid, or taken back, with the invoice. */
const INVOICED = { kind: 'not_allowed', code: 'invoiced_fee' } as const
const UNKNOWN = { kind: 'not_found', thing: 'fee' } as const

export const feeRoutes = router()
  .get('/', async (c) => {
    const page = pageOf(c)
    const filters = new Filters(c)
    const range = (name: string) => ({ from: filters.moment(`${name}_from`), to: filters.moment(`${name}_to`) })
    const given = {
      externalCustomerId: filters.text('external_customer_id'),
      externalSubscriptionId: filters.text('external_subscription_id'),
      currency: filters.text('currency')?.toUpperCase(),
      feeType: filters.oneOf('fee_type', FEE_TYPES),
      billableMetricCode: filters.text('billable_metric_code'),
      paymentStatus: filters.oneOf('payment_status', PAYMENT_STATUSES),
      eventTransactionId: filters.text('event_transaction_id'),
      moments: {
        createdAt: range('created_at'),
        succeededAt: range('succeeded_at'),
        failedAt: range('failed_at'),
        refundedAt: range('refunded_at'),
      },
    }
    if (filters.refused()) return fail(c, { kind: 'invalid', details: filters.errors })
    const { rows, totalCount } = await listFees(c.var.db, c.var.organizationId, given, page)
    return c.json({ fees: rows.map(serializeFee), meta: meta(page, totalCount) })
  })
  .get('/:id', async (c) => {
    const listing = await findFee(c.var.db, c.var.organizationId, c.req.param('id'))
    return listing === undefined ? fail(c, UNKNOWN) : c.json({ fee: serializeFee(listing) })
  })
  .get('/:id/explanation', explain)
  .put('/:id', async (c) => {
    const envelope = await readEnvelope(c, 'fee')
    if (!envelope.ok) return fail(c, envelope.failure)
    const found = await findFee(c.var.db, c.var.organizationId, c.req.param('id'))
    if (found === undefined) return fail(c, UNKNOWN)
    if (found.fee.invoiceId !== null) return fail(c, INVOICED)
    const input = validate(feePayment, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    return changed(c, found, { paymentStatus: input.value.payment_status })
  })
  .delete('/:id', async (c) => {
    const found = await findFee(c.var.db, c.var.organizationId, c.req.param('id'))
    if (found === undefined) return fail(c, UNKNOWN)
    if (found.fee.invoiceId !== null) return fail(c, INVOICED)
    return changed(c, found, 'deleted')
  })

/** The fee with the change, unless an invoice has taken it up in the same moment. */
async function changed(c: Context<AppEnv>, { fee, ...ids }: FeeListing, change: FeeChange) {
  const { organizationId, now } = c.var
  const ref = { organizationId, customerId: fee.customerId }
  const outcome = await customerObject(c.env, ref).changeFee(ref, fee.id, change, now)
  return outcome.ok ? c.json({ fee: serializeFee({ ...ids, fee: outcome.value }) }) : fail(c, outcome.failure)
}
