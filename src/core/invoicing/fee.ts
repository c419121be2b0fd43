import type { AppliedPricingUnit, Tax } from '../catalog.js'
import type { FeeBasis, KeptTerms } from '../explanation/fee_basis.js'
import { Decimal } from '../money/decimal.js'
import { roundHalfUp } from '../money/rounding.js'
import type { PresentationBreakdown } from '../usage/breakdown.js'
import type { AdjustedBy } from './adjusted_fee.js'

/**
 * What a fee is for, as the API's `item` names it. The names are copied, so that an invoice keeps them when the catalog
 * changes.
 */
export interface FeeItem {
  readonly itemType: 'BillableMetric' | 'Subscription' | 'AddOn' | 'WalletTransaction'
  readonly id: string
  readonly code: string
  readonly name: string
  readonly description: string | null
  /** What the invoice shows: the display name where there is one, else the name. */
  readonly invoiceDisplayName: string
  /** The values of the charge filter, as it is defined; null for a fee of no filter. */
  readonly filters: Readonly<Record<string, readonly string[]>> | null
  readonly filterInvoiceDisplayName: string | null
}

/** By the type of the fee: what its item is. */
export const ITEM_TYPES = {
  subscription: 'Subscription',
  charge: 'BillableMetric',
  fixed_charge: 'AddOn',
  commitment: 'Subscription',
  add_on: 'AddOn',
  credit: 'WalletTransaction',
} as const satisfies Record<FeeDraft['type'], FeeItem['itemType']>

/** What a fee that was priced in a pricing unit came to in it. */
export interface FeePricingUnit extends AppliedPricingUnit {
  /** Whole hundredths of the unit, rounded once. */
  readonly amountCents: number
  /** Before rounding, in hundredths. */
  readonly preciseAmountCents: Decimal
  /** Pricing units per unit of usage. */
  readonly unitAmount: Decimal
}

/** What tells the fees of one charge apart. */
export interface FeeBucket {
  /** Null for the events that match no filter. */
  readonly chargeFilterId: string | null
  /** The values of the pricing group; empty without grouping. */
  readonly groupedBy: Readonly<Record<string, string | null>>
  /** The event that a fee in advance is for; null in arrears. */
  readonly eventTransactionId: string | null
}

/** Of fees that are not of usage. */
export const NO_BUCKET: FeeBucket = { chargeFilterId: null, groupedBy: {}, eventTransactionId: null }

interface FeeFacts extends FeeBucket {
  readonly subscriptionId: string
  readonly currency: string
  readonly units: Decimal
  /** The level that a weighted sum ends with; otherwise the units. Null where nothing is aggregated. */
  readonly totalAggregatedUnits: Decimal | null
  /** Whole minor units, rounded once. A value that is no safe integer is a violated postcondition. */
  readonly amountCents: number
  /** Minor units before rounding. */
  readonly preciseAmountCents: Decimal
  /** Currency units per unit. */
  readonly unitAmount: Decimal
  /** The part of the amount that coupons and earlier progressive invoices take off, in fractions of a minor unit. */
  readonly preciseCouponsAmountCents: Decimal
  /** `amount_details` of the API. */
  readonly details: Readonly<Record<string, unknown>>
  /** The fee covers `[fromAt, toAt)`, epoch milliseconds. Both are equal when something ends the instant it began. */
  readonly fromAt: number
  readonly toAt: number
  /** Whether the very instant `toAt` belongs to the fee too: where it ends with its subscription. */
  readonly toInclusive: boolean
  readonly payInAdvance: boolean
  /** Whether the fee belongs on an invoice at all. */
  readonly invoiceable: boolean
  readonly item: FeeItem
  /** Null where the fee was priced in its currency. */
  readonly pricingUnit: FeePricingUnit | null
  /** Units by the presentation keys that the invoice shows. */
  readonly presentationBreakdowns: readonly PresentationBreakdown[]
  /** The level of taxes that won, copied from the catalog. */
  readonly taxes: readonly Tax[]
  /** What was set by hand of it; absent where it is as it was computed. */
  readonly adjusted?: AdjustedBy
  /** What it was made from; without it, it cannot be explained once it is stored. */
  readonly basis?: FeeBasis
  /** The terms that the basis names. */
  readonly terms?: KeptTerms
}

/** The plan's own fee for a period. */
export interface SubscriptionFeeDraft extends FeeFacts {
  readonly type: 'subscription'
  readonly chargeId: null
  readonly eventsCount: null
}

/** The usage of one charge in a period. */
export interface ChargeFeeDraft extends FeeFacts {
  readonly type: 'charge'
  readonly chargeId: string
  readonly eventsCount: number
  /** Set on the fee that lifts a charge to its spending minimum, and on the one of usage that it belongs to. */
  readonly minimum?: 'true_up' | 'parent'
  /** Of a true-up: the stored fee that it belongs to where that one is not beside it. */
  readonly parentFeeId?: string
}

/** The units of a fixed charge in a period. */
export interface FixedChargeFeeDraft extends FeeFacts {
  readonly type: 'fixed_charge'
  readonly chargeId: null
  readonly fixedChargeId: string
  readonly eventsCount: null
  /** Whether it is for units that were changed within the period: then it stays on its invoice, whatever it comes to. */
  readonly isChange: boolean
}

/** What lifts a plan's period to its minimum commitment. */
export interface CommitmentFeeDraft extends FeeFacts {
  readonly type: 'commitment'
  readonly chargeId: null
  readonly eventsCount: null
}

/** Something billed by itself, without a subscription: it covers a time only if that was said. */
export interface AddOnFeeDraft extends Omit<FeeFacts, 'subscriptionId' | 'fromAt' | 'toAt'> {
  readonly type: 'add_on'
  readonly description: string | null
  readonly subscriptionId: null
  readonly chargeId: null
  readonly eventsCount: null
  /** Both or neither, epoch milliseconds. */
  readonly fromAt: number | null
  readonly toAt: number | null
}

/** Credits that are bought for a wallet. */
export interface CreditFeeDraft extends Omit<FeeFacts, 'subscriptionId' | 'fromAt' | 'toAt'> {
  readonly type: 'credit'
  readonly subscriptionId: null
  readonly chargeId: null
  readonly eventsCount: null
  readonly fromAt: null
  readonly toAt: null
}

/** A fee of a subscription. */
export type SubscribedFeeDraft = SubscriptionFeeDraft | ChargeFeeDraft | FixedChargeFeeDraft | CommitmentFeeDraft

/** A fee as computed, before it is stored under an id. */
export type FeeDraft = SubscribedFeeDraft | AddOnFeeDraft | CreditFeeDraft

/** What taxes are computed on: the amount less coupons, in fractions of a minor unit (invoicing rules, section 2). */
export function netCents(fee: Pick<FeeDraft, 'amountCents' | 'preciseCouponsAmountCents'>): Decimal {
  return new Decimal(fee.amountCents).minus(fee.preciseCouponsAmountCents)
}

/** The same from the amount before rounding. */
export function preciseNetCents(fee: Pick<FeeDraft, 'preciseAmountCents' | 'preciseCouponsAmountCents'>): Decimal {
  return fee.preciseAmountCents.minus(fee.preciseCouponsAmountCents)
}

/**
 * Whether a fee is put on its invoice: not if units, amount and number of events are all 0 (metering rules, section 3.5). So
 * zero usage is no fee unless a flat amount is due, while usage priced 0 is one. A subscription fee is for 1 unit and
 * always stays, also at 0 for a free plan: later periods ask whether a plan fee exists for a window, not what it came to.
 * A period without a plan fee (a trial, say) has no draft to begin with. What was set by hand stays, whatever it comes to, and so does
 * the fee that a true-up names as its parent, and one of units that were changed.
 */
export function keepsFee(
  fee: Pick<FeeDraft, 'units' | 'amountCents' | 'eventsCount' | 'adjusted'> &
    Pick<ChargeFeeDraft, 'minimum'> &
    Partial<Pick<FixedChargeFeeDraft, 'isChange'>>,
): boolean {
  const isKept = fee.adjusted !== undefined || fee.minimum !== undefined || fee.isChange === true
  return isKept || !fee.units.isZero() || fee.amountCents !== 0 || (fee.eventsCount ?? 0) !== 0
}

/** Whether a fee makes up for usage that stayed below its charge's minimum. */
export const isTrueUp = (fee: object): boolean => 'minimum' in fee && fee.minimum === 'true_up'

/**
 * What a fee is of. Two fees of the same thing must not cover the same time on one invoice; whatever comes to split a
 * charge into several fees belongs in here.
 */
export function feeSubject(fee: Pick<FeeDraft, 'type' | 'subscriptionId' | 'chargeId' | keyof FeeBucket>): string {
  const group = Object.entries(fee.groupedBy).sort(([a], [b]) => (a < b ? -1 : 1))
  const { type, subscriptionId, chargeId, chargeFilterId, eventTransactionId } = fee
  const part = isTrueUp(fee) ? ['true_up'] : 'fixedChargeId' in fee && fee.fixedChargeId ? [fee.fixedChargeId] : []
  return JSON.stringify([type, subscriptionId, chargeId, chargeFilterId, group, eventTransactionId, ...part])
}

/** Decimals that precise amounts and unit amounts of a fee are stored with (metering rules, section 3.3). */
const STORED_FEE_DECIMALS = 15

/** A precise figure of a fee as it is stored: half up to 15 decimals. Nothing is computed from the rounded figure. */
export function toStoredPrecision(value: Decimal): Decimal {
  return roundHalfUp(value, STORED_FEE_DECIMALS)
}
