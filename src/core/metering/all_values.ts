import { ALL_FILTER_VALUES, type BillableMetric, type Charge } from '../catalog.js'
import type { FilterRule } from './division.js'

/**
 * What the filters of a charge take, each at its own position: "all values" spelled out as those that the metric lists now,
 * any other value only while the metric lists it (metering rules, section 4). A key without a value left keeps its filter
 * from taking anything; leaving the key out would make the filter wider.
 */
export function filterRules(
  charge: Pick<Charge, 'filters'>,
  metric: Pick<BillableMetric, 'filters'>,
): Pick<FilterRule, 'values'>[] {
  const listed = new Map(metric.filters.map(({ key, values }) => [key, values]))
  return charge.filters.map(({ values }) => ({
    // Not by assignment, which would lose a key that is named like a part of every object.
    values: Object.fromEntries(
      Object.entries(values).map(([key, named]) => [key, namedValues(named, listed.get(key) ?? [])]),
    ),
  }))
}

function namedValues(named: readonly string[], listed: readonly string[]): readonly string[] {
  if (named.includes(ALL_FILTER_VALUES)) return listed
  const known = new Set(listed)
  return named.filter((value) => known.has(value))
}
