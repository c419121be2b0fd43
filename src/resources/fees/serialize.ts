import { ITEM_TYPES, toStoredPrecision } from '../../core/invoicing/fee.js'
import { Decimal, type DecimalValue } from '../../core/money/decimal.js'
import { formatDecimal } from '../../core/money/format.js'
import { centsToUnits } from '../../core/money/rounding.js'
import { lastSecond, seconds, secondsWithOffset } from '../../http/timestamps.js'
import type { CustomerRow } from '../customers/table.js'
import type { AppliedTax } from '../invoices/table.js'
import type { FeePricingUnit, FeeRow } from './table.js'

/** A fee with the ids of its neighbours that the answer names. */
export interface FeeListing {
  readonly fee: FeeRow
  readonly externalCustomerId: string
  readonly externalSubscriptionId: string | null
  /** The customer's: fees of a partner are self-billed. */
  readonly accountType?: CustomerRow['accountType']
}

export function serializeFee({ fee, externalCustomerId, externalSubscriptionId, accountType }: FeeListing) {
  const inUnits = (cents: DecimalValue) =>
    formatDecimal(toStoredPrecision(centsToUnits(new Decimal(cents), fee.currency)))
  const preciseTotal = new Decimal(fee.preciseAmountCents).plus(fee.taxesPreciseAmountCents)
  const net = new Decimal(fee.amountCents).minus(fee.preciseCouponsAmountCents)
  return {
    lago_id: fee.id,
    lago_charge_id: fee.chargeId,
    lago_charge_filter_id: fee.chargeFilterId,
    lago_fixed_charge_id: fee.fixedChargeId,
    lago_invoice_id: fee.invoiceId,
    lago_true_up_fee_id: fee.trueUpFeeId,
    lago_true_up_parent_fee_id: fee.trueUpParentFeeId,
    lago_subscription_id: fee.subscriptionId,
    lago_customer_id: fee.customerId,
    external_customer_id: externalCustomerId,
    external_subscription_id: externalSubscriptionId,
    amount_cents: fee.amountCents,
    precise_amount: inUnits(fee.preciseAmountCents),
    precise_total_amount: inUnits(preciseTotal),
    amount_currency: fee.currency,
    taxes_amount_cents: fee.taxesAmountCents,
    taxes_precise_amount: inUnits(fee.taxesPreciseAmountCents),
    taxes_rate: Number(fee.taxesRate),
    units: formatDecimal(new Decimal(fee.units)),
    precise_unit_amount: formatDecimal(new Decimal(fee.unitAmount)),
    total_aggregated_units: formatDecimal(new Decimal(fee.totalAggregatedUnits ?? fee.units)),
    total_amount_cents: fee.amountCents + fee.taxesAmountCents,
    total_amount_currency: fee.currency,
    events_count: fee.eventsCount,
    pay_in_advance: fee.payInAdvance,
    invoiceable: fee.invoiceable,
    from_date: secondsWithOffset(fee.fromAt),
    to_date: secondsWithOffset(shownEnd(fee)),
    payment_status: fee.paymentStatus,
    created_at: seconds(fee.createdAt),
    succeeded_at: seconds(fee.succeededAt),
    failed_at: seconds(fee.failedAt),
    refunded_at: seconds(fee.refundedAt),
    event_transaction_id: fee.eventTransactionId,
    description: fee.description,
    precise_coupons_amount_cents: formatDecimal(new Decimal(fee.preciseCouponsAmountCents)),
    sub_total_excluding_taxes_amount_cents: net.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber(),
    sub_total_excluding_taxes_precise_amount_cents: formatDecimal(net),
    amount_details: fee.amountDetails,
    lago_adjusted_fee_id: fee.adjustedFeeId,
    adjusted_fee_type: fee.adjustment,
    self_billed: accountType === 'partner',
    item: {
      type: fee.feeType,
      code: fee.itemCode,
      name: fee.itemName,
      description: fee.itemDescription,
      invoice_display_name: fee.itemInvoiceDisplayName,
      filters: fee.itemFilters,
      filter_invoice_display_name: fee.itemFilterInvoiceDisplayName,
      lago_item_id: fee.itemId,
      item_type: ITEM_TYPES[fee.feeType],
      grouped_by: fee.groupedBy,
    },
    applied_taxes: fee.appliedTaxes.map((tax) => ({ ...serializeAppliedTax(tax, fee.currency), lago_fee_id: fee.id })),
    pricing_unit_details: fee.pricingUnit && serializePricingUnit(fee.pricingUnit),
    presentation_breakdowns: fee.presentationBreakdowns.map(({ presentationBy, units }) => ({
      presentation_by: presentationBy,
      units: formatDecimal(new Decimal(units)),
    })),
  }
}

function serializePricingUnit(unit: FeePricingUnit) {
  const price = new Decimal(unit.unitAmount)
  return {
    lago_pricing_unit_id: unit.pricingUnitId,
    pricing_unit_code: unit.code,
    short_name: unit.shortName,
    amount_cents: unit.amountCents,
    precise_amount_cents: formatDecimal(new Decimal(unit.preciseAmountCents)),
    unit_amount_cents: price.times(100).toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toNumber(),
    precise_unit_amount: formatDecimal(price),
    conversion_rate: formatDecimal(new Decimal(unit.conversionRate)),
  }
}

export function serializeAppliedTax(tax: AppliedTax, currency: string) {
  return {
    lago_id: tax.id,
    lago_tax_id: tax.taxId,
    tax_name: tax.name,
    tax_code: tax.code,
    tax_rate: Number(tax.rate),
    tax_description: tax.description,
    amount_cents: tax.amountCents,
    amount_currency: currency,
    created_at: seconds(tax.createdAt),
  }
}

/** A stretch that ends at the instant of a termination shows that instant; others the second before their exclusive end. */
function shownEnd(fee: FeeRow): number | null {
  if (fee.toAt === null) return null
  return fee.toInclusive ? fee.toAt : lastSecond(fee.toAt)
}
