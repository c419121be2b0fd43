import { type Decimal, ZERO } from '../money/decimal.js'
import { MAX_BREAKDOWN_TEXT, MAX_BREAKDOWNS } from './limits.js'

/** How many of a row's units carry certain values of the presentation keys. Before the metric's rounding. */
export interface PresentationBreakdown {
  readonly presentationBy: Readonly<Record<string, string | null>>
  readonly units: Decimal
}

/**
 * Units by the values of presentation keys, which no price depends on (metering rules, section 5). The first values that come
 * are kept, up to a bound.
 */
export class Breakdown {
  readonly #rows = new Map<string, { readonly values: readonly (string | null)[]; units: Decimal }>()
  #textLength = 0

  constructor(private readonly keys: readonly string[]) {}

  /** @param values one for each key */
  add(values: readonly (string | null)[], units: Decimal): void {
    const text = JSON.stringify(values)
    const row = this.#rows.get(text) ?? { values, units: ZERO }
    if (!this.#rows.has(text)) {
      if (this.#rows.size === MAX_BREAKDOWNS || this.#textLength + text.length > MAX_BREAKDOWN_TEXT) return
      this.#textLength += text.length
      this.#rows.set(text, row)
    }
    row.units = row.units.plus(units)
  }

  rows(): PresentationBreakdown[] {
    return [...this.#rows.values()].map(({ values, units }) => ({
      presentationBy: Object.fromEntries(this.keys.map((key, i) => [key, values[i] ?? null])),
      units,
    }))
  }
}
