import type { Tax } from '../catalog.js'
import { sumCents } from '../invoicing/cents.js'
import { type ChargeFeeDraft, type FeeDraft, feeSubject, isTrueUp, netCents } from '../invoicing/fee.js'
import { takeOff } from './take_off.js'

/** By what usage on one invoice is known again on another, the closest likeness first. */
export interface UsageKeys {
  /** {@link usageSubject} of it. */
  readonly subject: string
  readonly chargeId: string
  /** {@link taxesKey} of it. */
  readonly taxes: string
}

export const LIKENESSES = ['subject', 'chargeId', 'taxes'] as const satisfies readonly (keyof UsageKeys)[]

/** A fee that was billed on the way, with what has not been given back of it since. */
export interface BilledFee extends UsageKeys {
  readonly id: string
  /** Whole minor units, before coupons and taxes. */
  readonly leftCents: number
}

/**
 * What usage a fee is of: the same for the fee of the same charge, filter and group on another invoice. A filter is known by its values,
 * for its id changes when a subscription gets terms of its own.
 */
export function usageSubject(
  chargeId: string,
  filters: ChargeFeeDraft['item']['filters'],
  groupedBy: ChargeFeeDraft['groupedBy'],
): string {
  return JSON.stringify([chargeId, filters && sorted(filters), sorted(groupedBy)])
}

const sorted = (values: Readonly<Record<string, unknown>>) =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))

/** The last progressive invoice of a period that a later invoice of the same period bills again. */
export interface ProgressiveSource {
  /** Of the invoice. */
  readonly id: string
  readonly subscriptionId: string
  readonly fees: readonly BilledFee[]
}

/** The same for fees that bear the same taxes. */
export const taxesKey = (taxes: readonly Pick<Tax, 'id' | 'rate'>[]): string =>
  JSON.stringify(taxes.map(({ id, rate }) => [id, rate]).sort())

/** The taxes that such a key is of. */
export const taxesOfKey = (key: string): { readonly id: string; readonly rate: string }[] =>
  (JSON.parse(key) as [string, string][]).map(([id, rate]) => ({ id, rate }))

export interface Relief {
  /** The fees of the later invoice, relieved of what was billed before. */
  readonly fees: readonly FeeDraft[]
  /** Whole minor units. */
  readonly amountCents: number
  /** What was billed on the way beyond what usage is worth now, by fees of the progressive invoice. */
  readonly surplus: readonly Surplus[]
}

/** What was billed too much of one fee. */
export interface Surplus extends UsageKeys {
  readonly feeId: string
  /** Whole minor units, above 0; before coupons and taxes. */
  readonly amountCents: number
}

/**
 * Takes what was billed on the way off the fees that bill it again, before coupons and taxes (invoicing rules, section 9): each fee off the
 * one of the same charge, filter and group; what that one is too small for off the others of its charge, then off those of the other
 * charges that were billed, as far as they bear the same taxes. What they cannot bear was billed too much. What coupons took off the
 * progressive invoice is credited all the same: it stays given.
 */
export function relieve(fees: readonly FeeDraft[], source: ProgressiveSource): Relief {
  const charges = new Set(source.fees.map(({ chargeId }) => chargeId))
  const keys = fees.map((fee) =>
    fee.type === 'charge' && fee.subscriptionId === source.subscriptionId && charges.has(fee.chargeId)
      ? { subject: subjectOf(fee), chargeId: fee.chargeId, taxes: taxesKey(fee.taxes) }
      : null,
  )
  const rooms = fees.map((fee, i) => (keys[i] === null ? 0 : netCents(fee).floor().toNumber()))
  const left = takeOff(
    source.fees.map(({ leftCents }) => leftCents),
    rooms,
    LIKENESSES.map((likeness) => ({
      wanted: source.fees.map((fee) => fee[likeness]),
      rooms: keys.map((key) => key?.[likeness] ?? null),
    })),
  )
  const relieved = rooms.map((room, i) => room - (left.rooms[i] ?? 0))
  return {
    fees: fees.map((fee, i) => withRelief(fee, relieved[i] ?? 0)),
    amountCents: sumCents(relieved),
    surplus: source.fees.flatMap(({ id: feeId, subject, chargeId, taxes }, i) => {
      const amountCents = left.wanted[i] ?? 0
      return amountCents === 0 ? [] : [{ feeId, subject, chargeId, taxes, amountCents }]
    }),
  }
}

/** What makes up for a minimum is no usage that was billed on the way, but bears what its charge's usage has become too small for. */
const subjectOf = (fee: ChargeFeeDraft): string =>
  isTrueUp(fee) ? feeSubject(fee) : usageSubject(fee.chargeId, fee.item.filters, fee.groupedBy)

function withRelief(fee: FeeDraft, cents: number): FeeDraft {
  return cents === 0 ? fee : { ...fee, preciseCouponsAmountCents: fee.preciseCouponsAmountCents.plus(cents) }
}
