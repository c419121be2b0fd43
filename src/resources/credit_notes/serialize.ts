import { Decimal } from '../../core/money/decimal.js'
import { formatDecimal } from '../../core/money/format.js'
import { seconds } from '../../http/timestamps.js'
import { serializeCustomer } from '../customers/serialize.js'
import { serializeAppliedTax, serializeFee } from '../fees/serialize.js'
import type { FeeRow } from '../fees/table.js'
import { creditNoteNumber } from './number.js'
import type { CreditNoteListing } from './store.js'
import type { CreditNoteItemRow } from './table.js'
import type { CreditNoteEstimate } from './terms.js'

export interface ListedItem {
  readonly item: CreditNoteItemRow
  readonly fee: FeeRow
  readonly externalSubscriptionId?: string | null
}

export function serializeCreditNote(
  { creditNote, invoice, customer }: CreditNoteListing,
  zones: ReadonlyMap<string, string>,
  items: readonly ListedItem[],
) {
  const preciseTotal = new Decimal(creditNote.preciseTaxesAmountCents)
    .plus(items.reduce((sum, { item }) => sum.plus(item.preciseAmountCents), new Decimal(0)))
    .minus(creditNote.preciseCouponsAdjustmentAmountCents)
  return {
    lago_id: creditNote.id,
    billing_entity_code: invoice.billingEntityCode,
    sequential_id: creditNote.sequentialId,
    number: creditNoteNumber(invoice.number, creditNote.sequentialId),
    lago_invoice_id: creditNote.invoiceId,
    invoice_number: invoice.number,
    issuing_date: creditNote.issuingOn,
    credit_status: creditNote.creditStatus,
    refund_status: creditNote.refundStatus,
    reason: creditNote.reason,
    description: creditNote.description,
    currency: creditNote.currency,
    total_amount_cents: creditNote.totalAmountCents,
    precise_total_amount_cents: formatDecimal(preciseTotal),
    taxes_amount_cents: creditNote.taxesAmountCents,
    precise_taxes_amount_cents: formatDecimal(new Decimal(creditNote.preciseTaxesAmountCents)),
    taxes_rate: Number(creditNote.taxesRate),
    sub_total_excluding_taxes_amount_cents: creditNote.subTotalExcludingTaxesAmountCents,
    balance_amount_cents: creditNote.balanceAmountCents,
    credit_amount_cents: creditNote.creditAmountCents,
    refund_amount_cents: creditNote.refundAmountCents,
    offset_amount_cents: creditNote.offsetAmountCents,
    coupons_adjustment_amount_cents: creditNote.couponsAdjustmentAmountCents,
    purchase_order_number: invoice.purchaseOrderNumber,
    created_at: seconds(creditNote.createdAt),
    updated_at: seconds(creditNote.updatedAt),
    file_url: null,
    xml_url: null,
    self_billed: customer.accountType === 'partner',
    items: items.map(({ item, fee, externalSubscriptionId }) => ({
      lago_id: item.id,
      amount_cents: item.amountCents,
      precise_amount_cents: formatDecimal(new Decimal(item.preciseAmountCents)),
      amount_currency: creditNote.currency,
      fee: serializeFee({
        fee,
        externalCustomerId: customer.externalId,
        accountType: customer.accountType,
        externalSubscriptionId: externalSubscriptionId ?? null,
      }),
    })),
    applied_taxes: creditNote.appliedTaxes.map((tax) => ({
      ...serializeAppliedTax(tax, creditNote.currency),
      lago_credit_note_id: creditNote.id,
      base_amount_cents: tax.feesAmountCents ?? 0,
    })),
    customer: serializeCustomer(customer, zones),
    ...(hasEntries(creditNote.metadata) ? { metadata: creditNote.metadata } : {}),
    error_details: [],
  }
}

const hasEntries = (metadata: object | null): boolean => Object.keys(metadata ?? {}).length > 0

export function serializeEstimate(estimate: CreditNoteEstimate) {
  return {
    lago_invoice_id: estimate.invoiceId,
    invoice_number: estimate.invoiceNumber,
    currency: estimate.currency,
    taxes_amount_cents: estimate.taxesAmountCents,
    precise_taxes_amount_cents: Number(estimate.preciseTaxesAmountCents),
    taxes_rate: Number(estimate.taxesRate),
    sub_total_excluding_taxes_amount_cents: estimate.subTotalExcludingTaxesAmountCents,
    max_creditable_amount_cents: estimate.maxCreditableAmountCents,
    max_refundable_amount_cents: estimate.maxRefundableAmountCents,
    max_offsettable_amount_cents: estimate.maxOffsettableAmountCents,
    coupons_adjustment_amount_cents: estimate.couponsAdjustmentAmountCents,
    precise_coupons_adjustment_amount_cents: Number(estimate.preciseCouponsAdjustmentAmountCents),
    items: estimate.items.map(({ feeId, amountCents }) => ({ lago_fee_id: feeId, amount_cents: amountCents })),
    applied_taxes: estimate.appliedTaxes.map((tax) => ({
      lago_tax_id: tax.taxId,
      tax_name: tax.name,
      tax_code: tax.code,
      tax_rate: Number(tax.rate),
      tax_description: tax.description,
      base_amount_cents: tax.feesAmountCents,
      amount_cents: tax.amountCents,
      amount_currency: estimate.currency,
    })),
  }
}
