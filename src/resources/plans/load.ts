import type { Plan } from '../../core/catalog.js'
import type { Database } from '../../db/client.js'
import { type Found, readTogether } from '../../db/read_together.js'
import type { Values } from '../../db/value_list.js'
import { type ChargeRecord, chargeRecords, toCharge } from '../charges/record.js'
import {
  chargesOfPlans,
  filtersOfPlans,
  metricsOfPlans,
  pricingUnitsOfPlans,
  taxesOfChargesOf,
} from '../charges/store.js'
import { type FixedChargeRecord, fixedChargeRecords, toFixedCharge } from '../fixed_charges/record.js'
import { addOnsOfPlans, fixedChargesOfPlans, taxesOfFixedCharges, unitsOfPlans } from '../fixed_charges/store.js'
import { taxesOfCommitments } from '../minimum_commitments/load.js'
import { toCommitment } from '../minimum_commitments/serialize.js'
import { toTax } from '../taxes/serialize.js'
import { assignedTaxes } from '../taxes/store.js'
import type { TaxRow } from '../taxes/table.js'
import { plansById } from './store.js'
import type { PlanRow } from './table.js'

/** A plan with all that its answer and the billing engine need. */
export interface PlanRecord {
  readonly plan: PlanRow
  /** Oldest first. */
  readonly charges: readonly ChargeRecord[]
  readonly taxes: readonly TaxRow[]
  /** Oldest first. */
  readonly fixedCharges: readonly FixedChargeRecord[]
  /** Of its minimum commitment. */
  readonly commitmentTaxes: readonly TaxRow[]
}

/** What is read for plans, each part by one query whatever the number of plans: for a caller that reads other things with them. */
export const planQuestions = (db: Database, organizationId: string, planIds: Values) => ({
  plans: plansById(db, organizationId, planIds),
  charges: chargesOfPlans(db, organizationId, planIds),
  metrics: metricsOfPlans(db, organizationId, planIds),
  planTaxes: assignedTaxes(db, organizationId, planIds),
  chargeTaxes: taxesOfChargesOf(db, organizationId, planIds),
  filters: filtersOfPlans(db, organizationId, planIds),
  pricingUnits: pricingUnitsOfPlans(db, organizationId, planIds),
  commitmentTaxes: taxesOfCommitments(db, organizationId, planIds),
  fixedCharges: fixedChargesOfPlans(db, organizationId, planIds),
  addOns: addOnsOfPlans(db, organizationId, planIds),
  fixedChargeTaxes: taxesOfFixedCharges(db, organizationId, planIds),
  planUnits: unitsOfPlans(db, organizationId, planIds),
})

type PlanParts = Found<ReturnType<typeof planQuestions>>

/** The parts put together, by id of the plan. */
function planRecords(parts: PlanParts): Map<string, PlanRecord> {
  const { plans, charges, metrics, filters, pricingUnits, addOns } = parts
  const fixedRecords = fixedChargeRecords(parts.fixedCharges, {
    addOns,
    assignedTaxes: parts.fixedChargeTaxes,
    decisions: parts.planUnits,
  })
  const fixedByPlan = Map.groupBy(fixedRecords, ({ charge }) => charge.planId)
  const records = chargeRecords(charges, { metrics, assignedTaxes: parts.chargeTaxes, filters, pricingUnits })
  const charged = Map.groupBy(records, ({ charge }) => charge.planId)
  const taxed = Map.groupBy([...parts.planTaxes, ...parts.commitmentTaxes], ({ ownerId }) => ownerId)
  const taxesOf = (id: string | undefined) => (taxed.get(id ?? '') ?? []).map(({ tax }) => tax)
  return new Map(
    plans.map((plan) => {
      const rest = {
        commitmentTaxes: taxesOf(plan.minimumCommitment?.id),
        fixedCharges: fixedByPlan.get(plan.id) ?? [],
      }
      return [plan.id, { plan, charges: charged.get(plan.id) ?? [], taxes: taxesOf(plan.id), ...rest }]
    }),
  )
}

/**
 * The plans with these ids, by id; in one round trip. Deleted plans are found too, for those who are or were subscribed to
 * them; deleted charges are not. Ids that are not of this organization are missing.
 */
export async function loadPlanRecords(
  db: Database,
  organizationId: string,
  planIds: Values,
): Promise<ReadonlyMap<string, PlanRecord>> {
  return planRecords(await readTogether(db, planQuestions(db, organizationId, planIds)))
}

/** {@link loadPlanRecords} as the core knows plans. */
export async function loadPlans(
  db: Database,
  organizationId: string,
  planIds: Values,
): Promise<ReadonlyMap<string, Plan>> {
  return plansOf(await readTogether(db, planQuestions(db, organizationId, planIds)))
}

/** The plans that {@link planQuestions} found, by id. */
export const plansOf = (parts: PlanParts): ReadonlyMap<string, Plan> =>
  new Map([...planRecords(parts)].map(([id, record]) => [id, toPlan(record)]))

/** The plan as the core knows it. */
export function toPlan({ plan, charges, taxes, commitmentTaxes, fixedCharges }: PlanRecord): Plan {
  const { minimumCommitment } = plan
  return {
    id: plan.id,
    parentId: plan.parentId,
    code: plan.code,
    name: plan.name,
    description: plan.description,
    invoiceDisplayName: plan.invoiceDisplayName,
    interval: plan.interval,
    amountCents: plan.amountCents,
    currency: plan.currency,
    payInAdvance: plan.payInAdvance,
    billChargesMonthly: plan.billChargesMonthly,
    billFixedChargesMonthly: plan.billFixedChargesMonthly,
    trialPeriod: plan.trialPeriod,
    taxes: taxes.map(toTax),
    charges: charges.map(toCharge),
    fixedCharges: fixedCharges.map(toFixedCharge),
    minimumCommitment: minimumCommitment && toCommitment(minimumCommitment, commitmentTaxes),
  }
}
