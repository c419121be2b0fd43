/** What a request sets by hand of a fee. The fee is named by its id, or by what it is of where there is none yet. */
export interface AdjustedFeeInput {
  readonly fee_id?: string | null | undefined
  readonly subscription_id?: string | null | undefined
  readonly charge_id?: string | null | undefined
  readonly charge_filter_id?: string | null | undefined
  /** Decimal text, 0 or more. */
  readonly units?: string | null | undefined
  /** Currency units for one unit, decimal text, 0 or more. */
  readonly unit_precise_amount?: string | null | undefined
  readonly invoice_display_name?: string | null | undefined
}
