import type { Filters } from '../../http/query.js'
import { CREDIT_NOTE_TYPES, type CreditNoteFilters } from './store.js'
import { CREDIT_NOTE_REASONS, CREDIT_STATUSES, REFUND_STATUSES } from './table.js'

/** What a listing is asked for. A value outside a closed list is passed over here (API rules, section 5). */
export function readFilters(filters: Filters): CreditNoteFilters {
  const known = <T extends string>(name: string, words: readonly T[]) =>
    words.find((word) => word === filters.text(name))
  const types = CREDIT_NOTE_TYPES.filter((type) => filters.list('types')?.includes(type))
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
    types: types.length === 0 ? undefined : types,
    billingEntityCodes: filters.billingEntityCodes(),
    selfBilled: filters.flag('self_billed'),
  }
}
