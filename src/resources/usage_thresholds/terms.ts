import type { PassedThreshold, UsageThreshold } from '../../core/progressive_billing/thresholds.js'

/** A threshold as a plan or subscription keeps it. */
export interface KeptThreshold extends UsageThreshold {
  readonly displayName: string | null
  readonly createdAt: number
}

/** A threshold as a request sends it. */
export interface SentThreshold {
  readonly amount_cents: number
  readonly recurring?: boolean | null | undefined
  readonly threshold_display_name?: string | null | undefined
}

/** A threshold as it was when its passing made an invoice. */
export interface AppliedThreshold extends KeptThreshold {
  /** The usage of the whole life by then. */
  readonly lifetimeUsageAmountCents: number
  readonly passedAt: number
}

/**
 * The list that a request leaves, null when it is empty; undefined leaves what there is. A threshold of the same amount and kind stays
 * the one that it was.
 */
export function keptThresholds(
  before: readonly KeptThreshold[] | null,
  sent: readonly SentThreshold[] | null | undefined,
  { newId, now }: { readonly newId: () => string; readonly now: number },
): KeptThreshold[] | null | undefined {
  if (sent === undefined) return undefined
  if (sent === null || sent.length === 0) return null
  return sent.map(({ amount_cents: amountCents, recurring, threshold_display_name: displayName }) => {
    const old = before?.find((one) => one.amountCents === amountCents && one.recurring === (recurring ?? false))
    return {
      id: old?.id ?? newId(),
      createdAt: old?.createdAt ?? now,
      amountCents,
      recurring: recurring ?? false,
      displayName: displayName === undefined ? (old?.displayName ?? null) : displayName,
    }
  })
}

export const appliedThreshold = (
  { threshold }: PassedThreshold<KeptThreshold>,
  lifetimeUsageAmountCents: number,
  passedAt: number,
): AppliedThreshold => ({ ...threshold, lifetimeUsageAmountCents, passedAt })
