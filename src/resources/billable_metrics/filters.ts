import { ALL_FILTER_VALUES, type MetricFilter } from '../../core/catalog.js'

/** A key, and those of its values that are meant. */
export type KeyValues = readonly [key: string, values: readonly string[]]

/** Filters in the form in which they are kept: by key, each key once with all of its values, sorted and each once. */
export function canonicalFilters(sent: readonly MetricFilter[]): MetricFilter[] {
  const valuesOf = new Map<string, Set<string>>()
  for (const { key, values } of sent) valuesOf.set(key, new Set([...(valuesOf.get(key) ?? []), ...values]))
  return [...valuesOf].map(([key, values]) => ({ key, values: [...values].sort() })).sort(byKey)
}

/**
 * What `after` no longer lists of `before`. Of a key that is gone these are all its values and what stands for all of them; while
 * the key is there, "all values" goes on to mean what it lists.
 */
export function removedValues(before: readonly MetricFilter[], after: readonly MetricFilter[]): KeyValues[] {
  const kept = new Map(after.map(({ key, values }) => [key, new Set(values)]))
  return before.flatMap(({ key, values }): KeyValues[] => {
    const left = kept.get(key)
    if (left === undefined) return [[key, [...values, ALL_FILTER_VALUES]]]
    const gone = values.filter((value) => !left.has(value))
    return gone.length === 0 ? [] : [[key, gone]]
  })
}

const byKey = (a: MetricFilter, b: MetricFilter): number => (a.key < b.key ? -1 : 1)
