import type { Context } from 'hono'
import { VISIBLE_STATUSES } from '../../core/invoicing/status.js'
import { customerObject } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { readZones } from '../billing_entities/store.js'
import { findCustomer } from '../customers/store.js'
import { answerInvoice, NO_INVOICE, serializeListed } from './answer.js'
import { type InvoiceFilters, listInvoices, SETTLEMENTS } from './load.js'
import { PAYMENT_STATUSES } from './schema.js'
import { findInvoice } from './store.js'

const INVOICE_TYPES = ['subscription', 'add_on', 'credit', 'one_off', 'advance_charges', 'progressive_billing'] as const

/** Only the invoices of subscriptions are computed from something that can change. */
const NO_USAGE = { kind: 'forbidden', code: 'feature_unavailable' } as const

export const invoiceRoutes = router()
  .get('/', (c) => list(c, {}))
  .get('/:id', (c) => answerInvoice(c, c.req.param('id')))
  .put('/:id/finalize', async (c) => {
    const { db, organizationId, now } = c.var
    // The action looks among drafts only: a final invoice is as unknown to it as none.
    const draft = await findInvoice(db, organizationId, c.req.param('id'), ['draft'])
    if (draft === undefined) return fail(c, NO_INVOICE)
    const ref = { organizationId, customerId: draft.customer.id }
    const finalized = await customerObject(c.env, ref).finalizeInvoice(ref, draft.invoice.id, now)
    return finalized.ok ? answerInvoice(c, draft.invoice.id) : fail(c, finalized.failure)
  })
  .put('/:id/refresh', async (c) => {
    const { db, organizationId, now } = c.var
    const found = await findInvoice(db, organizationId, c.req.param('id'), VISIBLE_STATUSES)
    if (found === undefined) return fail(c, NO_INVOICE)
    if (found.invoice.invoiceType !== 'subscription') return fail(c, NO_USAGE)
    // What is final stays as it is, and is answered so.
    if (found.invoice.status !== 'draft') return answerInvoice(c, found.invoice.id)
    const ref = { organizationId, customerId: found.customer.id }
    const refreshed = await customerObject(c.env, ref).refreshInvoice(ref, found.invoice.id, now)
    return refreshed.ok ? answerInvoice(c, found.invoice.id) : fail(c, refreshed.failure)
  })

/** The same listing, narrowed to one customer. */
export const customerInvoiceRoutes = router().get('/:externalCustomerId/invoices', async (c) => {
  const customer = await findCustomer(c.var.db, c.var.organizationId, c.req.param('externalCustomerId'))
  return customer === undefined
    ? fail(c, { kind: 'not_found', thing: 'customer' })
    : list(c, { customerId: customer.id })
})

async function list(c: Context<AppEnv>, narrowed: Pick<InvoiceFilters, 'customerId'>) {
  const page = pageOf(c)
  const filters = new Filters(c)
  const one = filters.oneOf('status', VISIBLE_STATUSES)
  const onePaymentStatus = filters.oneOf('payment_status', PAYMENT_STATUSES)
  const given: InvoiceFilters = {
    ...narrowed,
    statuses: filters.listOf('statuses', VISIBLE_STATUSES) ?? (one === undefined ? VISIBLE_STATUSES : [one]),
    paymentStatuses:
      filters.listOf('payment_statuses', PAYMENT_STATUSES) ??
      (onePaymentStatus === undefined ? undefined : [onePaymentStatus]),
    externalCustomerId: filters.text('external_customer_id'),
    amountFrom: filters.cents('amount_from'),
    amountTo: filters.cents('amount_to'),
    issuingFrom: filters.looseDay('issuing_date_from'),
    issuingTo: filters.looseDay('issuing_date_to'),
    currency: filters.text('currency')?.toUpperCase(),
    invoiceType: filters.oneOf('invoice_type', INVOICE_TYPES),
    searchTerm: filters.text('search_term'),
    billingEntityCodes: filters.billingEntityCodes(),
    selfBilled: filters.flag('self_billed'),
    purchaseOrderNumber: filters.text('purchase_order_number'),
    paymentOverdue: filters.flag('payment_overdue'),
    paymentDisputeLost: filters.flag('payment_dispute_lost'),
    partiallyPaid: filters.flag('partially_paid'),
    settlements: filters.listOf('settlements', SETTLEMENTS),
    metadata: filters.metadata(),
  }
  const { db, organizationId } = c.var
  const zones = await readZones(db, organizationId)
  if (filters.namesUnknownEntity(zones)) return fail(c, { kind: 'not_found', thing: 'billing_entity' })
  if (filters.refused()) return fail(c, { kind: 'invalid', details: filters.errors })
  const { rows, totalCount } = await listInvoices(db, organizationId, given, page)
  return c.json({
    invoices: rows.map((row) => serializeListed(row, zones)),
    meta: meta(page, totalCount),
  })
}
