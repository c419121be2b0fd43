import { Decimal, ZERO } from '../../money/decimal.js'
import { formatDecimal } from '../../money/format.js'
import type { ChargeModel, Rating } from '../charge_model.js'
import { accepted, fieldsOf, isDecimalText, isEmptyProperties, isSize, refused } from '../properties.js'
import { averageUnitAmount } from '../unit_amount.js'

export type PackageProperties = {
  /** Price of one package. */
  readonly amount: string
  /** Units in a package, at least 1. */
  readonly package_size: number
  /** Units that come off before packages are counted. */
  readonly free_units: number
}

/** Units are sold in packages, and one that is begun is paid whole. */
export const packageModel: ChargeModel<PackageProperties> = {
  name: 'package',
  supportsPayInAdvance: true,
  supportsProration: false,
  supportsProrationInAdvance: false,
  projection: 'units',
  adjustsUnits: 'always',
  refusesAggregation: () => null,
  parseProperties(input) {
    if (isEmptyProperties(input)) return accepted({ amount: '0', package_size: 1, free_units: 0 })
    const { amount, package_size, free_units } = fieldsOf(input)
    if (isDecimalText(amount) && isSize(package_size, 1) && isSize(free_units, 0)) {
      return accepted({ amount, package_size, free_units })
    }
    return refused({
      invalid_amount: isDecimalText(amount),
      invalid_package_size: isSize(package_size, 1),
      invalid_free_units: isSize(free_units, 0),
    })
  },
  tally: () => null,
  rate({ amount: price, package_size, free_units }, { units }) {
    if (units.isZero()) return NOTHING
    const paidUnits = Decimal.max(ZERO, units.minus(free_units))
    const amount = packagesFor(paidUnits, package_size).times(price)
    return {
      amount,
      unitAmount: averageUnitAmount(amount, paidUnits),
      details: {
        free_units: formatDecimal(new Decimal(free_units)),
        paid_units: formatDecimal(paidUnits),
        per_package_size: package_size,
        per_package_unit_amount: formatDecimal(new Decimal(price)),
      },
    }
  },
}

const NOTHING: Rating = {
  amount: ZERO,
  unitAmount: ZERO,
  details: { free_units: '0.0', paid_units: '0.0', per_package_size: 0, per_package_unit_amount: '0.0' },
}

/** Rounded up, by whole division: a rounded quotient could lose the trace of a unit that opens one more package. */
function packagesFor(units: Decimal, size: number): Decimal {
  const full = units.divToInt(size)
  return units.gt(full.times(size)) ? full.plus(1) : full
}
