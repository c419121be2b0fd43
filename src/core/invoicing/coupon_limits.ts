/** What a coupon is limited to: the fees of some metrics, or of subscriptions on some plans. */
export interface CouponLimit {
  readonly kind: 'metrics' | 'plans'
  readonly ids: readonly string[]
}

/** That a plan charges for a metric. */
export interface ChargedMetric {
  readonly planId: string
  readonly metricId: string
}

/**
 * Whether two coupons aim at the same thing, which a customer may not have twice at a time (invoicing rules, section 3): a
 * plan or a metric of both, or a plan of one that charges for a metric of the other. One without a limit meets none.
 */
export function limitsOverlap(
  one: CouponLimit | null,
  other: CouponLimit | null,
  charged: readonly ChargedMetric[],
): boolean {
  if (one === null || other === null) return false
  if (one.kind === other.kind) return share(one.ids, other.ids)
  const [plans, metrics] = one.kind === 'plans' ? [one, other] : [other, one]
  const planIds = new Set(plans.ids)
  const metricIds = charged.filter(({ planId }) => planIds.has(planId)).map(({ metricId }) => metricId)
  return share(metricIds, metrics.ids)
}

function share(some: readonly string[], others: readonly string[]): boolean {
  const known = new Set(some)
  return others.some((id) => known.has(id))
}
