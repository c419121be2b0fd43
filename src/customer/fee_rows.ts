import { type FeeDraft, type FeePricingUnit, isTrueUp, toStoredPrecision } from '../core/invoicing/fee.js'
import { type AppliedTax as ComputedTax, type InvoiceAppliedTax, taxFee } from '../core/invoicing/taxes.js'
import type { FeeRow, FeePricingUnit as StoredPricingUnit } from '../resources/fees/table.js'
import type { AppliedTax } from '../resources/invoices/table.js'

interface Making {
  readonly newId: () => string
  readonly now: number
}

/** A computed fee as it is kept. */
export function feeRow(
  fee: FeeDraft,
  making: Making & { readonly organizationId: string; readonly customerId: string; readonly invoiceId: string | null },
): Omit<FeeRow, 'seq'> {
  const taxes = taxFee(fee)
  return {
    id: making.newId(),
    organizationId: making.organizationId,
    createdAt: making.now,
    customerId: making.customerId,
    invoiceId: making.invoiceId,
    subscriptionId: fee.subscriptionId,
    chargeId: fee.chargeId,
    fixedChargeId: fee.type === 'fixed_charge' ? fee.fixedChargeId : null,
    chargeFilterId: fee.chargeFilterId,
    groupedBy: { ...fee.groupedBy },
    eventTransactionId: fee.eventTransactionId,
    trueUpFeeId: null,
    trueUpParentFeeId: null,
    feeType: fee.type,
    description: fee.type === 'add_on' ? fee.description : null,
    currency: fee.currency,
    amountCents: fee.amountCents,
    preciseAmountCents: toStoredPrecision(fee.preciseAmountCents).toFixed(),
    preciseCouponsAmountCents: fee.preciseCouponsAmountCents.toFixed(),
    units: fee.units.toFixed(),
    totalAggregatedUnits: fee.totalAggregatedUnits?.toFixed() ?? null,
    eventsCount: fee.eventsCount,
    unitAmount: toStoredPrecision(fee.unitAmount).toFixed(),
    amountDetails: { ...fee.details },
    taxesAmountCents: taxes.amountCents,
    taxesPreciseAmountCents: toStoredPrecision(taxes.preciseAmountCents).toFixed(),
    taxesRate: taxes.rate.toFixed(),
    appliedTaxes: appliedTaxRows(taxes.appliedTaxes, making),
    fromAt: fee.fromAt,
    toAt: fee.toAt,
    toInclusive: fee.toInclusive,
    payInAdvance: fee.payInAdvance,
    invoiceable: fee.invoiceable,
    paymentStatus: 'pending',
    succeededAt: null,
    failedAt: null,
    refundedAt: null,
    deletedAt: null,
    pricingUnit: fee.pricingUnit && storedPricingUnit(fee.pricingUnit),
    presentationBreakdowns: fee.presentationBreakdowns.map((row) => ({ ...row, units: row.units.toFixed() })),
    itemId: fee.item.id,
    itemCode: fee.item.code,
    itemName: fee.item.name,
    itemDescription: fee.item.description,
    itemInvoiceDisplayName: fee.item.invoiceDisplayName,
    itemFilters: fee.item.filters && { ...fee.item.filters },
    itemFilterInvoiceDisplayName: fee.item.filterInvoiceDisplayName,
    adjustedFeeId: fee.adjusted?.id ?? null,
    adjustment: fee.adjusted?.adjustment ?? null,
    basis: fee.basis ?? null,
  }
}

/**
 * Names on the fees that make up for usage below a minimum the fee of that usage, and the other way round.
 * @param rows of one invoice, made of `drafts` in their order
 */
export function linkedTrueUps<R extends Omit<FeeRow, 'seq'>>(drafts: readonly FeeDraft[], rows: readonly R[]): R[] {
  const linked = [...rows]
  drafts.forEach((draft, i) => {
    if (!isTrueUp(draft)) return
    const at = drafts.findIndex(
      (other) => other.type === 'charge' && other.minimum === 'parent' && isOfSameUsage(other, draft),
    )
    const [parent, trueUp] = [linked[at], linked[i]]
    const trueUpParentFeeId = parent?.id ?? (draft.type === 'charge' ? draft.parentFeeId : undefined)
    if (trueUp === undefined || trueUpParentFeeId === undefined) throw new Error('a true-up is of no fee')
    if (parent !== undefined) linked[at] = { ...parent, trueUpFeeId: trueUp.id }
    linked[i] = { ...trueUp, trueUpParentFeeId }
  })
  return linked
}

const isOfSameUsage = (some: FeeDraft, other: FeeDraft): boolean =>
  some.subscriptionId === other.subscriptionId &&
  some.chargeId === other.chargeId &&
  some.fromAt === other.fromAt &&
  some.toAt === other.toAt

function storedPricingUnit(unit: FeePricingUnit): StoredPricingUnit {
  return {
    ...unit,
    preciseAmountCents: toStoredPrecision(unit.preciseAmountCents).toFixed(),
    unitAmount: toStoredPrecision(unit.unitAmount).toFixed(),
  }
}

export function appliedTaxRows(
  taxes: readonly (ComputedTax | InvoiceAppliedTax)[],
  { newId, now }: Making,
): AppliedTax[] {
  return taxes.map((tax) => ({ ...tax, id: newId(), createdAt: now }))
}
