import type { Decimal } from '../../money/decimal.js'
import type { MeteredEvent } from '../aggregation.js'
import { propertyDecimal } from '../property.js'

/** What a numeric aggregation sees of an event; null when there is no plain decimal number, so that it does not count. */
export function numericValue(event: MeteredEvent, fieldName: string | null): Decimal | null {
  return fieldName === null ? null : propertyDecimal(event.properties, fieldName)
}
