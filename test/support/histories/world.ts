import { drizzle } from 'drizzle-orm/d1'
import type { Database } from '../../../src/db/client.js'
import { commit } from '../../../src/db/commit.js'
import { insertAddOn } from '../../../src/resources/add_ons/store.js'
import { insertMetric } from '../../../src/resources/billable_metrics/store.js'
import { insertBillingEntity } from '../../../src/resources/billing_entities/store.js'
import { DEFAULT_BILLING_ENTITY, newBillingEntity } from '../../../src/resources/billing_entities/terms.js'
import { insertCharge } from '../../../src/resources/charges/store.js'
import { buildFixedCharge, type NewFixedCharge } from '../../../src/resources/fixed_charges/build_fixed_charge.js'
import { insertFixedCharge, insertUnits } from '../../../src/resources/fixed_charges/store.js'
import { newOrganizationRow } from '../../../src/resources/organizations/row.js'
import { insertOrganization } from '../../../src/resources/organizations/store.js'
import { insertPlan } from '../../../src/resources/plans/store.js'
import { NodeD1 } from '../node_d1.js'
import type { FixedChargeSpec, History, PlanSpec } from './history.js'

export const METRIC = 'usage'
export const planCode = (place: number) => `p${place}`

/** Organizations that one database holds before the next one is made. */
const ORGANIZATIONS = 100

interface Shared {
  readonly d1: NodeD1
  readonly db: Database
  organizations: number
}

let shared: Shared | null = null
let made = 0

/** An organization with the plans of a history. Many share a database, one after the other: to make one takes longer. */
export interface HistoryWorld {
  readonly d1: NodeD1
  readonly db: Database
  readonly organizationId: string
  /** In the order of the history's plans. */
  readonly planIds: readonly string[]
  /** Ids that no other world gives. */
  readonly newId: () => string
}

export async function openWorld(history: History): Promise<HistoryWorld> {
  if (shared === null || shared.organizations === ORGANIZATIONS) {
    const d1 = new NodeD1()
    shared = { d1, db: drizzle(d1.binding), organizations: 0 }
  }
  shared.organizations++
  const world = ++made
  let ids = 0
  const newId = () => `id-${world}-${++ids}`
  const organizationId = newId()
  const { d1, db } = shared
  d1.disturb((_, run) => run())
  const planIds = await createCatalog(db, organizationId, newId, history)
  return { d1, db, organizationId, planIds, newId }
}

async function createCatalog(db: Database, organizationId: string, newId: () => string, history: History) {
  const row = newOrganizationRow({ name: 'Histories' }, { id: organizationId, now: 0, testClockAt: null })
  const entity = { id: newId(), organizationId, code: DEFAULT_BILLING_ENTITY, name: row.name, now: 0 }
  const life = { organizationId, createdAt: 0, updatedAt: 0, deletedAt: null }
  const metricId = newId()
  const metric = {
    ...{ id: metricId, ...life, code: METRIC, name: METRIC, description: null },
    ...{ aggregationType: 'sum_agg' as const, fieldName: 'units', recurring: false },
    ...{ roundingFunction: null, roundingPrecision: null, weightedInterval: null, expression: null, filters: [] },
  }
  const plans = history.plans.map((spec, place) => planRow(spec, place, { id: newId(), ...life }))
  const charges = history.plans.flatMap((spec, place) => {
    const planId = plans[place]?.id ?? ''
    return spec.unitPrice === null ? [] : [chargeRow(spec, spec.unitPrice, { id: newId(), ...life, planId, metricId })]
  })
  const addOn = { id: newId(), ...life, code: 'seats', name: 'Seats', invoiceDisplayName: null, description: null }
  const fixed = history.plans.flatMap(({ fixedCharge }, place) => {
    const given = { id: newId(), organizationId, planId: plans[place]?.id ?? '', addOnId: addOn.id, code: addOn.code }
    return fixedCharge === null ? [] : [fixedChargeOf(fixedCharge, given, newId)]
  })
  await commit(db, [
    insertOrganization(db, row),
    insertBillingEntity(
      db,
      newBillingEntity(entity, { documentNumberPrefix: 'HIS', netPaymentTerm: history.netPaymentTerm }),
    ),
    insertMetric(db, metric),
    ...plans.map((plan) => insertPlan(db, plan)),
    ...charges.map((charge) => insertCharge(db, charge)),
    insertAddOn(db, { ...addOn, amountCents: 0, currency: 'EUR' }),
    ...fixed.map(({ row }) => insertFixedCharge(db, row)),
    ...insertUnits(
      db,
      fixed.flatMap(({ decision }) => decision ?? []),
    ),
  ])
  return plans.map(({ id }) => id)
}

interface Life {
  readonly id: string
  readonly organizationId: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly deletedAt: null
}

const planRow = (spec: PlanSpec, place: number, life: Life) => ({
  ...life,
  ...{ interval: spec.interval, amountCents: spec.amountCents, payInAdvance: spec.payInAdvance },
  ...{ billChargesMonthly: spec.billChargesMonthly, billFixedChargesMonthly: spec.fixedCharge?.billMonthly ?? null },
  ...{ code: planCode(place), name: planCode(place), invoiceDisplayName: null, description: null, currency: 'EUR' },
  ...{ trialPeriod: String(spec.trialDays), parentId: null, pendingDeletion: false },
  ...{ usageThresholds: null, metadata: null },
  minimumCommitment:
    spec.commitmentCents === null
      ? null
      : {
          ...{ id: `${life.id}-commitment`, createdAt: 0, updatedAt: 0 },
          ...{ amountCents: spec.commitmentCents, invoiceDisplayName: null },
        },
})

function fixedChargeOf(
  { units, unitPrice, prorated, payInAdvance }: FixedChargeSpec,
  given: Given,
  newId: () => string,
) {
  const sent = { units: String(units), charge_model: 'standard' as const, properties: { amount: unitPrice } }
  const making = { now: 0, newId, batchId: newId() }
  const chargeModel = 'standard' as const
  const built = buildFixedCharge({ ...given, chargeModel }, { ...sent, prorated, pay_in_advance: payInAdvance }, making)
  if (!built.ok) throw new Error(JSON.stringify(built.failure))
  return built.value
}

type Given = Omit<NewFixedCharge, 'chargeModel'>

const chargeRow = (
  { chargeMinimumCents: minAmountCents }: PlanSpec,
  amount: string,
  { planId, metricId, ...life }: Life & { planId: string; metricId: string },
) => ({
  ...life,
  planId,
  ...{ billableMetricId: metricId, code: METRIC, chargeModel: 'standard' as const, invoiceDisplayName: null },
  ...{
    payInAdvance: false,
    invoiceable: true,
    prorated: false,
    acceptsTargetWallet: false,
    minAmountCents,
    regroupPaidFees: null,
  },
  ...{ pricingUnitId: null, conversionRate: null, parentId: null, properties: { amount } },
})
