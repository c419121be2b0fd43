import type { MinimumCommitment } from '../../core/catalog.js'
import { type FieldErrors, invalid, type Result } from '../../core/result.js'
import type { SentCommitment } from './schema.js'

/** A plan's minimum commitment as the plan keeps it. */
export interface KeptCommitment extends Omit<MinimumCommitment, 'taxes'> {
  readonly createdAt: number
  readonly updatedAt: number
}

/** What is wrong with the commitment that a request asks for, null when nothing is: without one before it has to name an amount. */
export function commitmentRefused(
  before: KeptCommitment | null,
  sent: SentCommitment | null | undefined,
): Result<never> | null {
  const errors: FieldErrors = { amount_cents: ['value_is_mandatory'] }
  return sent && sent.amount_cents === undefined && before === null ? invalid(errors) : null
}

/** The commitment that a request leaves. */
export function keptCommitment(
  before: KeptCommitment | null,
  sent: SentCommitment | null | undefined,
  { newId, now }: { readonly newId: () => string; readonly now: number },
): KeptCommitment | null {
  if (sent === undefined) return before
  const amountCents = sent?.amount_cents ?? before?.amountCents
  if (sent === null || amountCents === undefined) return null
  const { invoice_display_name: name } = sent
  return {
    id: before?.id ?? newId(),
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
    amountCents,
    invoiceDisplayName: name === undefined ? (before?.invoiceDisplayName ?? null) : name,
  }
}
