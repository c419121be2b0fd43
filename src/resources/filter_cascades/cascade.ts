import { withGroupKeysOf } from '../../core/rating/charge_properties.js'
import { sameProperties } from '../../core/rating/same_properties.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { CASCADED_TERMS_PER_PAGE } from '../../limits.js'
import type { FilterEdits } from '../charge_cascades/edits.js'
import type { CascadeScope } from '../charge_cascades/store.js'
import { identityOf } from '../charge_filters/read_filters.js'
import {
  addFilterCopies,
  deleteFilterCopies,
  type FilterAddition,
  type FilterReplacement,
  type FilterScope,
  type FilterText,
  filtersOfCopies,
  replaceFilters,
} from './store.js'

/**
 * Lets the filters of the copies of a charge follow an edit of its own (plan change rules, section 9). The filters of a copy are
 * those that have the same values, in whatever order they are written.
 */
export async function cascadeFilters(
  db: Database,
  cascade: CascadeScope,
  charge: FilterScope['charge'],
  edits: FilterEdits,
): Promise<Statement[]> {
  const changed = edits.changed.filter(({ before, after }) => differ(before, after))
  if (edits.added.length + edits.removed.length + changed.length === 0) return []
  const scope = { ...cascade, charge }
  const copies = await copiesByIdentity(db, scope)
  const ofValues = (values: FilterEdits['added'][number]['values']) => copies.get(identityOf(values)) ?? []
  const spellings = (values: FilterEdits['added'][number]['values']) => [
    ...new Set(ofValues(values).map((copy) => copy.values)),
  ]
  const added = new Map<string, FilterAddition>()
  for (const filter of edits.added) {
    const { values, properties, invoiceDisplayName: name, position } = filter
    const text = JSON.stringify(values)
    const addition = { values: text, properties: JSON.stringify(properties), name, position }
    const identity = identityOf(values)
    if (!added.has(identity)) added.set(identity, { ...addition, spellings: [text, ...spellings(values)] })
  }
  return [
    ...deleteFilterCopies(
      db,
      scope,
      edits.removed.flatMap(({ values }) => spellings(values)),
    ),
    ...replaceFilters(
      db,
      scope,
      changed.flatMap((edit) => ofValues(edit.before.values).flatMap((copy) => replacement(edit, copy))),
    ),
    ...addFilterCopies(db, scope, [...added.values()]),
  ]
}

type Changed = FilterEdits['changed'][number]

const differ = (before: Changed['before'], after: Changed['after']): boolean =>
  before.invoiceDisplayName !== after.invoiceDisplayName ||
  JSON.stringify(before.properties) !== JSON.stringify(after.properties)

function replacement({ before, after }: Changed, copy: FilterText): FilterReplacement[] {
  const properties = JSON.parse(copy.properties)
  if (sameProperties(properties, before.properties)) {
    return [{ before: copy, properties: JSON.stringify(after.properties), name: after.invoiceDisplayName }]
  }
  const regrouped = JSON.stringify(withGroupKeysOf(properties, after.properties))
  return regrouped === copy.properties ? [] : [{ before: copy, properties: regrouped, name: undefined }]
}

async function copiesByIdentity(db: Database, scope: FilterScope): Promise<ReadonlyMap<string, FilterText[]>> {
  const found: FilterText[] = []
  for (let last: FilterText = { values: '', properties: '' }; ; ) {
    const page = await filtersOfCopies(db, scope, last, CASCADED_TERMS_PER_PAGE)
    found.push(...page)
    const end = page.at(-1)
    if (end === undefined || page.length < CASCADED_TERMS_PER_PAGE) break
    last = end
  }
  return Map.groupBy(found, ({ values }) => identityOf(JSON.parse(values)))
}
