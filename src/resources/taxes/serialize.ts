import type { Tax } from '../../core/catalog.js'
import { seconds } from '../../http/timestamps.js'
import { DEFAULT_BILLING_ENTITY } from '../billing_entities/terms.js'
import type { TaxRow } from './table.js'

export function serializeTax(row: TaxRow) {
  return {
    lago_id: row.id,
    name: row.name,
    code: row.code,
    description: row.description,
    rate: Number(row.rate),
    applied_to_organization: row.appliedToOrganization,
    applied_to_billing_entities_codes: [
      ...(row.appliedToOrganization ? [DEFAULT_BILLING_ENTITY] : []),
      ...row.otherBillingEntities,
    ],
    customers_count: 0,
    plans_count: 0,
    charges_count: 0,
    commitments_count: 0,
    add_ons_count: 0,
    created_at: seconds(row.createdAt),
  }
}

export function toTax(row: Pick<TaxRow, 'id' | 'code' | 'name' | 'description' | 'rate'>): Tax {
  return { id: row.id, code: row.code, name: row.name, description: row.description, rate: row.rate }
}
