import type { Charge } from '../../core/catalog.js'
import { taxesOfFee } from '../../core/invoicing/taxes.js'
import { taxUsage } from '../../core/invoicing/usage_taxes.js'
import { Decimal } from '../../core/money/decimal.js'
import { formatDecimal } from '../../core/money/format.js'
import { notAllowed, notFound, ok } from '../../core/result.js'
import { runningWindows } from '../../core/subscription/windows.js'
import { localDate } from '../../core/time/zones.js'
import { termsOf } from '../../resources/subscriptions/terms.js'
import type { ChargeUsage, CurrentUsage } from '../../resources/usage/serialize.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { type CustomerState, loadCustomer, planOf } from '../load_customer.js'
import { ratedUsage } from '../rated_usage.js'

export interface UsageQuestion {
  readonly externalSubscriptionId: string
  readonly appliesTaxes: boolean
  /** At most one of these narrows the answer, the first that is given. */
  readonly chargeId?: string | undefined
  readonly chargeCode?: string | undefined
  readonly metricCode?: string | undefined
}

/** The usage of a running subscription's charge period, priced as the invoice will price it (metering rules, section 6). */
export async function currentUsage(context: CommandContext, question: UsageQuestion): CommandResult<CurrentUsage> {
  const state = await loadCustomer(context.db, context.ref, context.now)
  const subscription = state?.subscriptions.find(
    (row) => row.externalId === question.externalSubscriptionId && row.status === 'active',
  )
  if (state === undefined || subscription === undefined) return notAllowed('no_active_subscription')
  const plan = planOf(state, subscription)
  const asked = plan.charges.filter(narrowing(question)).toSorted(byMetricName)
  if (asked.length === 0 && isNarrowed(question)) return notFound('charge')
  const { charges: stretch } = runningWindows(termsOf(subscription, plan), context.now, state.zone)
  const rated = asked.map((charge) => ({
    charge,
    usage: ratedUsage(context.usage, plan, charge, subscription, stretch),
    taxes: taxesOfFee([charge.taxes, plan.taxes, state.customerTaxes, state.organizationTaxes]),
  }))
  const amounts = rated.map(({ usage, taxes }) => ({ amountCents: usage.amountCents.toNumber(), taxes }))
  return ok({
    fromAt: stretch.fromAt,
    toAt: stretch.toAt,
    issuingOn: issuingOn(state, stretch.toAt),
    currency: plan.currency,
    amountCents: rated.reduce((sum, { usage }) => sum.plus(usage.amountCents), new Decimal(0)).toNumber(),
    taxesAmountCents: question.appliesTaxes ? taxUsage(amounts).amountCents : 0,
    charges: rated.map(({ charge, usage }) => row(charge, usage)),
  })
}

/** The last day of the period. */
function issuingOn(state: CustomerState, toAt: number): string {
  return localDate(toAt - 1, state.zone).toString()
}

function row(charge: Charge, usage: ReturnType<typeof ratedUsage>): ChargeUsage {
  const { id, code, chargeModel, invoiceDisplayName, metric } = charge
  const units = formatDecimal(usage.units)
  return {
    units,
    totalAggregatedUnits: units,
    eventsCount: usage.eventsCount,
    amountCents: usage.amountCents.toNumber(),
    charge: { id, code, chargeModel, invoiceDisplayName },
    metric: { id: metric.id, name: metric.name, code: metric.code, aggregationType: metric.aggregationType },
  }
}

function narrowing({ chargeId, chargeCode, metricCode }: UsageQuestion): (charge: Charge) => boolean {
  if (chargeId !== undefined) return (charge) => charge.id === chargeId
  if (chargeCode !== undefined) return (charge) => charge.code === chargeCode
  if (metricCode !== undefined) return (charge) => charge.metric.code === metricCode
  return () => true
}

const isNarrowed = ({ chargeId, chargeCode, metricCode }: UsageQuestion): boolean =>
  (chargeId ?? chargeCode ?? metricCode) !== undefined

function byMetricName(a: Charge, b: Charge): number {
  const [left, right] = [a.metric.name.toLowerCase(), b.metric.name.toLowerCase()]
  return left < right ? -1 : left > right ? 1 : 0
}
