import type { Tally } from '../../metering/tally.js'
import { Decimal, ONE } from '../../money/decimal.js'
import { formatDecimal } from '../../money/format.js'
import type { PercentageTerms } from './terms.js'

/** What a window's events come to, each priced and held to the bounds by itself. */
export type TransactionsState = {
  readonly freeEvents: number
  readonly freeUnits: string
  readonly paidEvents: number
  readonly paidUnits: string
  /** Currency units, unrounded. */
  readonly amount: string
}

/** The first part of the tally's key. */
export const TRANSACTIONS = 'transactions'

const START: TransactionsState = { freeEvents: 0, freeUnits: '0', paidEvents: 0, paidUnits: '0', amount: '0' }

/**
 * Prices events one by one in time order (metering rules, section 3, percentage with per-transaction bounds). With free
 * units, these are used up by value and limit alone, whatever the free events say; an event that ends within them, exactly
 * at their end too, is free and not raised to the minimum. Without, the first `freeEvents` events are free.
 */
export function transactionsTally(terms: PercentageTerms): Tally<TransactionsState> {
  return {
    key: JSON.stringify([TRANSACTIONS, ...partsOf(terms)]),
    ordered: true,
    start: () => START,
    fold: (state, value) => addTransaction(terms, state, value),
    describe: (before, after) => ({
      free_units: difference(after.freeUnits, before.freeUnits),
      free_events: after.freeEvents - before.freeEvents,
      paid_units: difference(after.paidUnits, before.paidUnits),
      paid_events: after.paidEvents - before.paidEvents,
      amount: difference(after.amount, before.amount),
    }),
  }
}

const difference = (after: string, before: string): string => formatDecimal(new Decimal(after).minus(before))

const partsOf = ({ rate, fixedAmount, freeEvents, freeUnits, transactionMin, transactionMax }: PercentageTerms) => [
  rate.toFixed(),
  fixedAmount.toFixed(),
  freeEvents,
  freeUnits.toFixed(),
  transactionMin?.toFixed() ?? null,
  transactionMax?.toFixed() ?? null,
]

/** The tally of a key from its parts after the first. */
export function transactionsTallyOf(parts: readonly unknown[]): Tally<TransactionsState> {
  const [rate, fixedAmount, freeEvents, freeUnits, min, max] = parts
  return transactionsTally({
    rate: new Decimal(String(rate)),
    fixedAmount: new Decimal(String(fixedAmount)),
    freeEvents: Number(freeEvents),
    freeUnits: new Decimal(String(freeUnits)),
    transactionMin: min === null ? null : new Decimal(String(min)),
    transactionMax: max === null ? null : new Decimal(String(max)),
  })
}

function addTransaction(terms: PercentageTerms, state: TransactionsState, value: Decimal): TransactionsState {
  if (terms.freeUnits.isZero()) {
    return state.freeEvents < terms.freeEvents ? addFree(state, value) : addPaid(terms, state, value)
  }
  if (state.paidEvents > 0) return addPaid(terms, state, value)
  const total = value.plus(state.freeUnits)
  if (total.lte(terms.freeUnits)) return addFree(state, value)
  return addPaid(terms, { ...state, freeUnits: terms.freeUnits.toFixed() }, total.minus(terms.freeUnits))
}

function addFree(state: TransactionsState, value: Decimal): TransactionsState {
  return { ...state, freeEvents: state.freeEvents + 1, freeUnits: value.plus(state.freeUnits).toFixed() }
}

/** Adds `count` events of which `value` each is paid for. */
function addPaid(terms: PercentageTerms, state: TransactionsState, value: Decimal, count = 1): TransactionsState {
  return {
    ...state,
    paidEvents: state.paidEvents + count,
    paidUnits: value.times(count).plus(state.paidUnits).toFixed(),
    amount: transactionAmount(terms, value).times(count).plus(state.amount).toFixed(),
  }
}

/** What one event costs of which `value` is paid for: raised to the minimum, held to the maximum. */
export function transactionAmount(
  { rate, fixedAmount, transactionMin, transactionMax }: PercentageTerms,
  value: Decimal,
) {
  const amount = value.times(rate).plus(fixedAmount)
  const raised = transactionMin === null ? amount : Decimal.max(amount, transactionMin)
  return transactionMax === null ? raised : Decimal.min(raised, transactionMax)
}

/**
 * The same where every event adds one unit. They are alike, so their number is enough: some are free, one may be free in
 * part, the rest are paid.
 */
export function transactionsOfUnitEvents(terms: PercentageTerms, eventsCount: number): TransactionsState {
  const free = terms.freeUnits.isZero()
    ? Math.min(eventsCount, terms.freeEvents)
    : Decimal.min(eventsCount, terms.freeUnits.floor()).toNumber()
  const state: TransactionsState = { ...START, freeEvents: free, freeUnits: String(free) }
  const part = terms.freeUnits.minus(terms.freeUnits.floor())
  const rest = eventsCount - free
  if (rest === 0) return state
  if (part.isZero()) return addPaid(terms, state, ONE, rest)
  const begun = addPaid(terms, { ...state, freeUnits: terms.freeUnits.toFixed() }, ONE.minus(part))
  return rest === 1 ? begun : addPaid(terms, begun, ONE, rest - 1)
}
