import type { PlanInterval } from '../../core/catalog.js'
import { keptCommitment } from '../minimum_commitments/terms.js'
import { keptThresholds } from '../usage_thresholds/terms.js'
import type { CreatePlan, PlanInput } from './schema.js'
import type { NewPlanRow } from './store.js'

/** The intervals within which usage can be billed monthly. */
const SPLITTABLE: ReadonlySet<PlanInterval> = new Set(['semiannual', 'yearly'])

export interface NewPlan {
  readonly id: string
  readonly organizationId: string
}

/** What is made with a plan: ids of its parts, and when (epoch milliseconds). */
export interface Making {
  readonly newId: () => string
  readonly now: number
}

/** The plan that a request describes. */
export function buildPlan(given: NewPlan, sent: CreatePlan, making: Making): NewPlanRow {
  const { now } = making
  const plain: NewPlanRow = {
    ...given,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    code: sent.code,
    name: sent.name,
    invoiceDisplayName: null,
    description: null,
    interval: sent.interval,
    amountCents: sent.amount_cents,
    currency: sent.amount_currency,
    payInAdvance: sent.pay_in_advance,
    billChargesMonthly: null,
    billFixedChargesMonthly: null,
    trialPeriod: null,
    metadata: null,
    usageThresholds: null,
    minimumCommitment: null,
    parentId: null,
    pendingDeletion: false,
  }
  return changePlan(plain, sent, making)
}

/** The plan as a request changes it: absent fields stay, null takes away. */
export function changePlan(row: NewPlanRow, sent: Partial<PlanInput>, making: Making): NewPlanRow {
  const interval = sent.interval ?? row.interval
  const name = sent.invoice_display_name
  const thresholds = keptThresholds(row.usageThresholds, sent.usage_thresholds, making)
  return {
    ...row,
    updatedAt: making.now,
    code: sent.code ?? row.code,
    name: sent.name ?? row.name,
    invoiceDisplayName: name === undefined ? row.invoiceDisplayName : name,
    description: sent.description === undefined ? row.description : sent.description,
    interval,
    amountCents: sent.amount_cents ?? row.amountCents,
    currency: sent.amount_currency ?? row.currency,
    payInAdvance: sent.pay_in_advance ?? row.payInAdvance,
    billChargesMonthly: monthly(interval, sent.bill_charges_monthly, row.billChargesMonthly),
    billFixedChargesMonthly: monthly(interval, sent.bill_fixed_charges_monthly, row.billFixedChargesMonthly),
    trialPeriod: sent.trial_period === undefined ? row.trialPeriod : sent.trial_period,
    usageThresholds: thresholds === undefined ? row.usageThresholds : thresholds,
    minimumCommitment: keptCommitment(row.minimumCommitment, sent.minimum_commitment, making),
    metadata: sent.metadata === undefined ? row.metadata : sent.metadata,
  }
}

/** Null on plans whose interval has no months within it. */
function monthly(interval: PlanInterval, sent: boolean | null | undefined, kept: boolean | null): boolean | null {
  if (!SPLITTABLE.has(interval)) return null
  return sent === undefined ? (kept ?? false) : (sent ?? false)
}
