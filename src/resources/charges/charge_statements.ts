import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { deleteFilters, saveFilters } from '../charge_filters/store.js'
import { replaceAllAssignments } from '../taxes/store.js'
import type { ChargeChanges } from './changes.js'
import { deleteCharges, insertCharge, releaseCodes, updateChargeRow } from './store.js'

/** The changes as statements of one commit, in an order that lets charges take over the codes of others. */
export function chargeStatements(
  db: Database,
  organizationId: string,
  changes: ChargeChanges,
  now: number,
): Statement[] {
  return [
    ...(changes.removedIds.length === 0 ? [] : [deleteCharges(db, organizationId, changes.removedIds, now)]),
    ...(changes.recodedIds.length === 0 ? [] : [releaseCodes(db, organizationId, changes.recodedIds)]),
    ...changes.changed.map((row) => updateChargeRow(db, organizationId, row)),
    ...changes.added.map((row) => insertCharge(db, row)),
    ...(changes.filters.removedIds.length === 0
      ? []
      : [deleteFilters(db, organizationId, changes.filters.removedIds, now)]),
    ...saveFilters(db, changes.filters.saved),
    ...replaceAllAssignments(db, organizationId, 'charge', changes.taxIds),
  ]
}
