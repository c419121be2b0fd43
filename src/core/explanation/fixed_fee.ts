import { type FixedPrice, proratedPrice, proratedUnits, wholePrice } from '../fixed_charges/price.js'
import { roundToCents } from '../invoicing/cents.js'
import { exponentOf } from '../money/currencies.js'
import { Decimal, ZERO } from '../money/decimal.js'
import type { FixedBasis } from './fee_basis.js'
import { type Step, shown } from './steps.js'

/** The fee of a fixed charge made again. */
export interface FixedFeeAgain {
  readonly units: Decimal
  readonly amountCents: Decimal
  readonly steps: readonly Step[]
}

/** From the units to the fee, step by step (recurring rules, section 10). */
export function fixedFeeAgain(basis: FixedBasis, currency: string): FixedFeeAgain {
  const held = basis.held.map(({ units, days }) => ({ units: new Decimal(units), days }))
  const last = held.at(-1) ?? { units: ZERO, days: 0 }
  const paid = new Decimal(basis.paidUnits ?? 0)
  const isMore = basis.paidUnits === null || last.units.gt(paid)
  const units = Decimal.max(ZERO, last.units.minus(paid))
  const weighed = basis.paidUnits === null ? held : [{ units, days: last.days }]
  const prorated = basis.prorated ? proratedUnits(weighed, basis.periodDays) : null
  const price = isMore ? priceOf(basis, last.units, prorated) : { amount: ZERO, details: {} }
  const gross = price.amount.times(Decimal.pow(10, exponentOf(currency)))
  const amountCents = new Decimal(Math.max(0, roundToCents(gross) - basis.paidCents))
  return { units, amountCents, steps: stepsOf(basis, { units, prorated, gross, amountCents }) }
}

function priceOf(basis: FixedBasis, units: Decimal, prorated: Decimal | null): FixedPrice {
  if (basis.paidUnits === null) {
    return prorated === null ? wholePrice(basis, units) : proratedPrice(basis, units, prorated)
  }
  const paid = new Decimal(basis.paidUnits)
  const whole = wholePrice(basis, units).amount.minus(wholePrice(basis, paid).amount)
  const amount = prorated === null ? whole : whole.times(prorated).div(units.minus(paid))
  return { amount: Decimal.max(ZERO, amount), details: {} }
}

function stepsOf(
  { held, periodDays, paidUnits, paidCents }: FixedBasis,
  made: {
    readonly units: Decimal
    readonly prorated: Decimal | null
    readonly gross: Decimal
    readonly amountCents: Decimal
  },
): Step[] {
  const days = held.map((one) => ({ units: shown(one.units), days: one.days }))
  return [
    ...(paidUnits === null
      ? []
      : [
          {
            step: 'paid_units',
            inputs: { units: shown(held.at(-1)?.units ?? 0), paid_units: shown(paidUnits) },
            result: shown(made.units),
          },
        ]),
    ...(made.prorated === null
      ? []
      : [
          {
            step: 'proration',
            inputs: { period_days: periodDays, mode: 'half_up', decimals: 6 },
            result: shown(made.prorated),
            details: { held: days },
          },
        ]),
    {
      step: 'pricing',
      inputs: { units: shown(made.units), priced_units: shown(made.prorated ?? made.units) },
      result: shown(made.gross),
    },
    {
      step: 'currency_rounding',
      inputs: { amount_cents: shown(made.gross), mode: 'half_up', decimals: 0 },
      result: made.gross.toDecimalPlaces(0, Decimal.ROUND_HALF_UP).toFixed(0),
    },
    ...(paidCents === 0
      ? []
      : [
          {
            step: 'paid_by_the_plan_before',
            inputs: { paid_amount_cents: String(paidCents) },
            result: shown(made.amountCents),
          },
        ]),
  ]
}
