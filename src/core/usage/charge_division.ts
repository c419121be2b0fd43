import type { BillableMetric, Charge } from '../catalog.js'
import { filterRules } from '../metering/all_values.js'
import type { BucketRule, Division } from '../metering/division.js'
import { groupKeysOf } from '../rating/charge_properties.js'
import { chargeModelOf } from '../rating/registry.js'

/** The part of a charge's usage that is asked for; an invoice asks for all of it, in all its groups. */
export interface UsageWish {
  /** Only events with these texts; null stands for a missing or empty property. Nothing is grouped by these keys any more. */
  readonly only: Readonly<Record<string, string | null>>
  readonly skipsGrouping: boolean
}

export const ALL_USAGE: UsageWish = { only: {}, skipsGrouping: false }

type Divided = Pick<Charge, 'chargeModel' | 'properties' | 'filters'> & {
  readonly metric: Pick<BillableMetric, 'aggregationType' | 'filters'>
  readonly prorated?: boolean
}

/**
 * How the events of a charge are priced apart: each filter by its own properties and group keys, never by the charge's; what
 * matches none by those of the charge (metering rules, sections 4 and 5).
 */
export function chargeDivision(charge: Divided, wish: UsageWish = ALL_USAGE): Division {
  const model = chargeModelOf(charge.chargeModel)
  const tallyOf = (properties: Charge['properties']) =>
    charge.prorated ? model.proratedTally?.(properties) : model.tally(properties, charge.metric.aggregationType)
  const bucketRule = (properties: Charge['properties']): BucketRule => ({
    groupKeys: wantedKeys(groupKeysOf(properties), wish),
    tallyKey: tallyOf(properties)?.key ?? null,
  })
  return {
    filters: ruledFilters(charge, ({ properties }) => bucketRule(properties)),
    rest: bucketRule(charge.properties),
    only: wish.only,
  }
}

/**
 * The same buckets, each divided further by the presentation keys that its price does not depend on. Their values stand behind
 * those of the group in the buckets of this division.
 */
export function presentationDivision(charge: Divided, presentationKeys: readonly string[], wish: UsageWish): Division {
  const bucketRule = (properties: Charge['properties']): BucketRule => ({
    groupKeys: [...wantedKeys(groupKeysOf(properties), wish), ...presentationKeys],
    tallyKey: null,
  })
  return {
    filters: ruledFilters(charge, ({ properties }) => bucketRule(properties)),
    rest: bucketRule(charge.properties),
    only: wish.only,
  }
}

/**
 * Whether every bucket of the charge is grouped by all of these keys, so that the buckets of the whole say what those with
 * certain values of them come to.
 */
export function isGroupedBy(charge: Divided, keys: readonly string[]): boolean {
  const { filters, rest } = chargeDivision(charge)
  return [...filters, rest].every(({ groupKeys }) => keys.every((key) => groupKeys.includes(key)))
}

function ruledFilters(charge: Divided, ruleOf: (filter: Charge['filters'][number]) => BucketRule): Division['filters'] {
  const rules = filterRules(charge, charge.metric)
  return charge.filters.map((filter, position) => ({
    values: rules[position]?.values ?? {},
    ...ruleOf(filter),
  }))
}

function wantedKeys(groupKeys: readonly string[], { only, skipsGrouping }: UsageWish): readonly string[] {
  return skipsGrouping ? [] : groupKeys.filter((key) => !Object.hasOwn(only, key))
}
