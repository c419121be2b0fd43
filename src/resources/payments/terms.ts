/** What was paid of an invoice. The moment is epoch milliseconds; absent or null: now. */
export interface PaymentInput {
  readonly invoice_id: string
  /** Whole minor units of the invoice's currency, above 0. */
  readonly amount_cents: number
  readonly reference: string
  readonly paid_at?: number | null | undefined
}
