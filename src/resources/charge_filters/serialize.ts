import type { ChargeFilter } from '../../core/catalog.js'
import { shownProperties } from '../../core/rating/charge_properties.js'
import type { ChargeFilterRow } from './table.js'

export function serializeFilter(row: Omit<ChargeFilterRow, 'seq'>, chargeCode: string) {
  return {
    lago_id: row.id,
    charge_code: chargeCode,
    invoice_display_name: row.invoiceDisplayName,
    properties: shownProperties(row.properties),
    values: row.values,
  }
}

export function toFilter(row: ChargeFilterRow): ChargeFilter {
  return {
    id: row.id,
    values: row.values,
    properties: row.properties,
    invoiceDisplayName: row.invoiceDisplayName,
  }
}
