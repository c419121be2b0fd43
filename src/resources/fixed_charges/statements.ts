import { changedFields } from '../../db/changes.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { replaceAllAssignments } from '../taxes/store.js'
import type { FixedChargeDraft, NewFixedChargeRow } from './build_fixed_charge.js'
import {
  deleteFixedCharges,
  insertFixedCharge,
  insertUnits,
  releaseFixedChargeCodes,
  updateFixedChargeRow,
} from './store.js'

/** A fixed charge that a request makes or changes. */
export interface DraftedFixedCharge extends FixedChargeDraft {
  /** Ids of the taxes that it was sent with; undefined when its taxes stay. */
  readonly taxIds: readonly string[] | undefined
}

/** What changes of some fixed charges of a plan. */
export interface FixedChargeChanges {
  readonly drafted: readonly DraftedFixedCharge[]
  readonly removedIds: readonly string[]
}

/** The changes as statements of one commit, in an order that lets fixed charges take over the codes of others. */
export function fixedChargeStatements(
  db: Database,
  organizationId: string,
  { drafted, removedIds }: FixedChargeChanges,
  now: number,
): Statement[] {
  const added = drafted.filter(({ existing }) => existing === undefined)
  const kept = drafted.filter(({ existing }) => existing !== undefined)
  const recodedIds = kept.filter(({ row, existing }) => row.code !== existing?.charge.code).map(({ row }) => row.id)
  const taxIds = new Map(drafted.flatMap(({ row, taxIds }) => (taxIds === undefined ? [] : [[row.id, taxIds]])))
  return [
    ...(removedIds.length === 0 ? [] : [deleteFixedCharges(db, organizationId, removedIds, now)]),
    ...(recodedIds.length === 0 ? [] : [releaseFixedChargeCodes(db, organizationId, recodedIds)]),
    ...kept.flatMap(({ row, existing }) => {
      const changes = changedFields<NewFixedChargeRow>(existing?.charge, row)
      return changes === null ? [] : [updateFixedChargeRow(db, organizationId, row.id, changes)]
    }),
    ...added.map(({ row }) => insertFixedCharge(db, row)),
    ...insertUnits(
      db,
      drafted.flatMap(({ decision }) => decision ?? []),
    ),
    ...replaceAllAssignments(db, organizationId, 'fixed_charge', taxIds),
  ]
}

/** Whether some of it is to be billed at once, where somebody is subscribed. */
export const isBilledAtOnce = ({ drafted }: FixedChargeChanges): boolean =>
  drafted.some(({ row, decision }) => row.payInAdvance && decision?.isImmediate === true)
