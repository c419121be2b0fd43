import type { Decimal } from '../../money/decimal.js'

/** The properties of a percentage charge, as numbers. */
export interface PercentageTerms {
  /** Part of the units that is charged: 0.013 for 1.3 %. */
  readonly rate: Decimal
  /** Currency units for each event that is paid for. */
  readonly fixedAmount: Decimal
  /** E in the rules: the first events that are free; 0 for none. */
  readonly freeEvents: number
  /** T in the rules: the first units that are free; 0 for none. */
  readonly freeUnits: Decimal
  /** What one event costs at least and at most; null for no bound. */
  readonly transactionMin: Decimal | null
  readonly transactionMax: Decimal | null
}

/** Whether events have to be priced one by one. */
export const hasBounds = (terms: PercentageTerms): boolean =>
  terms.transactionMin !== null || terms.transactionMax !== null

/** Whether anything is free. */
export const hasAllowance = (terms: PercentageTerms): boolean => terms.freeEvents > 0 || terms.freeUnits.gt(0)
