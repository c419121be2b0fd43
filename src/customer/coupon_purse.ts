import { afterUse, type CouponBalance, isUsedUp } from '../core/invoicing/coupon_balance.js'
import type { CouponLimit } from '../core/invoicing/coupon_limits.js'
import type { CouponSource, CouponTarget } from '../core/invoicing/coupons.js'
import type { InvoiceCredit } from '../core/invoicing/invoice_totals.js'
import type { AppliedCouponRow } from '../resources/applied_coupons/table.js'

type Applied = Pick<
  AppliedCouponRow,
  'id' | 'amountCents' | 'currency' | 'percentageRate' | 'remainingInvoices' | 'remainingAmountCents'
>

/** A coupon that a customer has, and what it is limited to. */
export interface HeldCoupon {
  readonly applied: Applied
  readonly limit: CouponLimit | null
}

/** A subscription of an invoice on its plan. */
export interface PlannedSubscription {
  readonly id: string
  readonly planId: string
  /** The plan that a plan of its own was made of. */
  readonly parentPlanId: string | null
}

/**
 * The coupons that a command may use. One command can make several invoices before anything is committed: what one has used up
 * is not there for the next.
 */
export class CouponPurse {
  readonly #coupons: { readonly held: HeldCoupon; left: CouponBalance }[]

  /** @param coupons in the order in which they were applied */
  constructor(coupons: readonly HeldCoupon[]) {
    this.#coupons = coupons.map((held) => ({ held, left: held.applied }))
  }

  get isEmpty(): boolean {
    return this.#coupons.length === 0
  }

  /**
   * What an invoice for these subscriptions may use; nothing without any, for a coupon takes off what subscriptions cost. An
   * amount in another currency is kept for an invoice of its own, a percentage is for any.
   */
  sourcesFor(currency: string, subscriptions: readonly PlannedSubscription[]): CouponSource[] {
    if (subscriptions.length === 0) return []
    return this.#coupons.flatMap(({ held: { applied, limit }, left }) => {
      const takes = isUsedUp(left) ? null : takenBy(applied, left, currency)
      return takes === null ? [] : [{ id: applied.id, takes, target: targetOf(limit, subscriptions) }]
    })
  }

  spend(credits: readonly InvoiceCredit[]): void {
    for (const { sourceType, sourceId, amountCents } of credits) {
      const coupon = this.#coupons.find(({ held }) => sourceType === 'coupon' && held.applied.id === sourceId)
      if (coupon !== undefined) coupon.left = afterUse(coupon.left, amountCents)
    }
  }
}

function takenBy(
  { percentageRate, amountCents, currency }: Applied,
  { remainingAmountCents }: CouponBalance,
  invoiceCurrency: string,
): CouponSource['takes'] | null {
  if (percentageRate !== null) return { percent: percentageRate }
  const left = remainingAmountCents ?? amountCents ?? 0
  return currency === invoiceCurrency && left > 0 ? { amountCents: left } : null
}

function targetOf(limit: CouponLimit | null, subscriptions: readonly PlannedSubscription[]): CouponTarget | null {
  if (limit === null) return null
  const ids = new Set(limit.ids)
  if (limit.kind === 'metrics') return { kind: 'metrics', ids }
  const onPlans = subscriptions.filter(({ planId, parentPlanId }) => ids.has(planId) || ids.has(parentPlanId ?? ''))
  return { kind: 'plans', subscriptionIds: new Set(onPlans.map(({ id }) => id)) }
}
