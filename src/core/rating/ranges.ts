import { Decimal, ZERO } from '../money/decimal.js'
import type { ParsedProperties } from './charge_model.js'
import { MAX_DECIMAL_PLACES, MAX_RANGES } from './limits.js'
import { accepted, fieldsOf, isDecimalText, isEmptyProperties, isObject, refused } from './properties.js'

type Bounds = { readonly from_value: number; readonly to_value: number | null }

/** One range as the API spells it, with a price of decimal text under each key of `K`. Checked ranges leave no unit out. */
export type Range<K extends string> = Bounds & Readonly<Record<K, string>>

/** What tells the models that price by ranges apart when their properties are read. */
export interface RangeRules<K extends string> {
  /** The property that holds the list. */
  readonly key: string
  /** Each price of a range, and the code that refuses it. */
  readonly prices: Readonly<Record<K, string>>
  /** Whether a range may also begin exactly where the one before it ends, instead of one unit above. */
  readonly mayTouch: boolean
}

/**
 * The checked ranges of a request's properties (metering rules, section 3): from 0 on, each following on the one before it,
 * the last and only the last open. Without properties there is one open range that costs nothing. Older clients send the
 * list bare, in place of the properties. Refuses with `missing_<key>`, `invalid_<key>` and the codes of the prices.
 */
export function parseRanges<K extends string>(
  input: unknown,
  rules: RangeRules<K>,
): ParsedProperties<readonly Range<K>[]> {
  const keys = Object.keys(rules.prices) as K[]
  if (isEmptyProperties(input)) return accepted([toRange({ from_value: 0, to_value: null }, keys, () => '0')])
  const list = Array.isArray(input) ? input : fieldsOf(input)[rules.key]
  if (list === undefined || list === null || (Array.isArray(list) && list.length === 0)) {
    return refused({ [`missing_${rules.key}`]: false })
  }
  const invalid = `invalid_${rules.key}`
  if (!Array.isArray(list) || list.length > MAX_RANGES || !list.every(isObject)) return refused({ [invalid]: false })

  const checks: Record<string, boolean> = { [invalid]: followOn(list, rules.mayTouch) }
  for (const key of keys) {
    const code = rules.prices[key]
    checks[code] = (checks[code] ?? true) && list.every((range) => isDecimalText(range[key]))
  }
  if (Object.values(checks).includes(false)) return refused(checks)
  return accepted(
    list.map((range) => {
      const bounds = { from_value: range.from_value as number, to_value: (range.to_value ?? null) as number | null }
      return toRange(bounds, keys, (key) => range[key] as string)
    }),
  )
}

function toRange<K extends string>(bounds: Bounds, keys: readonly K[], priceOf: (key: K) => string): Range<K> {
  const prices = Object.fromEntries(keys.map((key) => [key, priceOf(key)])) as Record<K, string>
  return { ...prices, ...bounds }
}

function followOn(ranges: readonly Readonly<Record<string, unknown>>[], mayTouch: boolean): boolean {
  return ranges.every(({ from_value, to_value }, index) => {
    if (!isBound(from_value)) return false
    const isLast = index === ranges.length - 1
    const ends = isLast ? (to_value ?? null) === null : isBound(to_value) && to_value > from_value
    if (index === 0) return ends && from_value === 0
    const before = ranges[index - 1]?.to_value
    // Compared as decimals: in binary floats 0.14 + 1 is not 1.14.
    return (
      ends && isBound(before) && ((mayTouch && from_value === before) || new Decimal(before).plus(1).eq(from_value))
    )
  })
}

/** Bounds need not be whole; those beyond 2^53 may no longer be what was sent. */
function isBound(value: unknown): value is number {
  if (typeof value !== 'number' || !(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) return false
  return new Decimal(value).decimalPlaces() <= MAX_DECIMAL_PLACES
}

/** A range that usage reaches into, and the units that lie in it. */
export interface RangeShare<K extends string> {
  readonly range: Range<K>
  readonly units: Decimal
}

/**
 * The ranges up to the one that holds `units` (at least 0). A range begins where the one before it ends, however its
 * `from_value` is written (10 or 11 after 10), so that every unit and every part of one lies in exactly one range. The first
 * range is entered by 0 units.
 */
export function enteredRanges<K extends string>(ranges: readonly Range<K>[], units: Decimal): readonly RangeShare<K>[] {
  const shares: RangeShare<K>[] = []
  let begin = ZERO
  for (const range of ranges) {
    if (range.to_value === null || units.lte(range.to_value)) {
      shares.push({ range, units: units.minus(begin) })
      break
    }
    const end = new Decimal(range.to_value)
    shares.push({ range, units: end.minus(begin) })
    begin = end
  }
  return shares
}

/** The range that holds `units`: the first that does not end below them. */
export function rangeHolding<K extends string>(ranges: readonly Range<K>[], units: Decimal): Range<K> {
  const range = ranges.find(({ to_value }) => to_value === null || units.lte(to_value))
  if (range === undefined) throw new Error('ranges do not end open')
  return range
}
