import type { NewFilterRow } from '../charge_filters/store.js'
import type { ChargeChanges, DraftedCharge } from '../charges/changes.js'
import type { NewChargeRow } from '../charges/store.js'

/** What was changed of a plan's charges, as the copies that subscriptions have of them follow it. */
export interface ChargeEdits {
  readonly addedIds: readonly string[]
  readonly changed: readonly ChargeEdit[]
  readonly removedIds: readonly string[]
}

export interface ChargeEdit {
  readonly before: NewChargeRow
  readonly after: NewChargeRow
  readonly filters: FilterEdits
}

export interface FilterEdits {
  readonly added: readonly NewFilterRow[]
  readonly changed: readonly { readonly before: NewFilterRow; readonly after: NewFilterRow }[]
  readonly removed: readonly NewFilterRow[]
}

const NO_FILTERS: FilterEdits = { added: [], changed: [], removed: [] }

/** What a request made of charges. */
export function editsOf({ drafted, removedIds }: Pick<ChargeChanges, 'drafted' | 'removedIds'>): ChargeEdits {
  return {
    addedIds: drafted.flatMap(({ draft, existing }) => (existing === undefined ? [draft.row.id] : [])),
    changed: drafted.flatMap(editOf),
    removedIds,
  }
}

/** What a request made of the filters of one charge. */
export const filterEdits = (charge: NewChargeRow, filters: Partial<FilterEdits>): ChargeEdits => ({
  addedIds: [],
  changed: [{ before: charge, after: charge, filters: { ...NO_FILTERS, ...filters } }],
  removedIds: [],
})

function editOf({ draft, existing }: DraftedCharge): ChargeEdit[] {
  if (existing === undefined) return []
  const filters = draft.filters === undefined ? NO_FILTERS : difference(existing.filters, draft.filters)
  return [{ before: existing.charge, after: draft.row, filters }]
}

function difference(before: readonly NewFilterRow[], after: readonly NewFilterRow[]): FilterEdits {
  const known = new Map(before.map((filter) => [filter.id, filter]))
  const kept = new Set(after.map(({ id }) => id))
  return {
    added: after.filter(({ id }) => !known.has(id)),
    changed: after.flatMap((filter) => {
      const old = known.get(filter.id)
      return old === undefined ? [] : [{ before: old, after: filter }]
    }),
    removed: before.filter(({ id }) => !kept.has(id)),
  }
}
