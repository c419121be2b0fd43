import type { Tax } from '../../core/catalog.js'
import { seconds } from '../../http/timestamps.js'
import type { TaxRow } from './table.js'

export function serializeTax(row: TaxRow) {
  return {
    lago_id: row.id,
    name: row.name,
    code: row.code,
    description: row.description,
    rate: Number(row.rate),
    applied_to_organization: row.appliedToOrganization,
    created_at: seconds(row.createdAt),
  }
}

export function toTax(row: TaxRow): Tax {
  return { id: row.id, code: row.code, name: row.name, description: row.description, rate: row.rate }
}
