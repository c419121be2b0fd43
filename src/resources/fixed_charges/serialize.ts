import { Decimal } from '../../core/money/decimal.js'
import { formatDecimal } from '../../core/money/format.js'
import { seconds } from '../../http/timestamps.js'
import { serializeTax } from '../taxes/serialize.js'
import type { FixedChargeRecord } from './record.js'

/** @param units of one subscription, decimal text; those of the plan without it */
export function serializeFixedCharge({ charge, addOn, taxes }: FixedChargeRecord, units: string = charge.units) {
  return {
    lago_id: charge.id,
    lago_add_on_id: charge.addOnId,
    invoice_display_name: charge.invoiceDisplayName,
    add_on_code: addOn.code,
    created_at: seconds(charge.createdAt),
    code: charge.code,
    charge_model: charge.chargeModel,
    pay_in_advance: charge.payInAdvance,
    prorated: charge.prorated,
    properties: charge.properties,
    units: formatDecimal(new Decimal(units)),
    taxes: taxes.map(serializeTax),
    lago_parent_id: charge.parentId,
  }
}
