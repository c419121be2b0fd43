import type { Context } from 'hono'
import { VISIBLE_STATUSES } from '../../core/invoicing/status.js'
import { customerObject } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { readZones } from '../billing_entities/store.js'
import { applicableZone } from '../billing_entities/terms.js'
import { serializeCustomer } from '../customers/serialize.js'
import { findCustomer } from '../customers/store.js'
import { serializeFee } from '../fees/serialize.js'
import { serializeSubscription } from '../subscriptions/serialize.js'
import { findNeighbours } from '../subscriptions/store.js'
import { serializeBillingPeriod, serializeCredit, serializeInvoice } from './serialize.js'
import { findInvoice, type InvoiceFilters, type InvoiceListing, listInvoices } from './store.js'

const PAYMENT_STATUSES = ['pending', 'succeeded', 'failed'] as const
const INVOICE_TYPES = ['subscription', 'add_on', 'credit', 'one_off', 'advance_charges', 'progressive_billing'] as const
const NOT_FOUND = { kind: 'not_found', thing: 'invoice' } as const

export const invoiceRoutes = router()
  .get('/', (c) => list(c, {}))
  .get('/:id', (c) => answer(c, c.req.param('id')))
  .put('/:id/finalize', async (c) => {
    const { db, organizationId, now } = c.var
    // The action looks among drafts only: a final invoice is as unknown to it as none.
    const draft = await findInvoice(db, organizationId, c.req.param('id'), ['draft'])
    if (draft === undefined) return fail(c, NOT_FOUND)
    const ref = { organizationId, customerId: draft.customer.id }
    const finalized = await customerObject(c.env, ref).finalizeInvoice(ref, draft.invoice.id, now)
    return finalized.ok ? answer(c, draft.invoice.id) : fail(c, finalized.failure)
  })
  .put('/:id/refresh', async (c) => {
    const { db, organizationId, now } = c.var
    const found = await findInvoice(db, organizationId, c.req.param('id'), VISIBLE_STATUSES)
    if (found === undefined) return fail(c, NOT_FOUND)
    // What is final stays as it is, and is answered so.
    if (found.invoice.status !== 'draft') return answer(c, found.invoice.id)
    const ref = { organizationId, customerId: found.customer.id }
    const refreshed = await customerObject(c.env, ref).refreshInvoice(ref, found.invoice.id, now)
    return refreshed.ok ? answer(c, found.invoice.id) : fail(c, refreshed.failure)
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
    nothing: asksForWhatNoInvoiceHas(filters),
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

function asksForWhatNoInvoiceHas(filters: Filters): boolean {
  const flags = ['payment_overdue', 'payment_dispute_lost', 'partially_paid']
  return flags.some((name) => filters.flag(name) === true) || filters.metadata().some(([, value]) => value !== '')
}

const serializeListed = ({ invoice, customer }: InvoiceListing, zones: ReadonlyMap<string, string>) =>
  serializeInvoice(invoice, serializeCustomer(customer, zones))

async function answer(c: Context<AppEnv>, id: string) {
  const { db, organizationId, now } = c.var
  const [found, zones] = await Promise.all([
    findInvoice(db, organizationId, id, VISIBLE_STATUSES),
    readZones(db, organizationId),
  ])
  if (found === undefined) return fail(c, NOT_FOUND)
  const { customer } = found
  const rows = found.subscriptions.map(({ subscription }) => subscription)
  const neighboursOf = await findNeighbours(db, organizationId, rows)
  const { externalId: externalCustomerId, accountType } = customer
  return c.json({
    invoice: {
      ...serializeListed(found, zones),
      billing_periods: found.periods.map(serializeBillingPeriod),
      credits: found.credits.map((row) => serializeCredit(row, found.invoice)),
      fees: found.fees.map((row) => serializeFee({ ...row, externalCustomerId, accountType })),
      subscriptions: found.subscriptions.map(({ subscription, plan }) =>
        serializeSubscription(
          { subscription, plan, externalCustomerId, neighbours: neighboursOf(subscription) },
          { now, zone: applicableZone(customer, zones) },
        ),
      ),
      error_details: [],
    },
  })
}
