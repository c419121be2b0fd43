import { seconds } from '../../http/timestamps.js'
import { serializeTax } from '../taxes/serialize.js'
import type { TaxRow } from '../taxes/table.js'
import type { AddOnRow } from './table.js'

export function serializeAddOn(row: AddOnRow, taxes: readonly TaxRow[]) {
  return {
    lago_id: row.id,
    name: row.name,
    invoice_display_name: row.invoiceDisplayName,
    code: row.code,
    description: row.description,
    amount_cents: row.amountCents,
    amount_currency: row.currency,
    created_at: seconds(row.createdAt),
    taxes: taxes.map(serializeTax),
  }
}
