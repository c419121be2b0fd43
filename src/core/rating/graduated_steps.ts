import type { JsonState, ProratedUnits } from '../metering/aggregation.js'
import type { HeldStep, Tally } from '../metering/tally.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { formatDecimal } from '../money/format.js'
import type { Rating } from './charge_model.js'
import { enteredRanges, type Range } from './ranges.js'
import { averageUnitAmount } from './unit_amount.js'

export const GRADUATED_STEPS = 'graduated_steps'

type GraduatedRange = Range<'per_unit_amount' | 'flat_amount'>

/** All decimals are text. */
type StepsState = {
  /** The units that came before the window: the first step. */
  readonly carried: string
  readonly total: string
  /** The highest total within the window. */
  readonly highest: string
  /** What the steps within the window cost, times the days that each is held. */
  readonly priced: string
}

/**
 * Units that come and go in a graduated charge that is prorated (recurring rules, section 4): each step costs the part of it that lies in a
 * tier, for the days that it is held, and a step down gives back what it takes out, for its own days. Below 0 nothing is priced.
 */
export function graduatedStepsTally([ranges]: readonly unknown[]): Tally<StepsState> {
  const tiers = ranges as readonly GraduatedRange[]
  return {
    key: JSON.stringify([GRADUATED_STEPS, ranges]),
    ordered: true,
    start: () => ({ carried: '0', total: '0', highest: '0', priced: '0' }),
    fold(state, value, _event, step) {
      if (step === undefined) throw new Error('steps are priced by the days for which they are held')
      const total = value.plus(state.total)
      if (step.isCarried) {
        const carried = total.toFixed()
        return { ...state, carried, total: carried, highest: carried }
      }
      // What is there on no day of the window takes no place in it.
      const isNothing = step.place !== undefined && step.days === 0
      return {
        carried: state.carried,
        total: total.toFixed(),
        highest: isNothing ? state.highest : Decimal.max(state.highest, total).toFixed(),
        priced: changeOf(tiers, total, value, step).times(step.days).plus(state.priced).toFixed(),
      }
    },
  }
}

/** Of an item that goes the price of its place is taken back, whatever others came behind it; of a number what it took out. */
function changeOf(ranges: readonly GraduatedRange[], total: Decimal, value: Decimal, { place }: HeldStep): Decimal {
  if (place === undefined) return unitsAmount(ranges, total).minus(unitsAmount(ranges, total.minus(value)))
  return unitsAmount(ranges, new Decimal(place))
    .minus(unitsAmount(ranges, new Decimal(place - 1)))
    .times(value)
}

/**
 * What the steps come to: the carried units as the first, for all days of the window; every tier up to that of the highest total adds its
 * flat amount, whole, that of the first without units too. Nothing where the last total is negative.
 */
export function rateGraduatedSteps(
  ranges: readonly GraduatedRange[],
  units: Decimal,
  tally: JsonState | null,
  { days, periodDays }: ProratedUnits,
): Rating {
  const { carried, total, highest, priced } = (tally as StepsState | null) ?? NO_STEPS
  if (new Decimal(total).lt(0)) return { amount: ZERO, unitAmount: ZERO, details: {} }
  const sum = unitsAmount(ranges, new Decimal(carried)).times(days).plus(priced)
  const entered = enteredRanges(ranges, Decimal.max(ZERO, highest))
  const flat = entered.reduce((flats, { range }) => flats.plus(range.flat_amount), ZERO)
  const byUnit = Decimal.max(ZERO, sum).div(periodDays)
  const amount = byUnit.plus(flat)
  const details = { prorated_units_amount: formatDecimal(byUnit), flat_amount: formatDecimal(flat) }
  return { amount, unitAmount: averageUnitAmount(amount, units), details }
}

const NO_STEPS: StepsState = { carried: '0', total: '0', highest: '0', priced: '0' }

/** Without flat amounts. */
function unitsAmount(ranges: readonly GraduatedRange[], total: Decimal): Decimal {
  if (total.lte(0)) return ZERO
  return enteredRanges(ranges, total).reduce(
    (sum, { range, units }) => sum.plus(units.times(range.per_unit_amount)),
    ZERO,
  )
}
