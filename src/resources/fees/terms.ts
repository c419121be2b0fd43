import type { FeePaymentStatus, FeeRow } from './table.js'

/** What a fee without an invoice can become. */
export type FeeChange = { readonly paymentStatus: FeePaymentStatus } | 'deleted'

type Changed = Partial<Pick<FeeRow, 'paymentStatus' | 'succeededAt' | 'failedAt' | 'refundedAt' | 'deletedAt'>>

/** A status comes with its moment: the moments of other statuses are no longer known (recurring rules, section 7). */
export function feeChanges(change: FeeChange, now: number): Changed {
  if (change === 'deleted') return { deletedAt: now }
  const { paymentStatus } = change
  return {
    paymentStatus,
    succeededAt: paymentStatus === 'succeeded' ? now : null,
    failedAt: paymentStatus === 'failed' ? now : null,
    refundedAt: paymentStatus === 'refunded' ? now : null,
  }
}
