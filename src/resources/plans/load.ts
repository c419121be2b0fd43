import type { Plan } from '../../core/catalog.js'
import type { Database } from '../../db/client.js'
import type { Values } from '../../db/value_list.js'
import type { AddOnRow } from '../add_ons/table.js'
import type { BillableMetricRow } from '../billable_metrics/table.js'
import type { ChargeFilterRow } from '../charge_filters/table.js'
import { type ChargeRecord, chargeRecords, toCharge } from '../charges/record.js'
import {
  chargesOfPlans,
  filtersOfPlans,
  metricsOfPlans,
  pricingUnitsOfPlans,
  taxesOfChargesOf,
} from '../charges/store.js'
import type { ChargeRow } from '../charges/table.js'
import { type FixedChargeRecord, fixedChargeRecords, toFixedCharge } from '../fixed_charges/record.js'
import { addOnsOfPlans, fixedChargesOfPlans, taxesOfFixedCharges, unitsOfPlans } from '../fixed_charges/store.js'
import type { FixedChargeRow, FixedChargeUnitsRow } from '../fixed_charges/table.js'
import { taxesOfCommitments } from '../minimum_commitments/load.js'
import { toCommitment } from '../minimum_commitments/serialize.js'
import type { PricingUnitRow } from '../pricing_units/table.js'
import { toTax } from '../taxes/serialize.js'
import { type AssignedTax, assignedTaxes } from '../taxes/store.js'
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

/** What is read for plans, each part by one query whatever the number of plans. */
export type PlanParts = readonly [
  plans: readonly PlanRow[],
  charges: readonly ChargeRow[],
  metrics: readonly BillableMetricRow[],
  planTaxes: readonly AssignedTax[],
  chargeTaxes: readonly AssignedTax[],
  filters: readonly ChargeFilterRow[],
  pricingUnits: readonly PricingUnitRow[],
  commitmentTaxes: readonly AssignedTax[],
  fixedCharges: readonly FixedChargeRow[],
  addOns: readonly AddOnRow[],
  fixedTaxes: readonly AssignedTax[],
  units: readonly FixedChargeUnitsRow[],
]

/** The parts put together, by id of the plan. */
function planRecords(parts: PlanParts): Map<string, PlanRecord> {
  const [plans, charges, metrics, planTaxes, assignedTaxes, filters, pricingUnits, commitmentTaxes, ...fixed] = parts
  const [fixedRows, addOns, fixedTaxes, decisions] = fixed
  const fixedRecords = fixedChargeRecords(fixedRows, { addOns, assignedTaxes: fixedTaxes, decisions })
  const fixedByPlan = Map.groupBy(fixedRecords, ({ charge }) => charge.planId)
  const records = chargeRecords(charges, { metrics, assignedTaxes, filters, pricingUnits })
  const charged = Map.groupBy(records, ({ charge }) => charge.planId)
  const taxed = Map.groupBy([...planTaxes, ...commitmentTaxes], ({ ownerId }) => ownerId)
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
  const parts = await db.batch([
    plansById(db, organizationId, planIds),
    chargesOfPlans(db, organizationId, planIds),
    metricsOfPlans(db, organizationId, planIds),
    assignedTaxes(db, organizationId, planIds),
    taxesOfChargesOf(db, organizationId, planIds),
    filtersOfPlans(db, organizationId, planIds),
    pricingUnitsOfPlans(db, organizationId, planIds),
    taxesOfCommitments(db, organizationId, planIds),
    fixedChargesOfPlans(db, organizationId, planIds),
    addOnsOfPlans(db, organizationId, planIds),
    taxesOfFixedCharges(db, organizationId, planIds),
    unitsOfPlans(db, organizationId, planIds),
  ])
  return planRecords(parts)
}

/** {@link loadPlanRecords} as the core knows plans. */
export async function loadPlans(
  db: Database,
  organizationId: string,
  planIds: Values,
): Promise<ReadonlyMap<string, Plan>> {
  const records = await loadPlanRecords(db, organizationId, planIds)
  return new Map([...records].map(([id, record]) => [id, toPlan(record)]))
}

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
