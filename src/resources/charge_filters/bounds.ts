import type { Failure } from '../../core/result.js'
import type { Database } from '../../db/client.js'
import { MAX_FILTER_TEXT_PER_PLAN } from '../../limits.js'
import { filterTextOfPlan, type NewFilterRow } from './store.js'

/** Refuses filters that would make a plan larger than one batch can load. */
export const TOO_LONG: Failure = { kind: 'invalid', details: { filters: ['value_is_too_long'] } }

/** Characters of JSON text that the filters' values and properties take. */
export const filterText = (rows: readonly NewFilterRow[]): number =>
  rows.reduce(
    (total, { values, properties }) => total + JSON.stringify(values).length + JSON.stringify(properties).length,
    0,
  )

/** Whether a plan's filters stay within their bound when those in `before` become those in `after`. */
export async function filtersFit(
  db: Database,
  organizationId: string,
  planId: string,
  { before, after }: { readonly before: readonly NewFilterRow[]; readonly after: readonly NewFilterRow[] },
): Promise<boolean> {
  const text = await filterTextOfPlan(db, organizationId, planId)
  return text - filterText(before) + filterText(after) <= MAX_FILTER_TEXT_PER_PLAN
}
