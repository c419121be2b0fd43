import { Decimal, ZERO } from '../../money/decimal.js'
import type { ChargeModel } from '../charge_model.js'
import { accepted, fieldsOf, isDecimalText, isEmptyProperties, refused } from '../properties.js'

export type StandardProperties = {
  /** Price of one unit. */
  readonly amount: string
}

/** Every unit costs the same. */
export const standard: ChargeModel<StandardProperties> = {
  name: 'standard',
  supportsPayInAdvance: true,
  supportsProration: true,
  supportsProrationInAdvance: true,
  projection: 'units',
  adjustsUnits: 'always',
  refusesAggregation: () => null,
  parseProperties(input) {
    if (isEmptyProperties(input)) return accepted({ amount: '0' })
    const { amount } = fieldsOf(input)
    return isDecimalText(amount) ? accepted({ amount }) : refused({ invalid_amount: false })
  },
  tally: () => null,
  rate({ amount }, { units }) {
    const price = new Decimal(amount)
    return { amount: units.times(price), unitAmount: units.isZero() ? ZERO : price, details: {} }
  },
  rateProrated: ({ amount }, { units }, prorated) => ({
    amount: Decimal.max(ZERO, prorated.units.times(amount)),
    unitAmount: units.isZero() ? ZERO : new Decimal(amount),
    details: {},
  }),
  instantAmount: ({ amount }, units) => units.times(amount),
}
