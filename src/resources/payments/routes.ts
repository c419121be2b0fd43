import type { Context } from 'hono'
import { PAYABLE_STATUSES } from '../../core/invoicing/status.js'
import { customerObject } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { validate } from '../../http/validate.js'
import { findCustomer } from '../customers/store.js'
import { findInvoice } from '../invoices/store.js'
import { createPayment } from './schema.js'
import { serializePayment, serializeReceipt } from './serialize.js'
import { findPayment, findReceipt, listPayments, type PaymentFilters } from './store.js'

const NO_INVOICE = { kind: 'not_found', thing: 'invoice' } as const
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const paymentRoutes = router()
  .get('/', (c) => list(c, { externalCustomerId: new Filters(c).text('external_customer_id') }))
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'payment')
    if (!envelope.ok) return fail(c, envelope.failure)
    const input = validate(createPayment, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const { db, organizationId, now } = c.var
    const found = await findInvoice(db, organizationId, input.value.invoice_id, PAYABLE_STATUSES)
    if (found === undefined) return fail(c, NO_INVOICE)
    const ref = { organizationId, customerId: found.customer.id }
    const paid = await customerObject(c.env, ref).recordPayment(ref, input.value, now)
    if (!paid.ok) return fail(c, paid.failure)
    const payment = await findPayment(db, organizationId, paid.value)
    return payment === undefined ? fail(c, NO_INVOICE) : c.json({ payment: serializePayment(payment) })
  })
  .get('/:id', async (c) => {
    const found = await findPayment(c.var.db, c.var.organizationId, c.req.param('id'))
    return found === undefined
      ? fail(c, { kind: 'not_found', thing: 'payment' })
      : c.json({ payment: serializePayment(found) })
  })

/** The same listing, narrowed to one customer. */
export const customerPaymentRoutes = router().get('/:externalCustomerId/payments', async (c) => {
  const customer = await findCustomer(c.var.db, c.var.organizationId, c.req.param('externalCustomerId'))
  return customer === undefined
    ? fail(c, { kind: 'not_found', thing: 'customer' })
    : list(c, { customerId: customer.id })
})

async function list(c: Context<AppEnv>, narrowed: PaymentFilters) {
  const invoiceId = new Filters(c).text('invoice_id')
  if (invoiceId !== undefined && !UUID.test(invoiceId)) {
    return fail(c, { kind: 'invalid', details: { invoice_id: ['value_is_invalid'] } })
  }
  const page = pageOf(c)
  const { rows, totalCount } = await listPayments(c.var.db, c.var.organizationId, { ...narrowed, invoiceId }, page)
  return c.json({ payments: rows.map(serializePayment), meta: meta(page, totalCount) })
}

export const paymentReceiptRoutes = router()
  .get('/', async (c) => {
    const page = pageOf(c)
    const invoiceId = new Filters(c).text('invoice_id')
    const { rows, totalCount } = await listPayments(c.var.db, c.var.organizationId, { invoiceId }, page)
    return c.json({ payment_receipts: rows.map(serializeReceipt), meta: meta(page, totalCount) })
  })
  .get('/:id', async (c) => {
    const found = await findReceipt(c.var.db, c.var.organizationId, c.req.param('id'))
    return found === undefined
      ? fail(c, { kind: 'not_found', thing: 'payment_receipt' })
      : c.json({ payment_receipt: serializeReceipt(found) })
  })
