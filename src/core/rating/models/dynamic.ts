import type { AggregationType } from '../../catalog.js'
import { Decimal, ZERO } from '../../money/decimal.js'
import type { ChargeModel } from '../charge_model.js'
import { type PreciseAmountsState, preciseAmountsTally, preciseCents } from '../precise_amounts.js'
import { accepted } from '../properties.js'
import { averageUnitAmount } from '../unit_amount.js'

export type DynamicProperties = Readonly<Record<never, never>>

/** Only of a sum does every event that has a price also have units. */
const PRICED: ReadonlySet<AggregationType> = new Set(['sum_agg'])

/** The events say what they cost; a total of 0 units costs nothing (metering rules, section 3). */
export const dynamic: ChargeModel<DynamicProperties> = {
  name: 'dynamic',
  supportsPayInAdvance: true,
  supportsProration: false,
  supportsProrationInAdvance: false,
  projection: 'amount',
  adjustsUnits: 'never',
  refusesAggregation: (aggregation) =>
    PRICED.has(aggregation) ? null : { field: 'charge_model', code: 'invalid_aggregation_type_or_charge_model' },
  parseProperties: () => accepted({}),
  tally: () => preciseAmountsTally(),
  rate(_properties, { units, tally, moneyExponent }) {
    const cents = new Decimal(units.isZero() || tally === null ? 0 : (tally as PreciseAmountsState).cents)
    const amount = cents.isZero() ? ZERO : fromCents(cents, moneyExponent)
    return { amount, unitAmount: averageUnitAmount(amount, units), details: {} }
  },
  eventAmount: (event, moneyExponent) => fromCents(preciseCents(event), moneyExponent),
}

/** Shifted rather than divided, so that no digit is lost. */
const fromCents = (cents: Decimal, exponent: number): Decimal => new Decimal(`${cents.toFixed()}e-${exponent}`)
