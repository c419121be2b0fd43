import {
  type ChargeFeeDraft,
  type FeeDraft,
  type FeeItem,
  type FeePricingUnit,
  ITEM_TYPES,
} from '../core/invoicing/fee.js'
import { Decimal, ZERO } from '../core/money/decimal.js'
import type { FeeRow, FeePricingUnit as StoredPricingUnit } from '../resources/fees/table.js'
import { creditedItem } from './invoice_credits.js'

/** Whether a fee of a fixed charge is for units that were changed within its period. */
const isChangeOfUnits = ({ basis }: FeeRow): boolean => basis?.kind === 'fixed' && basis.paidUnits !== null

/** Whether a stored fee makes up for usage below a minimum, or is what such a one belongs to. */
export function minimumOf({ trueUpFeeId, trueUpParentFeeId }: FeeRow): Pick<ChargeFeeDraft, 'minimum' | 'parentFeeId'> {
  if (trueUpParentFeeId !== null) return { minimum: 'true_up', parentFeeId: trueUpParentFeeId }
  return trueUpFeeId === null ? {} : { minimum: 'parent' }
}

/** A stored fee as if it had just been computed: without what was taken off it, which the new invoice does for itself. */
export function copiedFee(row: FeeRow): FeeDraft {
  const fee = {
    type: row.feeType,
    subscriptionId: row.subscriptionId,
    chargeId: row.chargeId,
    chargeFilterId: row.chargeFilterId,
    groupedBy: row.groupedBy,
    eventTransactionId: row.eventTransactionId,
    ...minimumOf(row),
    ...(row.fixedChargeId !== null && { fixedChargeId: row.fixedChargeId, isChange: isChangeOfUnits(row) }),
    currency: row.currency,
    units: new Decimal(row.units),
    totalAggregatedUnits: row.totalAggregatedUnits === null ? null : new Decimal(row.totalAggregatedUnits),
    eventsCount: row.eventsCount,
    amountCents: row.amountCents,
    preciseAmountCents: new Decimal(row.preciseAmountCents),
    unitAmount: new Decimal(row.unitAmount),
    preciseCouponsAmountCents: ZERO,
    details: row.amountDetails,
    fromAt: row.fromAt,
    toAt: row.toAt,
    toInclusive: row.toInclusive,
    payInAdvance: row.payInAdvance,
    invoiceable: row.invoiceable,
    item: copiedItem(row),
    description: row.description,
    pricingUnit: row.pricingUnit && copiedPricingUnit(row.pricingUnit),
    presentationBreakdowns: row.presentationBreakdowns.map((one) => ({ ...one, units: new Decimal(one.units) })),
    taxes: creditedItem(row, ZERO).fee.taxes,
    ...(row.basis === null ? {} : { basis: row.basis }),
  }
  // A row holds what its kind of fee has, which the table's columns do not tell.
  return fee as unknown as FeeDraft
}

const copiedItem = (row: FeeRow): FeeItem => ({
  itemType: ITEM_TYPES[row.feeType],
  id: row.itemId,
  code: row.itemCode,
  name: row.itemName,
  description: row.itemDescription,
  invoiceDisplayName: row.itemInvoiceDisplayName,
  filters: row.itemFilters,
  filterInvoiceDisplayName: row.itemFilterInvoiceDisplayName,
})

const copiedPricingUnit = (unit: StoredPricingUnit): FeePricingUnit => ({
  ...unit,
  preciseAmountCents: new Decimal(unit.preciseAmountCents),
  unitAmount: new Decimal(unit.unitAmount),
})
