import { fullBalance } from '../../core/invoicing/coupon_balance.js'
import { type CouponLimit, limitsOverlap } from '../../core/invoicing/coupon_limits.js'
import { invalid, notAllowed, notFound, ok } from '../../core/result.js'
import { MAX_ACTIVE_COUPONS } from '../../limits.js'
import { activeCoupons, applicationsTo, insertAppliedCoupon } from '../../resources/applied_coupons/store.js'
import { type ApplicationInput, applicationTerms } from '../../resources/applied_coupons/terms.js'
import { couponQuery, metricsChargedBy } from '../../resources/coupons/store.js'
import { couponLimit, endedAt } from '../../resources/coupons/terms.js'
import { customerQuery, updateCustomerRow } from '../../resources/customers/store.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { prepared } from '../prepared.js'
import { billDue } from './bill_due.js'
import { carryOut } from './run.js'

const NOT_REUSABLE = invalid({ coupon: ['coupon_is_not_reusable'] })

/**
 * Gives the customer a coupon (invoicing rules, section 3), on terms that may differ from the coupon's. What is due before is
 * billed first, without it. Gives the id of the application.
 */
export async function applyCoupon(
  context: CommandContext,
  couponId: string,
  input: ApplicationInput,
): CommandResult<string> {
  await billDue(context)
  const { db, ref, now, newId } = context
  const { organizationId, customerId } = ref
  const [customers, coupons, active, earlier] = await db.batch([
    customerQuery(db, organizationId, customerId),
    couponQuery(db, organizationId, couponId),
    activeCoupons(db, organizationId, customerId),
    applicationsTo(db, organizationId, customerId, couponId),
  ])
  const [customer] = customers
  const [coupon] = coupons
  if (customer === undefined || customer.deletedAt !== null) return notFound('customer')
  if (coupon === undefined || endedAt(coupon, now) !== null) return notFound('coupon')
  if (await overlapsAny(context, couponLimit(coupon), active.map(couponLimit))) return notAllowed('plan_overlapping')
  const terms = applicationTerms(coupon, input)
  if (!terms.ok) return terms
  if (!coupon.reusable && earlier.length > 0) return NOT_REUSABLE
  if (active.length >= MAX_ACTIVE_COUPONS) return invalid({ coupon: ['invalid_count'] })
  const id = newId()
  const { currency } = terms.value
  const given = insertAppliedCoupon(db, {
    id,
    ...ref,
    couponId,
    createdAt: now,
    updatedAt: now,
    ...terms.value,
    ...fullBalance({ ...terms.value, couponType: coupon.couponType }),
  })
  const firstCurrency =
    customer.currency === null && currency !== null
      ? [updateCustomerRow(db, organizationId, customerId, { currency, updatedAt: now })]
      : []
  const outcome = await carryOut(context, prepared({ statements: [given, ...firstCurrency] }))
  return outcome.committed ? ok(id) : NOT_REUSABLE
}

async function overlapsAny(
  { db, ref }: CommandContext,
  limit: CouponLimit | null,
  others: readonly (CouponLimit | null)[],
): Promise<boolean> {
  if (limit === null) return false
  const plans = [limit, ...others].flatMap((one) => (one?.kind === 'plans' ? one.ids : []))
  const charged = others.some((other) => other !== null && other.kind !== limit.kind)
    ? await metricsChargedBy(db, ref.organizationId, plans)
    : []
  return others.some((other) => limitsOverlap(limit, other, charged))
}
