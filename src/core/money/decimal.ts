import { Decimal as Base } from 'decimal.js'

/**
 * The one decimal type of the system. 100 significant digits are far above what bounded inputs can produce in a sum or a
 * product (see `limits.ts`), so only divisions are ever inexact, and those are rounded once, by a named rule.
 * Ties go away from zero ("half up" in the rules), also when an operation has to drop digits.
 */
export const Decimal = Base.clone({ precision: 100, rounding: Base.ROUND_HALF_UP, toExpNeg: -1000, toExpPos: 1000 })
export type Decimal = Base
/** What a decimal can be made of: decimal text, another decimal, a whole JavaScript number. */
export type DecimalValue = Base.Value

export const ZERO: Decimal = new Decimal(0)
export const ONE: Decimal = new Decimal(1)
