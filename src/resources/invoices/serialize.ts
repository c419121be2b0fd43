import { dueCents } from '../../core/invoicing/settlement.js'
import type { MetadataEntry } from '../../core/metadata_entries.js'
import { midnightOf } from '../../core/time/zones.js'
import { lastSecond, milliseconds, seconds } from '../../http/timestamps.js'
import type { CouponRow } from '../coupons/table.js'
import { creditNoteNumber } from '../credit_notes/number.js'
import type { CreditNoteRow } from '../credit_notes/table.js'
import { serializeAppliedSection } from '../custom_sections/serialize.js'
import { serializeAppliedTax } from '../fees/serialize.js'
import { serializeAppliedThreshold } from '../usage_thresholds/serialize.js'
import type { BillingPeriodRow, InvoiceCreditRow, InvoiceRow, InvoicingReason } from './table.js'

/** The version of the arithmetic that made an invoice, as Lago counts them: taxes on fees, coupons before taxes. */
const VERSION_NUMBER = 4

/** What every answer has of an invoice. `customer` is the customer's own answer, reduced. */
export function serializeInvoice(invoice: InvoiceRow, customer: Record<string, unknown>) {
  return {
    lago_id: invoice.id,
    billing_entity_code: invoice.billingEntityCode,
    sequential_id: invoice.sequentialId,
    number: invoice.number,
    issuing_date: invoice.issuingOn,
    payment_due_date: invoice.paymentDueOn,
    net_payment_term: invoice.netPaymentTerm,
    invoice_type: invoice.invoiceType,
    status: invoice.status,
    payment_status: invoice.paymentStatus,
    payment_dispute_lost_at: milliseconds(invoice.paymentDisputeLostAt),
    payment_overdue: invoice.paymentOverdue,
    currency: invoice.currency,
    fees_amount_cents: invoice.feesAmountCents,
    progressive_billing_credit_amount_cents: invoice.progressiveBillingCreditAmountCents,
    coupons_amount_cents: invoice.couponsAmountCents,
    credit_notes_amount_cents: invoice.creditNotesAmountCents,
    sub_total_excluding_taxes_amount_cents: invoice.subTotalExcludingTaxesAmountCents,
    taxes_amount_cents: invoice.taxesAmountCents,
    sub_total_including_taxes_amount_cents: invoice.subTotalIncludingTaxesAmountCents,
    prepaid_credit_amount_cents: invoice.prepaidCreditAmountCents,
    prepaid_granted_credit_amount_cents: invoice.prepaidGrantedCreditAmountCents,
    prepaid_purchased_credit_amount_cents: invoice.prepaidPurchasedCreditAmountCents,
    total_amount_cents: invoice.totalAmountCents,
    total_paid_amount_cents: invoice.totalPaidAmountCents,
    total_due_amount_cents: dueAmountCents(invoice),
    total_offsetted_credit_note_amount_cents: invoice.offsetAmountCents,
    version_number: VERSION_NUMBER,
    // An account's type is fixed before anything of it is billed.
    self_billed: customer.account_type === 'partner',
    purchase_order_number: invoice.purchaseOrderNumber,
    file_url: null,
    xml_url: null,
    web_url: null,
    created_at: seconds(invoice.createdAt),
    updated_at: seconds(invoice.updatedAt),
    voided_at: seconds(invoice.voidedAt),
    voided_invoice_id: invoice.voidedInvoiceId,
    customer,
    metadata: invoice.metadata.map(serializeMetadata),
    applied_taxes: invoice.appliedTaxes.map((tax) => ({
      ...serializeAppliedTax(tax, invoice.currency),
      lago_invoice_id: invoice.id,
      fees_amount_cents: tax.feesAmountCents ?? 0,
    })),
    applied_invoice_custom_sections: invoice.customSections.map((one) => serializeAppliedSection(one, invoice.id)),
    applied_usage_thresholds: invoice.usageThresholds.map(serializeAppliedThreshold),
  }
}

const serializeMetadata = ({ id, key, value, createdAt }: MetadataEntry) => ({
  lago_id: id,
  key,
  value,
  created_at: seconds(createdAt),
})

/** What is still to be paid: nothing of an invoice that is void. */
export const dueAmountCents = (invoice: InvoiceRow): number => (invoice.status === 'voided' ? 0 : dueCents(invoice))

/** Something that was taken off an invoice, with its source. */
export interface CreditListing {
  readonly credit: InvoiceCreditRow
  readonly creditNote: CreditNoteRow | null
  /** Number of the invoice that the note was given on. */
  readonly sourceNumber: string | null
  /** The coupon that was applied. */
  readonly coupon: Pick<CouponRow, 'id' | 'code' | 'name'> | null
  /** Of the progressive invoice that billed it before. */
  readonly progressiveNumber: string | null
}

export function serializeCredit(
  listing: CreditListing,
  invoice: Pick<InvoiceRow, 'id' | 'currency' | 'paymentStatus'>,
) {
  const { credit } = listing
  return {
    lago_id: credit.id,
    amount_cents: credit.amountCents,
    amount_currency: invoice.currency,
    before_taxes: credit.sourceType !== 'credit_note',
    item: creditedSource(listing),
    invoice: { lago_id: invoice.id, payment_status: invoice.paymentStatus },
  }
}

function creditedSource({ credit, creditNote, sourceNumber, coupon, progressiveNumber }: CreditListing) {
  const { sourceType: type } = credit
  if (coupon !== null) return { lago_item_id: coupon.id, type, code: coupon.code, name: coupon.name }
  if (progressiveNumber !== null) {
    return { lago_item_id: credit.sourceId, type, code: progressiveNumber, name: progressiveNumber }
  }
  const code = creditNote === null ? null : creditNoteNumber(sourceNumber ?? '', creditNote.sequentialId)
  return { lago_item_id: credit.sourceId, type, code, name: code }
}

/** A billing period with the ids that its answer names. */
export interface BillingPeriodListing {
  readonly period: BillingPeriodRow
  readonly externalSubscriptionId: string
  readonly planId: string
}

export function serializeBillingPeriod({ period, externalSubscriptionId, planId }: BillingPeriodListing) {
  return {
    lago_subscription_id: period.subscriptionId,
    external_subscription_id: externalSubscriptionId,
    lago_plan_id: planId,
    subscription_from_datetime: seconds(period.planFromAt),
    subscription_to_datetime: shownEnd(period, period.planFromAt, period.planToAt, period.planToInclusive),
    charges_from_datetime: seconds(period.chargesFromAt),
    charges_to_datetime: shownEnd(period, period.chargesFromAt, period.chargesToAt, period.chargesToInclusive),
    fixed_charges_from_datetime: seconds(period.fixedChargesFromAt),
    fixed_charges_to_datetime: shownEnd(
      period,
      period.fixedChargesFromAt,
      period.fixedChargesToAt,
      period.fixedChargesToInclusive,
    ),
    invoicing_reason: period.invoicingReason,
  }
}

/**
 * The end of a window as the API shows it: the last second of a period, never before the start; but the very instant at
 * which a subscription ends within its period, also where that instant belongs to the plan that follows.
 */
function shownEnd(
  period: BillingPeriodRow,
  fromAt: number | null,
  toAt: number | null,
  toInclusive: boolean,
): string | null {
  if (fromAt === null || toAt === null) return null
  return seconds(toInclusive || isWithinPeriod(period, toAt) ? toAt : Math.max(fromAt, lastSecond(toAt)))
}

/** Reasons of periods that may end within a plan period. */
const ENDING: readonly InvoicingReason[] = ['subscription_terminating', 'in_advance_charge_periodic']

function isWithinPeriod(period: BillingPeriodRow, at: number): boolean {
  const { invoicingReason, planPeriodFromOn, planPeriodToOn, zone } = period
  if (!ENDING.includes(invoicingReason)) return false
  return at !== midnightOf(planPeriodFromOn, zone) && at !== midnightOf(planPeriodToOn, zone)
}
