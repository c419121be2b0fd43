import { withGroupKeysOf } from '../../core/rating/charge_properties.js'
import { sameProperties } from '../../core/rating/same_properties.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { CASCADED_TERMS_PER_PAGE } from '../../limits.js'
import { cascadeFilters } from '../filter_cascades/cascade.js'
import { hasUsedCopies } from '../plans/store.js'
import type { ChargeEdit, ChargeEdits } from './edits.js'
import {
  addCopies,
  type CascadeScope,
  deleteCopies,
  propertiesOfCopies,
  type Replacement,
  replaceProperties,
  replaceRates,
} from './store.js'

/**
 * What lets the plans that subscriptions have for themselves follow an edit of the charges of the plan that they are copies of (plan
 * change rules, section 9): statements for the commit of the edit, behind its own. Copies that were given other terms keep them,
 * but for group keys; what a copy is at the time of the commit is what counts. The number of statements grows with the terms
 * that differ, not with the copies.
 */
export async function cascadeCharges(db: Database, scope: CascadeScope, edits: ChargeEdits): Promise<Statement[]> {
  if (!(await hasUsedCopies(db, scope.organizationId, scope.planId))) return []
  const changed: Statement[] = []
  for (const edit of edits.changed) changed.push(...(await cascadeCharge(db, scope, edit)))
  return [...deleteCopies(db, scope, edits.removedIds), ...changed, ...addCopies(db, scope, edits.addedIds)]
}

async function cascadeCharge(db: Database, scope: CascadeScope, edit: ChargeEdit): Promise<Statement[]> {
  const { before, after, filters } = edit
  const isPriced = JSON.stringify(before.properties) !== JSON.stringify(after.properties)
  const rates = before.pricingUnitId === after.pricingUnitId ? [before.conversionRate, after.conversionRate] : []
  const [oldRate, newRate] = rates
  return [
    ...(isPriced ? replaceProperties(db, scope, after, await replacements(db, scope, edit)) : []),
    ...(oldRate && newRate && oldRate !== newRate ? [replaceRates(db, scope, after, [oldRate, newRate])] : []),
    ...(await cascadeFilters(db, scope, after, filters)),
  ]
}

/** Of all the properties that copies have, those that change. */
async function replacements(db: Database, scope: CascadeScope, { before, after }: ChargeEdit): Promise<Replacement[]> {
  const found: Replacement[] = []
  for (let last = ''; ; ) {
    const page = await propertiesOfCopies(db, scope, after, last, CASCADED_TERMS_PER_PAGE)
    for (const text of page) {
      const properties = JSON.parse(text)
      const follows = sameProperties(properties, before.properties)
      const replaced = JSON.stringify(follows ? after.properties : withGroupKeysOf(properties, after.properties))
      if (replaced !== text) found.push([text, replaced])
    }
    last = page.at(-1) ?? ''
    if (page.length < CASCADED_TERMS_PER_PAGE) return found
  }
}
