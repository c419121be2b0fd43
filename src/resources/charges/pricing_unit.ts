import { z } from 'zod'
import { Decimal } from '../../core/money/decimal.js'
import { MAX_DECIMAL_PLACES } from '../../core/rating/limits.js'
import { type FieldErrors, invalid, ok, type Result } from '../../core/result.js'
import { code, decimal } from '../../http/fields.js'
import type { PricingUnitRow } from '../pricing_units/table.js'
import type { ChargeRecord } from './record.js'
import type { ChargeRow } from './table.js'

/** Currency units for one pricing unit. The decimal places keep products exact. */
const conversionRate = decimal().refine(
  (rate) => new Decimal(rate).gt(0) && new Decimal(rate).decimalPlaces() <= MAX_DECIMAL_PLACES,
  { error: 'value_is_out_of_range' },
)

export const appliedPricingUnit = z.object({ code: code().nullish(), conversion_rate: conversionRate.nullish() })

export type PricingUnitInput = z.infer<typeof appliedPricingUnit>

/** What a charge's row says of the unit that it is priced in. */
export type UnitColumns = Pick<ChargeRow, 'pricingUnitId' | 'conversionRate'>

/**
 * The pricing unit as a request changes it: absent parts stay, null takes the unit away. A unit that is new to the charge needs a
 * rate of its own.
 * @param found the units that requests name, by code
 */
export function changedUnit(
  { pricingUnitId: unitBefore, conversionRate: rateBefore }: UnitColumns,
  sent: PricingUnitInput | null | undefined,
  found: ReadonlyMap<string, PricingUnitRow>,
): Result<UnitColumns> {
  if (sent === null) return ok({ pricingUnitId: null, conversionRate: null })
  const named = found.get(sent?.code ?? '')?.id
  const rate = sent?.conversion_rate ?? undefined
  if (named === undefined && rate === undefined) return ok({ pricingUnitId: unitBefore, conversionRate: rateBefore })
  const pricingUnitId = named ?? unitBefore
  const kept = pricingUnitId === unitBefore ? rateBefore : null
  const errors: FieldErrors = {
    ...(pricingUnitId === null && { code: ['value_is_mandatory'] }),
    ...((rate ?? kept) === null && { conversion_rate: ['value_is_mandatory'] }),
  }
  return Object.keys(errors).length > 0 ? invalid(errors) : ok({ pricingUnitId, conversionRate: rate ?? kept })
}

/**
 * What a charge in use takes of it: another rate of the unit that it has (plan change rules, section 9). A rate that is meant for
 * another unit is passed over with it.
 */
export function rateOnly(
  sent: PricingUnitInput | null | undefined,
  { pricingUnit }: Pick<ChargeRecord, 'pricingUnit'>,
): PricingUnitInput | undefined {
  if (!sent || pricingUnit === null) return undefined
  const code = sent.code ?? pricingUnit.code
  return code === pricingUnit.code ? { conversion_rate: sent.conversion_rate } : undefined
}
