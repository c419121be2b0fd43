import { ok, type Result } from '../../core/result.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import type { Json } from '../../http/body.js'
import { asksToCascade } from '../../http/cascades.js'
import { validate } from '../../http/validate.js'
import { cascadeCharges } from '../charge_cascades/cascade.js'
import { editsOf } from '../charge_cascades/edits.js'
import type { ChargeChanges } from '../charges/changes.js'
import { chargeStatements } from '../charges/charge_statements.js'
import { metricIdsOf, planCharges, pricingUnitCodesOf, readListedCharges, taxCodesOf } from '../charges/plan_charges.js'
import type { ChargeRecord } from '../charges/record.js'
import { findReferences, idsOf } from '../charges/references.js'
import { cascadeFixedCharges } from '../fixed_charge_cascades/cascade.js'
import { planFixedCharges, readListedFixedCharges, taxCodesOfFixed } from '../fixed_charges/plan_fixed_charges.js'
import type { FixedChargeRecord } from '../fixed_charges/record.js'
import { type FixedChargeChanges, fixedChargeStatements, isBilledAtOnce } from '../fixed_charges/statements.js'
import { scheduleUnitsCharges } from '../fixed_charges/store.js'
import { commitmentRefused } from '../minimum_commitments/terms.js'
import { scheduleReconsiderations } from '../plan_subscribers/store.js'
import { replaceAssignments } from '../taxes/store.js'
import type { TaxOwnerKind } from '../taxes/table.js'
import { scheduleThresholdChecks } from '../usage_thresholds/store.js'
import { buildPlan, changePlan } from './build_plan.js'
import { createPlan, type PlanInput, updatePlan, updatePlanInUse } from './schema.js'
import { insertPlan, type NewPlanRow, repriceCopies, savePlanChanges } from './store.js'
import type { PlanRow } from './table.js'

/** What a request is carried out with. */
export interface PlanContext {
  readonly db: Database
  readonly organizationId: string
  /** Epoch milliseconds. */
  readonly now: number
  readonly newId: () => string
}

/** A plan that is ready to be committed. */
export interface PlanCommit {
  readonly planId: string
  readonly statements: readonly Statement[]
  /** Whether the statements put work on the agendas of customers that is due at once. */
  readonly setsOff: boolean
  /** Whether some of it bills units. */
  readonly chargesUnits: boolean
}

/** Reads a request for a new plan, with its charges. */
export async function readNewPlan(context: PlanContext, sent: Json): Promise<Result<PlanCommit>> {
  const input = validate(createPlan, sent)
  if (!input.ok) return input
  const refused = commitmentRefused(null, input.value.minimum_commitment)
  if (refused !== null) return refused
  const { organizationId } = context
  const row = buildPlan({ id: context.newId(), organizationId }, input.value, context)
  const parts = await readParts(context, row, input.value, { charges: [], fixedCharges: [], inUse: false })
  if (!parts.ok) return parts
  return ok({
    planId: row.id,
    statements: [insertPlan(context.db, row), ...parts.value.statements],
    setsOff: false,
    chargesUnits: false,
  })
}

/** A plan as it is before a change. */
export interface ExistingPlan {
  readonly plan: PlanRow
  readonly charges: readonly ChargeRecord[]
  readonly fixedCharges: readonly FixedChargeRecord[]
  /** Whether somebody is or was subscribed to it: then only prices and texts change. */
  readonly inUse: boolean
}

/** Reads a request that changes a plan; a list of charges in it is the whole list. */
export async function readChangedPlan(
  context: PlanContext,
  existing: ExistingPlan,
  sent: Json,
): Promise<Result<PlanCommit>> {
  const input = validate<PlanInput>(existing.inUse ? updatePlanInUse : updatePlan, sent)
  if (!input.ok) return input
  const { db, organizationId, now } = context
  const { seq: _, ...before } = existing.plan
  const refused = commitmentRefused(before.minimumCommitment, input.value.minimum_commitment)
  if (refused !== null) return refused
  const row = changePlan(before, input.value, context)
  const { id } = row
  const parts = await readParts(context, row, input.value, existing)
  if (!parts.ok) return parts
  const cascades = asksToCascade(sent)
  const prices = { fromCents: existing.plan.amountCents, toCents: row.amountCents, now }
  const isThresholdNew = JSON.stringify(row.usageThresholds) !== JSON.stringify(existing.plan.usageThresholds)
  const isRepriced = prices.fromCents !== prices.toCents
  const repricing = { planId: id, cascadedFromCents: cascades ? prices.fromCents : null }
  const { statements, changes, fixed, batchId } = parts.value
  const chargesUnits = existing.inUse && fixed !== null && isBilledAtOnce(fixed)
  const scope = { organizationId, planId: id, now }
  return ok({
    planId: id,
    setsOff: (isRepriced || isThresholdNew) && existing.inUse,
    chargesUnits,
    statements: [
      ...(isThresholdNew ? [scheduleThresholdChecks(db, organizationId, id, now)] : []),
      ...(isRepriced ? [scheduleReconsiderations(db, organizationId, repricing, now)] : []),
      ...savePlanChanges(db, before, row),
      ...(isRepriced && cascades ? [repriceCopies(db, organizationId, id, prices)] : []),
      ...statements,
      ...(cascades && changes !== null ? await cascadeCharges(db, scope, editsOf(changes)) : []),
      ...(cascades && fixed !== null ? await cascadeFixedCharges(db, scope, fixed) : []),
      ...(chargesUnits ? [scheduleUnitsCharges(db, batchId, now)] : []),
    ],
  })
}

interface PlanParts {
  readonly statements: readonly Statement[]
  /** Null when the charges stay. */
  readonly changes: ChargeChanges | null
  /** Null when the fixed charges stay. */
  readonly fixed: FixedChargeChanges | null
  /** Of what is decided of units. */
  readonly batchId: string
}

/** The statements for the charges and taxes that came with a plan. */
async function readParts(
  { db, organizationId, now, newId }: PlanContext,
  owner: NewPlanRow,
  sent: Pick<PlanInput, 'charges' | 'fixed_charges' | 'tax_codes' | 'minimum_commitment'>,
  existing: Pick<ExistingPlan, 'charges' | 'fixedCharges' | 'inUse'>,
): Promise<Result<PlanParts>> {
  const list = readListedCharges(sent.charges ?? [], existing.charges, existing.inUse)
  if (!list.ok) return list
  const fixedList = readListedFixedCharges(sent.fixed_charges ?? [], existing.fixedCharges, existing.inUse)
  if (!fixedList.ok) return fixedList
  const commitmentCodes = sent.minimum_commitment?.tax_codes
  const wishes = {
    metricIds: metricIdsOf(list.value),
    taxCodes: [
      ...(sent.tax_codes ?? []),
      ...(commitmentCodes ?? []),
      ...taxCodesOf(list.value),
      ...taxCodesOfFixed(fixedList.value),
    ],
    pricingUnitCodes: pricingUnitCodesOf(list.value),
  }
  const references = await findReferences(db, organizationId, wishes, 'billable_metrics')
  if (!references.ok) return references
  const named = (owner: { kind: TaxOwnerKind; id: string | undefined }, codes: readonly string[] | null | undefined) =>
    codes === undefined || owner.id === undefined
      ? []
      : replaceAssignments(db, organizationId, { ...owner, id: owner.id }, idsOf(references.value, codes ?? []))
  const planTaxes = [
    ...named({ kind: 'plan', id: owner.id }, sent.tax_codes),
    ...named({ kind: 'commitment', id: owner.minimumCommitment?.id }, commitmentCodes),
  ]
  const making = { now, newId, batchId: newId() }
  const changes =
    sent.charges == null ? null : planCharges(owner, list.value, existing.charges, references.value, making)
  if (changes !== null && !changes.ok) return changes
  const fixed =
    sent.fixed_charges == null
      ? null
      : await planFixedCharges(db, owner, fixedList.value, existing.fixedCharges, references.value, making)
  if (fixed !== null && !fixed.ok) return fixed
  return ok({
    statements: [
      ...planTaxes,
      ...(changes === null ? [] : chargeStatements(db, organizationId, changes.value, now)),
      ...(fixed === null ? [] : fixedChargeStatements(db, organizationId, fixed.value, now)),
    ],
    changes: changes?.value ?? null,
    fixed: fixed?.value ?? null,
    batchId: making.batchId,
  })
}
