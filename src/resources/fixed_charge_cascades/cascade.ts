import { Decimal } from '../../core/money/decimal.js'
import { sameProperties } from '../../core/rating/same_properties.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { CASCADED_TERMS_PER_PAGE } from '../../limits.js'
import type { CascadeScope } from '../charge_cascades/store.js'
import type { DraftedFixedCharge, FixedChargeChanges } from '../fixed_charges/statements.js'
import { hasUsedCopies } from '../plans/store.js'
import { addCopies, deleteCopies, type KeptTerms, replaceTerms, termsOfCopies } from './store.js'

/**
 * What lets the plans that subscriptions have for themselves follow an edit of the fixed charges of the plan that they are copies of:
 * statements for the commit of the edit, behind its own. A copy follows if both its price and its units are what those of the plan were
 * (plan change rules, section 9).
 */
export async function cascadeFixedCharges(
  db: Database,
  scope: CascadeScope,
  { drafted, removedIds }: FixedChargeChanges,
): Promise<Statement[]> {
  if (!(await hasUsedCopies(db, scope.organizationId, scope.planId))) return []
  const addedIds = drafted.flatMap(({ row, existing }) => (existing === undefined ? [row.id] : []))
  const changed: Statement[] = []
  for (const draft of drafted) changed.push(...(await cascadeChange(db, scope, draft)))
  return [...deleteCopies(db, scope, removedIds), ...changed, ...addCopies(db, scope, addedIds)]
}

async function cascadeChange(
  db: Database,
  scope: CascadeScope,
  { row, existing, decision }: DraftedFixedCharge,
): Promise<Statement[]> {
  if (existing === undefined) return []
  const before = existing.charge
  const isSame = sameProperties(before.properties, row.properties) && decision === null
  if (isSame) return []
  const follow: KeptTerms[] = []
  for (let last: KeptTerms = ['', '']; ; ) {
    const page = await termsOfCopies(db, scope, row, last, CASCADED_TERMS_PER_PAGE)
    follow.push(
      ...page.filter(
        ([properties, units]) =>
          sameProperties(JSON.parse(properties), before.properties) && new Decimal(units).eq(before.units),
      ),
    )
    last = page.at(-1) ?? last
    if (page.length < CASCADED_TERMS_PER_PAGE) break
  }
  return follow.length === 0 ? [] : replaceTerms(db, scope, row, decision, follow)
}
