import { Decimal } from '../../core/money/decimal.js'
import { formatDecimal } from '../../core/money/format.js'
import { seconds } from '../../http/timestamps.js'
import type { AdjustedFeeRow } from './table.js'

/** What was set by hand of a fee, with the fee as it is by that; null where the draft has no such fee any more. */
export function serializeAdjustedFee(row: AdjustedFeeRow, fee: Record<string, unknown> | null) {
  const shown = (decimal: string | null) => decimal && formatDecimal(new Decimal(decimal))
  return {
    lago_id: row.id,
    lago_invoice_id: row.invoiceId,
    lago_subscription_id: row.subscriptionId,
    lago_charge_id: row.chargeId,
    lago_charge_filter_id: row.chargeFilterId,
    lago_fixed_charge_id: row.fixedChargeId,
    adjusted_fee_type: row.adjustment,
    units: shown(row.units),
    unit_precise_amount: shown(row.unitAmount),
    invoice_display_name: row.invoiceDisplayName,
    created_at: seconds(row.createdAt),
    fee,
  }
}
