import { seconds } from '../../http/timestamps.js'
import type { PricingUnitRow } from './table.js'

export function serializePricingUnit(row: Omit<PricingUnitRow, 'seq'>) {
  return {
    lago_id: row.id,
    name: row.name,
    code: row.code,
    short_name: row.shortName,
    description: row.description,
    created_at: seconds(row.createdAt),
  }
}
