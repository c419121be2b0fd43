import { z } from 'zod'
import { oneOf } from '../../http/fields.js'
import type { FeePaymentStatus, FeeRow } from './table.js'

export const PAYMENT_STATUSES = ['pending', 'succeeded', 'failed', 'refunded'] as const

export const feePayment = z.object({ payment_status: oneOf(PAYMENT_STATUSES) })

/** A status with its moment: the moments of other statuses are no longer known (recurring rules, section 7). */
export function paymentMarks(
  paymentStatus: FeePaymentStatus,
  now: number,
): Pick<FeeRow, 'paymentStatus' | 'succeededAt' | 'failedAt' | 'refundedAt'> {
  return {
    paymentStatus,
    succeededAt: paymentStatus === 'succeeded' ? now : null,
    failedAt: paymentStatus === 'failed' ? now : null,
    refundedAt: paymentStatus === 'refunded' ? now : null,
  }
}
