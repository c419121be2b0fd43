import type { AggregationType } from '../../../src/core/catalog.js'
import type { JsonState, MeteredEvent } from '../../../src/core/metering/aggregation.js'
import { Decimal, type DecimalValue, ZERO } from '../../../src/core/money/decimal.js'
import type { ChargeModel } from '../../../src/core/rating/charge_model.js'

/** The properties as a charge would hold them. */
export function parsed<P>(model: ChargeModel<P>, input: unknown): P {
  const result = model.parseProperties(input)
  if (!result.ok) throw new Error(`refused with ${result.codes}`)
  return result.properties
}

/** Euros have cents. */
export const MONEY_EXPONENT = 2

export const meteredEvent = (
  properties: Readonly<Record<string, unknown>> = {},
  preciseTotalAmountCents: string | null = null,
): MeteredEvent => ({ at: 0, seq: 0, properties, preciseTotalAmountCents })

/** What the model makes of a total that no order of events matters to. */
export function rateUnits<P>(model: ChargeModel<P>, input: unknown, units: DecimalValue, eventsCount = 1) {
  const exactUnits = new Decimal(units)
  return model.rate(parsed(model, input), {
    units: exactUnits,
    exactUnits,
    eventsCount,
    tally: null,
    moneyExponent: MONEY_EXPONENT,
  })
}

/** The state of the model's tally after events in time order, kept as JSON text in between; null when it asks for none. */
export function tallyOf<P>(
  model: ChargeModel<P>,
  properties: P,
  values: readonly DecimalValue[],
  aggregation: AggregationType,
): JsonState | null {
  const tally = model.tally(properties, aggregation)
  if (tally === null) return null
  let state = tally.start()
  for (const value of values) {
    state = JSON.parse(JSON.stringify(tally.fold(state, new Decimal(value), meteredEvent()))) as JsonState
  }
  return state
}

/** What the model makes of events in time order, each adding its value, together at least 0. */
export function rateEvents<P>(
  model: ChargeModel<P>,
  input: unknown,
  values: readonly DecimalValue[],
  aggregation: AggregationType = 'sum_agg',
) {
  const properties = parsed(model, input)
  const units = sumOf(values)
  if (units.lt(0)) throw new Error('a model never sees usage below zero')
  const tally = tallyOf(model, properties, values, aggregation)
  return model.rate(properties, {
    units,
    exactUnits: units,
    eventsCount: values.length,
    tally,
    moneyExponent: MONEY_EXPONENT,
  })
}

export const sumOf = (values: readonly DecimalValue[]) => values.reduce<Decimal>((sum, value) => sum.plus(value), ZERO)

/** The codes that refuse these properties; none if they are accepted. */
export function codesOf<P>(model: ChargeModel<P>, input: unknown): readonly string[] {
  const result = model.parseProperties(input)
  return result.ok ? [] : result.codes
}
