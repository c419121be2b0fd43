import { Decimal, ZERO } from '../../money/decimal.js'
import { formatDecimal } from '../../money/format.js'
import type { RatableUsage, Rating } from '../charge_model.js'
import { averageUnitAmount } from '../unit_amount.js'
import { type AllowanceState, freePart, freePartOfUnitEvents } from './allowance.js'
import { hasAllowance, hasBounds, type PercentageTerms } from './terms.js'
import { type TransactionsState, transactionsOfUnitEvents } from './transactions.js'

/** What of a usage is free and what is paid, and what it comes to. */
export interface PercentageParts {
  readonly freeUnits: Decimal
  readonly paidUnits: Decimal
  readonly freeEvents: number
  readonly paidEvents: number
  /** Unrounded, in the money of the charge. */
  readonly amount: Decimal
}

export function partsOf(terms: PercentageTerms, usage: RatableUsage): PercentageParts {
  return hasBounds(terms) ? partsOfTransactions(terms, usage) : partsOfTotals(terms, usage)
}

/** Prices the totals, less what is free of them. */
function partsOfTotals(terms: PercentageTerms, usage: RatableUsage): PercentageParts {
  const { units, exactUnits, eventsCount } = usage
  const free = usage.tally
    ? freePart(terms, usage.tally as AllowanceState)
    : freePartOfUnitEvents(terms, hasAllowance(terms) ? unitEvents(usage) : eventsCount)
  // What is free is measured before the metric's rounding, so units that rounding adds to usage that is all free are free.
  const paidUnits = exactUnits.lte(free.units) ? ZERO : Decimal.max(ZERO, units.minus(free.units))
  const paidEvents = units.isZero() ? 0 : Math.max(0, eventsCount - free.events)
  return {
    freeUnits: units.minus(paidUnits),
    paidUnits,
    freeEvents: free.events,
    paidEvents,
    amount: paidUnits.times(terms.rate).plus(terms.fixedAmount.times(paidEvents)),
  }
}

/** What the transactions came to one by one. The metric's rounding has no part in it: it is never applied to single events. */
function partsOfTransactions(terms: PercentageTerms, usage: RatableUsage): PercentageParts {
  const state = usage.tally ? (usage.tally as TransactionsState) : transactionsOfUnitEvents(terms, unitEvents(usage))
  return {
    freeUnits: new Decimal(state.freeUnits),
    paidUnits: new Decimal(state.paidUnits),
    freeEvents: state.freeEvents,
    paidEvents: state.paidEvents,
    amount: new Decimal(state.amount),
  }
}

/** The number of events of one unit each. Throws for any other usage: it needs the tally, and was given none. */
function unitEvents({ exactUnits, eventsCount }: RatableUsage): number {
  if (!exactUnits.eq(eventsCount)) throw new Error(`${eventsCount} events of ${exactUnits} units without their tally`)
  return eventsCount
}

/** What was added between two states of one usage. */
export function partsBetween(before: PercentageParts, after: PercentageParts): PercentageParts {
  return {
    freeUnits: after.freeUnits.minus(before.freeUnits),
    paidUnits: after.paidUnits.minus(before.paidUnits),
    freeEvents: after.freeEvents - before.freeEvents,
    paidEvents: after.paidEvents - before.paidEvents,
    amount: after.amount.minus(before.amount),
  }
}

export function rateParts(terms: PercentageTerms, units: Decimal, parts: PercentageParts): Rating {
  const { amount } = parts
  return { amount, unitAmount: averageUnitAmount(amount, units), details: detailsOf(terms, units, parts) }
}

/** `amount_details` of the API. */
export function detailsOf(
  terms: PercentageTerms,
  units: Decimal,
  parts: PercentageParts,
): Readonly<Record<string, unknown>> {
  const perUnitTotal = parts.paidUnits.times(terms.rate)
  const fixedTotal = terms.fixedAmount.times(parts.paidEvents)
  return {
    units: formatDecimal(units),
    free_units: formatDecimal(parts.freeUnits),
    paid_units: formatDecimal(parts.paidUnits),
    free_events: parts.freeEvents,
    paid_events: parts.paidEvents,
    rate: formatDecimal(terms.rate.times(100)),
    per_unit_total_amount: formatDecimal(perUnitTotal),
    fixed_fee_unit_amount: formatDecimal(parts.paidEvents === 0 ? ZERO : terms.fixedAmount),
    fixed_fee_total_amount: formatDecimal(fixedTotal),
    min_max_adjustment_total_amount: formatDecimal(parts.amount.minus(perUnitTotal).minus(fixedTotal)),
  }
}
