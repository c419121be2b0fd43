import { router } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { readZones } from '../billing_entities/store.js'
import { serializeCreditNote } from './serialize.js'
import { type CreditNoteFilters, findCreditNote, itemsOf, listCreditNotes } from './store.js'
import { CREDIT_NOTE_REASONS } from './table.js'

const NOT_FOUND = { kind: 'not_found', thing: 'credit_note' } as const
const CREDIT_STATUSES = ['available', 'consumed', 'voided'] as const
const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const

export const creditNoteRoutes = router()
  .get('/', async (c) => {
    const filters = new Filters(c)
    const { db, organizationId } = c.var
    const zones = await readZones(db, organizationId)
    if (filters.namesUnknownEntity(zones)) return fail(c, { kind: 'not_found', thing: 'billing_entity' })
    const page = pageOf(c)
    const { rows, totalCount } = await listCreditNotes(db, organizationId, readFilters(filters), page)
    const items = await itemsOf(
      db,
      organizationId,
      rows.map(({ creditNote }) => creditNote.id),
    )
    const byNote = Map.groupBy(items, ({ item }) => item.creditNoteId)
    return c.json({
      credit_notes: rows.map((row) => serializeCreditNote(row, zones, byNote.get(row.creditNote.id) ?? [])),
      meta: meta(page, totalCount),
    })
  })
  .get('/:id', async (c) => {
    const { db, organizationId } = c.var
    const found = await findCreditNote(db, organizationId, c.req.param('id'))
    if (found === undefined) return fail(c, NOT_FOUND)
    const [items, zones] = await Promise.all([
      itemsOf(db, organizationId, [found.creditNote.id]),
      readZones(db, organizationId),
    ])
    return c.json({ credit_note: serializeCreditNote(found, zones, items) })
  })

/** A value outside a closed list is passed over here (API rules, section 5). */
function readFilters(filters: Filters): CreditNoteFilters {
  const known = <T extends string>(name: string, words: readonly T[]) =>
    words.find((word) => word === filters.text(name))
  return {
    externalCustomerId: filters.text('external_customer_id'),
    issuingFrom: filters.looseDay('issuing_date_from'),
    issuingTo: filters.looseDay('issuing_date_to'),
    searchTerm: filters.text('search_term'),
    currency: filters.text('currency')?.toUpperCase(),
    reason: known('reason', CREDIT_NOTE_REASONS),
    creditStatus: known('credit_status', CREDIT_STATUSES),
    refundStatus: known('refund_status', REFUND_STATUSES),
    invoiceNumber: filters.text('invoice_number'),
    amountFrom: filters.cents('amount_from'),
    amountTo: filters.cents('amount_to'),
    billingEntityCodes: filters.billingEntityCodes(),
    selfBilled: filters.flag('self_billed'),
  }
}
