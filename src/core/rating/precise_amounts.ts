import type { MeteredEvent } from '../metering/aggregation.js'
import { Exact } from '../metering/aggregations/numeric.js'
import type { Tally } from '../metering/tally.js'
import { Decimal } from '../money/decimal.js'
import { formatDecimal } from '../money/format.js'

/** What the events say they cost, summed, in the smallest part of the charge's money. */
export type PreciseAmountsState = { readonly cents: string }

/** The first and only part of the tally's key. */
export const PRECISE_AMOUNTS = 'precise_amounts'

/** The sum of the events' own prices, exact and so in any order; an event without one adds nothing. */
export function preciseAmountsTally(): Tally<PreciseAmountsState> {
  return {
    key: JSON.stringify([PRECISE_AMOUNTS]),
    ordered: false,
    start: () => ({ cents: '0' }),
    fold: ({ cents }, _value, event) => ({ cents: new Exact(cents).plus(preciseCents(event)).toFixed() }),
    unfold: ({ cents }, _value, event) => ({ cents: new Exact(cents).minus(preciseCents(event)).toFixed() }),
    describe: (before, after) => ({
      precise_total_amount_cents: formatDecimal(new Decimal(new Exact(after.cents).minus(before.cents))),
    }),
  }
}

/** May be negative: an event can take back what another one charged. */
export const preciseCents = ({ preciseTotalAmountCents }: MeteredEvent): Decimal =>
  new Decimal(preciseTotalAmountCents ?? 0)
