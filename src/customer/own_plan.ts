import { notFound, ok, type Result } from '../core/result.js'
import type { Statement } from '../db/commit.js'
import { insertUnits } from '../resources/fixed_charges/store.js'
import type { FixedChargeUnitsRow } from '../resources/fixed_charges/table.js'
import type { FixedChargeOverride } from '../resources/fixed_charges/terms.js'
import { loadOwnPlan, type OwnPlan } from '../resources/plan_overrides/load.js'
import type { OwnUnits, PlanEdit, PlanOverrides } from '../resources/plan_overrides/terms.js'
import { loadPlanRecords, type PlanRecord } from '../resources/plans/load.js'
import type { CommandContext } from './command_context.js'
import type { CustomerState } from './load_customer.js'
import { withUnits } from './own_units.js'

/** The plan that a subscription is to be on. */
export interface TargetPlan {
  readonly planId: string
  /** The copy with terms of its own that the same commit makes; null for a plan that is there. */
  readonly own: OwnPlan | null
  /** Units of fixed charges that it gets for itself while the plan stays everybody's. */
  readonly units: readonly UnitsAsked[]
  /** Of what is decided of units. */
  readonly batchId: string
}

/** As far as a subscription that is put on it depends on it. */
export type PlanToBe = Pick<TargetPlan, 'planId' | 'units' | 'batchId'>

/** A plan without units of its own for the subscription. */
export const plainPlan = (planId: string): PlanToBe => ({ planId, units: [], batchId: '' })

/** Units of one fixed charge that were asked for. */
export interface UnitsAsked {
  readonly fixedChargeId: string
  /** Decimal text. */
  readonly units: string
  readonly isImmediate: boolean
}

/**
 * The plan itself, or the copy of it that has the terms that were asked for. Terms that are nothing but units need no copy of a plan that
 * others may share (plan change rules, section 8, "Units only").
 * @param state null for a subscription that is not there yet
 */
export async function targetPlan(
  context: CommandContext,
  planId: string,
  overrides: PlanOverrides | undefined,
  { subscriptionId, state }: { readonly subscriptionId?: string; readonly state?: CustomerState } = {},
): Promise<Result<TargetPlan>> {
  if (overrides === undefined) return ok({ planId, own: null, units: [], batchId: '' })
  const edit: PlanEdit = { kind: 'terms', sent: overrides }
  return editedTarget(context, planId, edit, state?.ownUnits.get(subscriptionId ?? ''))
}

/** {@link targetPlan} for any edit. */
export async function editedTarget(
  context: CommandContext,
  planId: string,
  edit: PlanEdit,
  ownUnits: OwnUnits | undefined,
): Promise<Result<TargetPlan & { readonly filterId: string | null }>> {
  const { db, ref, now, newId } = context
  const { organizationId } = ref
  const wished = unitsWished(edit)
  if (wished !== null) {
    const record = (await loadPlanRecords(db, organizationId, [planId])).get(planId)
    if (record?.plan.parentId === null) {
      const units = unitsAsked(record, wished)
      return units.ok ? ok({ planId, own: null, units: units.value, batchId: newId(), filterId: null }) : units
    }
  }
  const making = { db, organizationId, now, newId, ...(ownUnits !== undefined && { units: ownUnits }) }
  const own = await loadOwnPlan(making, planId, edit)
  if (!own.ok) return own
  const { plan, batchId, filterId } = own.value
  return ok({ planId: plan.id, own: own.value, units: [], batchId, filterId })
}

type Wished = FixedChargeOverride & ({ readonly id: string } | { readonly code: string })

/** Null where something else than units is asked for. */
function unitsWished(edit: PlanEdit): readonly Wished[] | null {
  if (edit.kind === 'fixed_charge') return isUnitsOnly(edit.sent) ? [{ ...edit.sent, code: edit.code }] : null
  if (edit.kind !== 'terms') return null
  const { fixed_charges: list, charges, ...rest } = edit.sent
  const isElse = (charges ?? []).length > 0 || Object.values(rest).some((value) => value !== undefined)
  return isElse || !list?.every(isUnitsOnly) ? null : list
}

const isUnitsOnly = ({ invoice_display_name, properties, tax_codes, units }: FixedChargeOverride): boolean =>
  (units ?? null) !== null && [invoice_display_name, properties, tax_codes].every((value) => value === undefined)

function unitsAsked({ fixedCharges }: PlanRecord, wished: readonly Wished[]): Result<UnitsAsked[]> {
  const asked: UnitsAsked[] = []
  for (const wish of wished) {
    const found = fixedCharges.find(({ charge }) => ('id' in wish ? charge.id === wish.id : charge.code === wish.code))
    if (found === undefined) return notFound('fixed_charge')
    const isImmediate = wish.apply_units_immediately ?? false
    asked.push({ fixedChargeId: found.charge.id, units: wish.units ?? '0', isImmediate })
  }
  return ok(asked)
}

/** The units as they are kept for a subscription. */
export function unitsRows(
  { ref, now, newId }: CommandContext,
  { units, batchId }: Omit<PlanToBe, 'planId'>,
  subscriptionId: string,
): FixedChargeUnitsRow[] {
  const { organizationId } = ref
  // The order of rows is the database's to give.
  const given = { seq: 0, organizationId, createdAt: now, subscriptionId, batchId }
  return units.map(({ fixedChargeId, units, isImmediate }) => ({
    ...given,
    ...{ id: newId(), fixedChargeId, units, isImmediate },
  }))
}

export const unitsStatements = ({ db }: CommandContext, rows: readonly FixedChargeUnitsRow[]): Statement[] =>
  insertUnits(
    db,
    rows.map(({ seq: _, ...row }) => row),
  )

/** The state as it is with a plan that the same commit makes or changes, and with units that it gives. */
export function withPlan(
  state: CustomerState,
  own: OwnPlan | null,
  units: readonly FixedChargeUnitsRow[] = [],
): CustomerState {
  const planned = own === null ? state : { ...state, plans: new Map([...state.plans, [own.plan.id, own.plan]]) }
  return units.length === 0 ? planned : withUnits(planned, units)
}
