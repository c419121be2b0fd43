import type { MinimumCommitment, PlanInterval } from '../../core/catalog.js'
import { seconds } from '../../http/timestamps.js'
import { serializeTax, toTax } from '../taxes/serialize.js'
import type { TaxRow } from '../taxes/table.js'
import type { KeptCommitment } from './terms.js'

/** The commitment as the core knows it. */
export function toCommitment(
  { id, amountCents, invoiceDisplayName }: KeptCommitment,
  taxes: readonly TaxRow[],
): MinimumCommitment {
  return { id, amountCents, invoiceDisplayName, taxes: taxes.map(toTax) }
}

export function serializeCommitment(
  { id, amountCents, invoiceDisplayName, createdAt, updatedAt }: KeptCommitment,
  { code, interval }: { readonly code: string; readonly interval: PlanInterval },
  taxes: readonly TaxRow[],
) {
  return {
    lago_id: id,
    plan_code: code,
    amount_cents: amountCents,
    invoice_display_name: invoiceDisplayName,
    interval,
    created_at: seconds(createdAt),
    updated_at: seconds(updatedAt),
    taxes: taxes.map(serializeTax),
  }
}
