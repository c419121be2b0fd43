import type { Charge } from '../catalog.js'
import { exponentOf } from '../money/currencies.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { sumCents } from './cents.js'
import type { ChargeFeeDraft } from './fee.js'
import { type MinimumTerms, shortfallOf } from './shortfall.js'

/**
 * The fees of one charge in one window, lifted to its spending minimum (recurring rules, section 8): where they stay below it, a fee of
 * what is missing comes last, and the first one without a filter is marked as its parent.
 * @param fees with one without a filter, even if it comes to nothing
 * @param length the days of the window that count, of those of the whole period
 */
export function liftedToMinimum(
  fees: readonly ChargeFeeDraft[],
  { minAmountCents }: Pick<Charge, 'minAmountCents'>,
  length: Pick<MinimumTerms, 'days' | 'periodDays'>,
): readonly ChargeFeeDraft[] {
  const at = fees.findIndex(({ chargeFilterId }) => chargeFilterId === null)
  const parent = fees[at]
  if (parent === undefined) return fees
  const usedAmountCents = sumCents(fees.map(({ amountCents }) => amountCents))
  const minimum: MinimumTerms = { of: 'charge', amountCents: minAmountCents, ...length, usedAmountCents }
  const missing = shortfallOf(minimum)
  if (missing === null) return fees
  // What was set by hand, or put together, cannot be made again; so neither can what is missing to it.
  const isExplained = fees.every(({ basis }) => basis !== undefined)
  const { basis, terms: _, adjusted: __, ...like } = parent
  const trueUp: ChargeFeeDraft = {
    ...like,
    minimum: 'true_up',
    groupedBy: {},
    units: new Decimal(1),
    totalAggregatedUnits: null,
    eventsCount: 0,
    amountCents: missing.amountCents,
    preciseAmountCents: missing.preciseAmountCents,
    unitAmount: missing.preciseAmountCents.div(Decimal.pow(10, exponentOf(parent.currency))),
    preciseCouponsAmountCents: ZERO,
    details: {},
    pricingUnit: null,
    presentationBreakdowns: [],
    ...(isExplained && basis?.kind === 'usage' && { basis: { kind: 'minimum' as const, terms: basis.terms, minimum } }),
  }
  return [...fees.with(at, { ...parent, minimum: 'parent' }), trueUp]
}
