import type { Plan } from '../../core/catalog.js'
import { notFound, ok, type Result } from '../../core/result.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { loadPlanRecords, toPlan } from '../plans/load.js'
import { findTaxes } from '../taxes/store.js'
import { copyPlan } from './copy.js'
import { editPlan } from './edit.js'
import { difference, insertion } from './statements.js'
import type { OwnUnits, PlanEdit } from './terms.js'

export interface OwnPlanContext {
  readonly db: Database
  readonly organizationId: string
  /** Epoch milliseconds. */
  readonly now: number
  readonly newId: () => string
  /** What the subscription has of the plan's units for itself. */
  readonly units?: OwnUnits
}

/** A subscription's own plan as an edit leaves it, and the statements of the commit that brings this about. */
export interface OwnPlan {
  readonly plan: Plan
  /** Whether the edit makes it: the subscription has to be put on it in the same commit. */
  readonly isNew: boolean
  readonly statements: readonly Statement[]
  /** The filter that the edit was about, as it is listed afterwards. */
  readonly filterId: string | null
  /** Of what the edit decides of units. */
  readonly batchId: string
}

/**
 * Makes or edits the plan of one subscription (plan change rules, section 8). Of a plan that others may share a copy is made and
 * edited; one that is a copy already is edited itself. What is wrong with the edit refuses the whole.
 * @param planId the plan that the subscription is on
 */
export async function loadOwnPlan(context: OwnPlanContext, planId: string, edit: PlanEdit): Promise<Result<OwnPlan>> {
  const { db, organizationId, now } = context
  const codes = taxCodesOf(edit)
  const [records, found] = await Promise.all([
    loadPlanRecords(db, organizationId, [planId]),
    findTaxes(db, organizationId, codes),
  ])
  const listed = records.get(planId)
  if (listed === undefined) return notFound('plan')
  if (found === undefined) return notFound('tax')
  const isNew = listed.plan.parentId === null
  const own = isNew ? copyPlan(listed, context, context.units) : listed
  const taxes = new Map(found.map((tax) => [tax.code, tax]))
  const batchId = context.newId()
  const after = editPlan({ listed, own }, edit, { ...context, taxes, batchId })
  if (!after.ok) return after
  const { record, filterId } = after.value
  return ok({
    plan: toPlan(record),
    isNew,
    statements: isNew ? insertion(db, record, now) : difference(db, own, record, now),
    filterId,
    batchId,
  })
}

function taxCodesOf(edit: PlanEdit): string[] {
  if (edit.kind === 'charge' || edit.kind === 'fixed_charge') return edit.sent.tax_codes ?? []
  if (edit.kind !== 'terms') return []
  const { tax_codes, charges, fixed_charges, minimum_commitment } = edit.sent
  const parts = [...(charges ?? []), ...(fixed_charges ?? [])]
  return [tax_codes, minimum_commitment?.tax_codes, ...parts.map((part) => part.tax_codes)].flatMap(
    (codes) => codes ?? [],
  )
}
