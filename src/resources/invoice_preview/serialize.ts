import type { InvoicePreview } from '../../customer/contract.js'
import { applicableZone } from '../billing_entities/terms.js'
import type { CustomSectionRow } from '../custom_sections/table.js'
import { serializeCustomer } from '../customers/serialize.js'
import { serializeFee } from '../fees/serialize.js'
import { serializeBillingPeriod, serializeInvoice } from '../invoices/serialize.js'
import type { PlanRow } from '../plans/table.js'
import { serializeSubscription } from '../subscriptions/serialize.js'
import type { Neighbours } from '../subscriptions/store.js'
import type { SubscriptionRow } from '../subscriptions/table.js'

type PreparedInvoice = InvoicePreview['invoice']

/** Whom an invoice that is not made is for, and what it names. */
export interface PreviewedFor {
  /** The customer's own answer, reduced. */
  readonly customer: Record<string, unknown>
  readonly externalCustomerId: string | null
  /** By id, the subscriptions that it bills. */
  readonly subscriptions: ReadonlyMap<string, PreviewedSubscription>
  /** By id of what was used, what was taken off. */
  readonly sources: ReadonlyMap<string, CreditedSource>
}

export interface PreviewedSubscription {
  readonly externalId: string | null
  readonly planId: string
  /** Whether there is such a subscription: one that only would be has no id. */
  readonly isStored: boolean
}

/** A coupon or a credit note; null in place of what does not exist yet. */
export interface CreditedSource {
  readonly id: string | null
  readonly code: string | null
  readonly name: string | null
}

const UNKNOWN: CreditedSource = { id: null, code: null, name: null }

/** An invoice like that which would be made, without ids and a number: it does not exist. */
export function serializePreparedInvoice({ row, fees, periods, credits }: PreparedInvoice, subject: PreviewedFor) {
  return {
    ...serializeInvoice({ ...row, seq: 0 }, subject.customer),
    lago_id: null,
    number: null,
    sequential_id: null,
    status: 'draft',
    payment_status: 'pending',
    fees: fees.map((fee) => previewedFee(fee, subject)),
    billing_periods: periods.map((period) => previewedPeriod(period, subject)),
    credits: credits.map(({ sourceType: type, sourceId, amountCents }) => {
      const { id, code, name } = subject.sources.get(sourceId) ?? UNKNOWN
      return {
        lago_id: null,
        amount_cents: amountCents,
        amount_currency: row.currency,
        // All but credit notes is taken off before taxes.
        before_taxes: type !== 'credit_note',
        item: { lago_item_id: id, type, code, name },
      }
    }),
  }
}

function previewedFee(fee: PreparedInvoice['fees'][number], { externalCustomerId, subscriptions }: PreviewedFor) {
  const subscription = subscriptions.get(fee.subscriptionId ?? '')
  const shown = serializeFee({
    fee: { ...fee, seq: 0 },
    externalCustomerId: externalCustomerId ?? '',
    externalSubscriptionId: subscription?.externalId ?? null,
  })
  const isStored = subscription?.isStored ?? false
  const names = isStored || fee.feeType !== 'subscription' ? shown.item.lago_item_id : null
  return {
    ...shown,
    lago_id: null,
    lago_invoice_id: null,
    lago_customer_id: externalCustomerId === null ? null : shown.lago_customer_id,
    external_customer_id: externalCustomerId,
    lago_subscription_id: isStored ? shown.lago_subscription_id : null,
    item: { ...shown.item, lago_item_id: names },
  }
}

function previewedPeriod(period: PreparedInvoice['periods'][number], { subscriptions }: PreviewedFor) {
  const subscription = subscriptions.get(period.subscriptionId)
  const shown = serializeBillingPeriod({
    period: { ...period, seq: 0 },
    externalSubscriptionId: subscription?.externalId ?? '',
    planId: subscription?.planId ?? '',
  })
  return {
    ...shown,
    lago_subscription_id: subscription?.isStored ? shown.lago_subscription_id : null,
    external_subscription_id: subscription?.externalId ?? null,
  }
}

/** What a preview is shown with. */
export interface PreviewSurroundings extends Pick<PreviewedFor, 'sources'> {
  readonly now: number
  /** Of the billing entities, by code. */
  readonly zones: ReadonlyMap<string, string>
  readonly plans: readonly PlanRow[]
  readonly neighboursOf: (row: SubscriptionRow) => Neighbours
  /** At least those that the subscriptions name. */
  readonly sections: readonly CustomSectionRow[]
  /** Whether it is for a customer that there is. */
  readonly isCustomer: boolean
}

const NOBODY = { lago_id: null, sequential_id: null, slug: null, external_id: null }
const OF_NOBODY = { lago_customer_id: null, external_customer_id: null }

export function serializePreview({ invoice, customer, subscriptions }: InvoicePreview, around: PreviewSurroundings) {
  const { isCustomer, zones, sources } = around
  const shown = serializeCustomer(customer, zones)
  const named = subscriptions.map(({ row, isStored }) => {
    const previewed = { externalId: row.externalId || null, planId: row.planId, isStored }
    return [row.id, previewed] as const
  })
  const subject: PreviewedFor = {
    customer: isCustomer ? shown : { ...shown, ...NOBODY },
    externalCustomerId: isCustomer ? customer.externalId : null,
    subscriptions: new Map(named),
    sources,
  }
  return {
    ...serializePreparedInvoice(invoice, subject),
    subscriptions: subscriptions.flatMap((one) => previewedSubscription(one, customer, around)),
  }
}

function previewedSubscription(
  { row, isStored }: InvoicePreview['subscriptions'][number],
  customer: InvoicePreview['customer'],
  { plans, neighboursOf, sections, zones, now, isCustomer }: PreviewSurroundings,
) {
  const plan = plans.find(({ id }) => id === row.planId)
  if (plan === undefined) return []
  const listed = {
    subscription: row,
    plan,
    externalCustomerId: customer.externalId,
    neighbours: neighboursOf(row),
    thresholds: row.usageThresholds ?? plan.usageThresholds ?? [],
    sections,
  }
  return [
    {
      ...serializeSubscription(listed, { now, zone: applicableZone(customer, zones) }),
      ...(isStored ? {} : { lago_id: null, external_id: row.externalId || null }),
      ...(isCustomer ? {} : OF_NOBODY),
    },
  ]
}
