import { ALL_FILTER_VALUES, type MetricFilter } from '../../core/catalog.js'
import type { ChargeModel } from '../../core/rating/charge_model.js'
import { parseChargeProperties } from '../../core/rating/charge_properties.js'
import { type FieldErrors, invalid, ok, type Result } from '../../core/result.js'
import { mergeErrors } from '../../http/validate.js'
import type { FilterInput, FilterValues } from './schema.js'
import type { NewFilterRow } from './store.js'

type Properties = Readonly<Record<string, unknown>>

/** Gives the properties of a filter in their canonical form, if the metric lists its values and the model takes its price. */
export type FilterCheck = (values: FilterValues, properties: unknown) => Result<Properties>

/**
 * The check of a charge's filters (metering rules, section 4).
 * @param listed the filters of the charge's metric
 */
export function filterCheck(model: ChargeModel, listed: readonly MetricFilter[]): FilterCheck {
  const valuesOf = new Map(listed.map(({ key, values }) => [key, new Set(values).add(ALL_FILTER_VALUES)]))
  return (values, properties) => {
    const known = Object.entries(values).every(([key, list]) => list.every((value) => valuesOf.get(key)?.has(value)))
    const parsed = parseChargeProperties(model, properties, 'filter')
    const errors: FieldErrors = known ? {} : { values: ['value_is_invalid'] }
    if (!parsed.ok) return invalid({ ...errors, properties: [...parsed.codes] })
    return known ? ok(parsed.properties) : invalid(errors)
  }
}

export interface FilterOwner {
  readonly organizationId: string
  readonly chargeId: string
}

export interface FilterList {
  readonly sent: readonly FilterInput[]
  /** The charge's filters as they are. */
  readonly before: readonly NewFilterRow[]
}

/**
 * The whole list of a charge's filters as a request wants it. A member that has the values of a filter changes that one, and
 * leaves what it does not name; of several with the same values the first changes the first. All others are new.
 */
export function readFilters(
  owner: FilterOwner,
  { sent, before }: FilterList,
  check: FilterCheck,
  { now, newId }: { readonly now: number; readonly newId: () => string },
): Result<NewFilterRow[]> {
  const known = Map.groupBy(before, ({ values }) => identityOf(values))
  const rows: NewFilterRow[] = []
  const problems: FieldErrors[] = []
  for (const [position, input] of sent.entries()) {
    const filter = known.get(identityOf(input.values))?.shift()
    const properties = check(input.values, input.properties === undefined ? filter?.properties : input.properties)
    if (!properties.ok) {
      problems.push(properties.failure.kind === 'invalid' ? (properties.failure.details as FieldErrors) : {})
      continue
    }
    const { invoice_display_name: name = filter?.invoiceDisplayName ?? null } = input
    const changing = { position, values: input.values, properties: properties.value, invoiceDisplayName: name }
    const kept = filter ?? { id: newId(), ...owner, createdAt: now, deletedAt: null }
    rows.push({ ...kept, ...changing, updatedAt: now })
  }
  return problems.length === 0 ? ok(rows) : invalid(mergeErrors(...problems))
}

/** Equal for filters that name the same values of the same keys, in whatever order. */
export function identityOf(values: FilterValues): string {
  const sorted = Object.entries(values).map(([key, list]) => [key, list.toSorted()] as const)
  return JSON.stringify(sorted.sort(([a], [b]) => (a < b ? -1 : 1)))
}
