import type { Tax } from '../catalog.js'
import { Decimal } from '../money/decimal.js'
import { type TaxTotals, taxTotals } from './taxes.js'

/**
 * The taxes of a current-usage answer: per tax, the sum over the fees of `amount_cents` times rate, rounded once per tax, as
 * on the invoice (metering rules, section 6). Coupons play no part in it.
 */
export function taxUsage(fees: readonly { readonly amountCents: number; readonly taxes: readonly Tax[] }[]): TaxTotals {
  return taxTotals(fees.map(({ amountCents, taxes }) => ({ netCents: new Decimal(amountCents), taxes })))
}
