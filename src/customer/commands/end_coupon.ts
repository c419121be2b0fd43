import { notFound, ok } from '../../core/result.js'
import { endAppliedCoupon, findAppliedCoupon } from '../../resources/applied_coupons/store.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { prepared } from '../prepared.js'
import { billDue } from './bill_due.js'
import { mustCarryOut } from './run.js'

/** Takes a coupon from the customer. What is due before is billed first, with it. One that is over is as unknown as none. */
export async function endCoupon(context: CommandContext, appliedCouponId: string): CommandResult<null> {
  await billDue(context)
  const { db, ref, now } = context
  const found = await findAppliedCoupon(db, ref.organizationId, appliedCouponId)
  const isTheirs = found?.applied.customerId === ref.customerId && found.applied.status === 'active'
  if (!isTheirs) return notFound('applied_coupon')
  await mustCarryOut(
    context,
    prepared({ statements: [endAppliedCoupon(db, ref.organizationId, appliedCouponId, now)] }),
  )
  return ok(null)
}
