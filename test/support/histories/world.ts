import { drizzle } from 'drizzle-orm/d1'
import type { Database } from '../../../src/db/client.js'
import { commit } from '../../../src/db/commit.js'
import { insertMetric } from '../../../src/resources/billable_metrics/store.js'
import { insertBillingEntity } from '../../../src/resources/billing_entities/store.js'
import { DEFAULT_BILLING_ENTITY, newBillingEntity } from '../../../src/resources/billing_entities/terms.js'
import { insertCharge } from '../../../src/resources/charges/store.js'
import { newOrganizationRow } from '../../../src/resources/organizations/row.js'
import { insertOrganization } from '../../../src/resources/organizations/store.js'
import { insertPlan } from '../../../src/resources/plans/store.js'
import { NodeD1 } from '../node_d1.js'
import type { History, PlanSpec } from './history.js'

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
    return spec.unitPrice === null ? [] : [chargeRow(spec.unitPrice, { id: newId(), ...life, planId, metricId })]
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

const planRow = ({ unitPrice: _, trialDays, ...spec }: PlanSpec, place: number, life: Life) => ({
  ...life,
  ...spec,
  ...{ code: planCode(place), name: planCode(place), invoiceDisplayName: null, description: null, currency: 'EUR' },
  ...{ billFixedChargesMonthly: null, trialPeriod: String(trialDays), parentId: null, pendingDeletion: false },
  ...{ usageThresholds: null, minimumCommitment: null, metadata: null },
})

const chargeRow = (amount: string, { planId, metricId, ...life }: Life & { planId: string; metricId: string }) => ({
  ...life,
  planId,
  ...{ billableMetricId: metricId, code: METRIC, chargeModel: 'standard' as const, invoiceDisplayName: null },
  ...{ payInAdvance: false, invoiceable: true, prorated: false, minAmountCents: 0, regroupPaidFees: null },
  ...{ pricingUnitId: null, conversionRate: null, parentId: null, properties: { amount } },
})
