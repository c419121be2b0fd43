import { Decimal, ZERO } from '../../money/decimal.js'
import { formatDecimal } from '../../money/format.js'
import type { RatableUsage, Rating } from '../charge_model.js'
import { averageUnitAmount } from '../unit_amount.js'
import { type AllowanceState, freePart, freePartOfUnitEvents } from './allowance.js'
import { hasAllowance, type PercentageTerms } from './terms.js'
import { type TransactionsState, transactionsOfUnitEvents } from './transactions.js'

/** Prices the totals, less what is free of them. */
export function rateTotals(terms: PercentageTerms, usage: RatableUsage): Rating {
  const { units, exactUnits, eventsCount } = usage
  const free = usage.tally
    ? freePart(terms, usage.tally as AllowanceState)
    : freePartOfUnitEvents(terms, hasAllowance(terms) ? unitEvents(usage) : eventsCount)
  // What is free is measured before the metric's rounding, so units that rounding adds to usage that is all free are free.
  const paidUnits = exactUnits.lte(free.units) ? ZERO : Decimal.max(ZERO, units.minus(free.units))
  const paidEvents = units.isZero() ? 0 : Math.max(0, eventsCount - free.events)
  return toRating(terms, usage, {
    freeUnits: units.minus(paidUnits),
    paidUnits,
    freeEvents: free.events,
    paidEvents,
    amount: paidUnits.times(terms.rate).plus(terms.fixedAmount.times(paidEvents)),
  })
}

/** What the transactions came to one by one. The metric's rounding has no part in it: it is never applied to single events. */
export function rateTransactions(terms: PercentageTerms, usage: RatableUsage): Rating {
  const state = usage.tally ? (usage.tally as TransactionsState) : transactionsOfUnitEvents(terms, unitEvents(usage))
  return toRating(terms, usage, {
    freeUnits: new Decimal(state.freeUnits),
    paidUnits: new Decimal(state.paidUnits),
    freeEvents: state.freeEvents,
    paidEvents: state.paidEvents,
    amount: new Decimal(state.amount),
  })
}

/** The number of events of one unit each. Throws for any other usage: it needs the tally, and was given none. */
function unitEvents({ exactUnits, eventsCount }: RatableUsage): number {
  if (!exactUnits.eq(eventsCount)) throw new Error(`${eventsCount} events of ${exactUnits} units without their tally`)
  return eventsCount
}

interface PercentageParts {
  readonly freeUnits: Decimal
  readonly paidUnits: Decimal
  readonly freeEvents: number
  readonly paidEvents: number
  readonly amount: Decimal
}

function toRating(terms: PercentageTerms, { units }: RatableUsage, parts: PercentageParts): Rating {
  const { amount, paidEvents } = parts
  const perUnitTotal = parts.paidUnits.times(terms.rate)
  const fixedTotal = terms.fixedAmount.times(paidEvents)
  return {
    amount,
    unitAmount: averageUnitAmount(amount, units),
    details: {
      units: formatDecimal(units),
      free_units: formatDecimal(parts.freeUnits),
      paid_units: formatDecimal(parts.paidUnits),
      free_events: parts.freeEvents,
      paid_events: paidEvents,
      rate: formatDecimal(terms.rate.times(100)),
      per_unit_total_amount: formatDecimal(perUnitTotal),
      fixed_fee_unit_amount: formatDecimal(paidEvents === 0 ? ZERO : terms.fixedAmount),
      fixed_fee_total_amount: formatDecimal(fixedTotal),
      min_max_adjustment_total_amount: formatDecimal(amount.minus(perUnitTotal).minus(fixedTotal)),
    },
  }
}
