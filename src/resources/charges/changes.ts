import { changedFields } from '../../db/changes.js'
import { MAX_FILTER_TEXT_PER_PLAN } from '../../limits.js'
import { filterText } from '../charge_filters/bounds.js'
import type { NewFilterRow } from '../charge_filters/store.js'
import type { ChargeDraft } from './build_charge.js'
import type { ChargeRecord } from './record.js'
import type { NewChargeRow } from './store.js'

/** A charge of a plan that a request makes or changes. */
export interface DraftedCharge {
  readonly draft: ChargeDraft
  /** The charge as it is; undefined for a new one. */
  readonly existing: ChargeRecord | undefined
  /** Ids of the taxes that it was sent with; undefined when its taxes stay. */
  readonly taxIds: readonly string[] | undefined
}

/** The columns of a charge that change. */
export type ChargeUpdate = Pick<NewChargeRow, 'id'> & Partial<NewChargeRow>

/** What changes of some charges of a plan. */
export interface ChargeChanges {
  /** What all of it was made of, removals excepted. */
  readonly drafted: readonly DraftedCharge[]
  readonly added: readonly NewChargeRow[]
  readonly changed: readonly ChargeUpdate[]
  /** Ids of changed charges that get another code. */
  readonly recodedIds: readonly string[]
  readonly removedIds: readonly string[]
  /** Ids of taxes by id of the charge, of those charges that were sent with taxes. */
  readonly taxIds: ReadonlyMap<string, readonly string[]>
  readonly filters: {
    /** New ones and changed ones. */
    readonly saved: readonly NewFilterRow[]
    readonly removedIds: readonly string[]
  }
}

/** @param removedIds ids of the plan's charges that go */
export function changesOf(drafted: readonly DraftedCharge[], removedIds: readonly string[]): ChargeChanges {
  const changed = drafted.filter(({ existing }) => existing !== undefined)
  return {
    drafted,
    added: drafted.filter(({ existing }) => existing === undefined).map(({ draft }) => draft.row),
    changed: changed.flatMap(changedColumns),
    recodedIds: changed
      .filter(({ draft, existing }) => draft.row.code !== existing?.charge.code)
      .map(({ draft }) => draft.row.id),
    removedIds,
    taxIds: new Map(drafted.flatMap(({ draft, taxIds }) => (taxIds === undefined ? [] : [[draft.row.id, taxIds]]))),
    filters: {
      saved: drafted.flatMap(savedFilters),
      removedIds: drafted.flatMap(missingFilters),
    },
  }
}

function changedColumns({ draft: { row }, existing }: DraftedCharge): ChargeUpdate[] {
  const changes = changedFields<NewChargeRow>(existing?.charge, row)
  return changes === null ? [] : [{ ...changes, id: row.id }]
}

/** Filters that are the very rows that are there need not be written again. */
function savedFilters({ draft, existing }: DraftedCharge): readonly NewFilterRow[] {
  const untouched = new Set<NewFilterRow>(existing?.filters)
  return (draft.filters ?? []).filter((filter) => !untouched.has(filter))
}

function missingFilters({ draft, existing }: DraftedCharge): string[] {
  if (draft.filters === undefined || existing === undefined) return []
  const kept = new Set(draft.filters.map(({ id }) => id))
  return existing.filters.flatMap(({ id }) => (kept.has(id) ? [] : [id]))
}

/** Whether the filters of a plan stay within their bound, all of whose charges are given. Those that stay as they are do. */
export function allFiltersFit(drafted: readonly DraftedCharge[]): boolean {
  if (drafted.every(({ draft }) => draft.filters === undefined)) return true
  const texts = drafted.map(({ draft, existing }) => filterText(draft.filters ?? existing?.filters ?? []))
  return texts.reduce((total, text) => total + text, 0) <= MAX_FILTER_TEXT_PER_PLAN
}
