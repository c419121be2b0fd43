import type { Decimal } from '../money/decimal.js'

/** The days that something is paid for, of those of its whole period. Both whole, the second above 0. */
export interface DayShare {
  readonly days: number
  readonly periodDays: number
}

/** 10 to the number of decimals that prorated units have. */
const SCALE = 100_000

/**
 * Units for a part of the days of a period, rounded up at the fifth decimal (recurring rules, sections 4 and 11): 10 units for 17 of 31
 * days are 5.48388. By whole numbers, for an endless fraction that is cut off somewhere would not tell whether something is left.
 */
export function proratedUnits(units: Decimal, { days, periodDays }: DayShare): Decimal {
  const scaled = units.times(days).times(SCALE)
  const whole = scaled.divToInt(periodDays)
  const isCutOff = scaled.gt(whole.times(periodDays))
  return whole.plus(isCutOff ? 1 : 0).div(SCALE)
}
