import type { Context } from 'hono'
import { isCreditable, VISIBLE_STATUSES } from '../../core/invoicing/status.js'
import { customerObject } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { validate } from '../../http/validate.js'
import { readZones } from '../billing_entities/store.js'
import { findCustomer } from '../customers/store.js'
import { invoiceOwner } from '../invoices/store.js'
import { readFilters } from './filters.js'
import { holderOfNote } from './load.js'
import { createCreditNote, creditNoteItems, updateCreditNote } from './schema.js'
import { serializeCreditNote, serializeEstimate } from './serialize.js'
import { type CreditNoteFilters, findCreditNote, itemsOf, listCreditNotes } from './store.js'

const NOT_FOUND = { kind: 'not_found', thing: 'credit_note' } as const
const NO_INVOICE = { kind: 'not_found', thing: 'invoice' } as const
const NOT_CREDITABLE = { kind: 'not_allowed', code: 'invalid_type_or_status' } as const

export const creditNoteRoutes = router()
  .get('/', (c) => list(c, {}))
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'credit_note')
    if (!envelope.ok) return fail(c, envelope.failure)
    const invoice = await invoiceNamed(c, envelope.value.invoice_id)
    if (invoice === undefined) return fail(c, NO_INVOICE)
    if (!isCreditable(invoice.status)) return fail(c, NOT_CREDITABLE)
    const input = validate(createCreditNote, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const ref = { organizationId: c.var.organizationId, customerId: invoice.customerId }
    const given = await customerObject(c.env, ref).giveCreditNote(ref, invoice.id, input.value, c.var.now)
    return given.ok ? answer(c, given.value, ['draft', 'finalized']) : fail(c, given.failure)
  })
  .post('/estimate', async (c) => {
    const envelope = await readEnvelope(c, 'credit_note')
    if (!envelope.ok) return fail(c, envelope.failure)
    const invoice = await invoiceNamed(c, envelope.value.invoice_id)
    if (invoice === undefined) return fail(c, NO_INVOICE)
    if (!isCreditable(invoice.status)) return fail(c, NOT_CREDITABLE)
    const input = validate(creditNoteItems, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const ref = { organizationId: c.var.organizationId, customerId: invoice.customerId }
    const estimated = await customerObject(c.env, ref).estimateCreditNote(ref, invoice.id, input.value, c.var.now)
    return estimated.ok
      ? c.json({ estimated_credit_note: serializeEstimate(estimated.value) })
      : fail(c, estimated.failure)
  })
  .get('/:id', (c) => answer(c, c.req.param('id')))
  .put('/:id', async (c) => {
    const envelope = await readEnvelope(c, 'credit_note')
    if (!envelope.ok) return fail(c, envelope.failure)
    const { db, organizationId, now } = c.var
    const id = c.req.param('id')
    const customerId = await holderOfNote(db, organizationId, id)
    if (customerId === undefined) return fail(c, NOT_FOUND)
    const input = validate(updateCreditNote, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const ref = { organizationId, customerId }
    const { refund_status: refundStatus, metadata: sent } = input.value
    const metadata = sent ? { kind: 'merge' as const, metadata: sent } : undefined
    const updated = await customerObject(c.env, ref).updateCreditNote(ref, id, { refundStatus, metadata }, now)
    return updated.ok ? answer(c, id) : fail(c, updated.failure)
  })
  .put('/:id/void', async (c) => {
    const { db, organizationId, now } = c.var
    const id = c.req.param('id')
    const customerId = await holderOfNote(db, organizationId, id)
    if (customerId === undefined) return fail(c, NOT_FOUND)
    const ref = { organizationId, customerId }
    const voided = await customerObject(c.env, ref).voidCreditNote(ref, id, now)
    return voided.ok ? answer(c, id) : fail(c, voided.failure)
  })

/** The same listing, narrowed to one customer. */
export const customerCreditNoteRoutes = router().get('/:externalCustomerId/credit_notes', async (c) => {
  const customer = await findCustomer(c.var.db, c.var.organizationId, c.req.param('externalCustomerId'))
  return customer === undefined
    ? fail(c, { kind: 'not_found', thing: 'customer' })
    : list(c, { customerId: customer.id })
})

async function invoiceNamed(c: Context<AppEnv>, id: unknown) {
  return typeof id === 'string'
    ? invoiceOwner(c.var.db, c.var.organizationId, id.toWellFormed(), VISIBLE_STATUSES)
    : undefined
}

async function answer(c: Context<AppEnv>, id: string, statuses?: readonly ('draft' | 'finalized')[]) {
  const { db, organizationId } = c.var
  const [found, items, zones] = await Promise.all([
    findCreditNote(db, organizationId, id, statuses),
    itemsOf(db, organizationId, [id]),
    readZones(db, organizationId),
  ])
  return found === undefined ? fail(c, NOT_FOUND) : c.json({ credit_note: serializeCreditNote(found, zones, items) })
}

async function list(c: Context<AppEnv>, narrowed: Pick<CreditNoteFilters, 'customerId'>) {
  const filters = new Filters(c)
  const { db, organizationId } = c.var
  const zones = await readZones(db, organizationId)
  if (filters.namesUnknownEntity(zones)) return fail(c, { kind: 'not_found', thing: 'billing_entity' })
  const page = pageOf(c)
  const asked = { ...readFilters(filters), ...narrowed }
  const { rows, totalCount } = await listCreditNotes(db, organizationId, asked, page)
  const ids = rows.map(({ creditNote }) => creditNote.id)
  const byNote = Map.groupBy(await itemsOf(db, organizationId, ids), ({ item }) => item.creditNoteId)
  return c.json({
    credit_notes: rows.map((row) => serializeCreditNote(row, zones, byNote.get(row.creditNote.id) ?? [])),
    meta: meta(page, totalCount),
  })
}
