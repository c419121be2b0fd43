import { seconds } from '../../http/timestamps.js'
import { serializeCharge } from '../charges/serialize.js'
import { serializeFixedCharge } from '../fixed_charges/serialize.js'
import { serializeCommitment } from '../minimum_commitments/serialize.js'
import { serializeTax } from '../taxes/serialize.js'
import { serializeThreshold } from '../usage_thresholds/serialize.js'
import type { KeptThreshold } from '../usage_thresholds/terms.js'
import type { PlanRecord } from './load.js'

/** @param inherited the thresholds of the plan that it was copied from */
export function serializePlan(
  { plan, charges, taxes, commitmentTaxes, fixedCharges }: PlanRecord,
  inherited: readonly KeptThreshold[] | null = null,
) {
  const { minimumCommitment } = plan
  return {
    lago_id: plan.id,
    name: plan.name,
    invoice_display_name: plan.invoiceDisplayName,
    created_at: seconds(plan.createdAt),
    code: plan.code,
    interval: plan.interval,
    description: plan.description,
    amount_cents: plan.amountCents,
    amount_currency: plan.currency,
    trial_period: plan.trialPeriod === null ? null : Number(plan.trialPeriod),
    pay_in_advance: plan.payInAdvance,
    bill_charges_monthly: plan.billChargesMonthly,
    bill_fixed_charges_monthly: plan.billFixedChargesMonthly,
    parent_id: plan.parentId,
    pending_deletion: plan.pendingDeletion,
    ...(minimumCommitment && {
      minimum_commitment: serializeCommitment(minimumCommitment, plan, commitmentTaxes),
    }),
    charges: charges.map(serializeCharge),
    fixed_charges: fixedCharges.map((record) => serializeFixedCharge(record)),
    taxes: taxes.map(serializeTax),
    usage_thresholds: (plan.usageThresholds ?? []).map(serializeThreshold),
    applicable_usage_thresholds: (plan.usageThresholds ?? inherited ?? []).map(serializeThreshold),
    ...(Object.keys(plan.metadata ?? {}).length > 0 && { metadata: plan.metadata }),
    entitlements: [],
    customers_count: 0,
    active_subscriptions_count: 0,
    draft_invoices_count: 0,
  }
}
