import type { CouponLimit } from '../../core/invoicing/coupon_limits.js'
import type { CouponRow } from './table.js'

/** What a request can say of a coupon, besides what it is limited to. */
export type CouponTerms = Omit<
  CouponRow,
  'seq' | 'id' | 'organizationId' | 'createdAt' | 'updatedAt' | 'deletedAt' | 'targetKind' | 'targetIds'
>

/** What a coupon is limited to, by the codes that a request names; both empty is no limit. */
export interface CouponTargetCodes {
  readonly planCodes: readonly string[]
  readonly metricCodes: readonly string[]
}

/** Since when a coupon cannot be applied any more, epoch milliseconds; null while it can. */
export function endedAt({ deletedAt, expirationAt }: CouponRow, now: number): number | null {
  if (deletedAt !== null) return deletedAt
  return expirationAt !== null && expirationAt <= now ? expirationAt : null
}

export function couponLimit({
  targetKind,
  targetIds,
}: Pick<CouponRow, 'targetKind' | 'targetIds'>): CouponLimit | null {
  return targetKind === null ? null : { kind: targetKind, ids: targetIds }
}
