import type { Bucket, Division, FilterRule } from './division.js'
import { propertyText } from './property.js'

type Properties = Readonly<Record<string, unknown>>

/** The bucket's place in the tables: empty for the rest without groups, so for everything that is not divided. */
export function bucketKey({ filter, group }: Bucket): string {
  return filter === null && group.length === 0 ? '' : JSON.stringify([filter, ...group])
}

/** Reads what {@link bucketKey} wrote. */
export function bucketOfKey(key: string): Bucket {
  if (key === '') return { filter: null, group: [] }
  const [filter, ...group] = JSON.parse(key) as [number | null, ...(string | null)[]]
  return { filter, group }
}

/** The text that an event is grouped by; null where the property is missing or empty. */
export function groupValue(properties: Properties, key: string): string | null {
  const text = propertyText(properties, key)
  return text === '' ? null : text
}

/** Filters that ask for the same properties, found through an index on values. */
interface KeySet {
  readonly keys: readonly string[]
  /** For each key: by value, the positions of the filters that take it, the best first. */
  readonly filtersOf: readonly ReadonlyMap<string, readonly number[]>[]
}

/**
 * Finds the bucket of an event. The most specific filter wins: most keys, then fewest combinations of values, then the first
 * defined (metering rules, section 4). Filters are found through the values that they list, so that thousands of them cost little
 * more than one.
 */
export class Divider {
  readonly #keySets: readonly KeySet[]
  /** Rank of each filter by position: the lower, the more specific. */
  readonly #ranks: readonly number[]
  readonly #values: readonly Readonly<Record<string, ReadonlySet<string>>>[]

  constructor(private readonly division: Division) {
    const { filters } = division
    const best = filters.map((_, position) => position).sort((a, b) => compareFilters(filters, a, b))
    const ranks = filters.map(() => 0)
    for (const [rank, position] of best.entries()) ranks[position] = rank
    this.#ranks = ranks
    this.#values = filters.map(({ values }) =>
      Object.fromEntries(Object.entries(values).map(([key, list]) => [key, new Set(list)])),
    )
    const bySignature = Map.groupBy(best, (position) => JSON.stringify(keysOf(filters[position])))
    this.#keySets = [...bySignature.values()].map((positions) => keySet(filters, positions))
  }

  /** Null for an event that is not counted at all. */
  bucketOf(properties: Properties): Bucket | null {
    for (const [key, wanted] of Object.entries(this.division.only)) {
      if (groupValue(properties, key) !== wanted) return null
    }
    const filter = this.#filterOf(properties)
    const rule = filter === null ? this.division.rest : (this.division.filters[filter] ?? this.division.rest)
    return { filter, group: rule.groupKeys.map((key) => groupValue(properties, key)) }
  }

  /** {@link bucketKey} of the event's bucket. */
  keyOf(properties: Properties): string | null {
    const bucket = this.bucketOf(properties)
    return bucket === null ? null : bucketKey(bucket)
  }

  #filterOf(properties: Properties): number | null {
    let found: number | null = null
    for (const set of this.#keySets) {
      const position = this.#bestOf(set, properties)
      if (position !== null && (found === null || this.#rank(position) < this.#rank(found))) found = position
    }
    return found
  }

  /** The best filter of a key set that takes the event: looked for in the shortest of the lists that its values lead to. */
  #bestOf({ keys, filtersOf }: KeySet, properties: Properties): number | null {
    const texts: string[] = []
    let shortest: readonly number[] | null = null
    for (const [i, key] of keys.entries()) {
      const text = propertyText(properties, key)
      const positions = text === null ? undefined : filtersOf[i]?.get(text)
      if (text === null || positions === undefined) return null
      texts.push(text)
      if (shortest === null || positions.length < shortest.length) shortest = positions
    }
    const takes = (position: number) => keys.every((key, i) => this.#values[position]?.[key]?.has(texts[i] ?? ''))
    return shortest?.find(takes) ?? null
  }

  #rank = (position: number): number => this.#ranks[position] ?? 0
}

function keySet(filters: readonly FilterRule[], positions: readonly number[]): KeySet {
  const keys = keysOf(filters[positions[0] ?? 0])
  const filtersOf = keys.map((key) => {
    const byValue = new Map<string, number[]>()
    for (const position of positions) {
      for (const value of new Set(filters[position]?.values[key])) {
        const list = byValue.get(value)
        if (list === undefined) byValue.set(value, [position])
        else list.push(position)
      }
    }
    return byValue
  })
  return { keys, filtersOf }
}

function compareFilters(filters: readonly FilterRule[], a: number, b: number): number {
  const byKeys = keysOf(filters[b]).length - keysOf(filters[a]).length
  if (byKeys !== 0) return byKeys
  const [left, right] = [combinations(filters[a]), combinations(filters[b])]
  return left === right ? a - b : left < right ? -1 : 1
}

/** Exact whatever the number of keys: a product of many sizes leaves the range of doubles. */
function combinations(filter: FilterRule | undefined): bigint {
  return Object.values(filter?.values ?? {}).reduce((product, values) => product * BigInt(new Set(values).size), 1n)
}

const keysOf = (filter: FilterRule | undefined): string[] => Object.keys(filter?.values ?? {}).sort()
