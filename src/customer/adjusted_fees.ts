import type { Charge, FixedCharge } from '../core/catalog.js'
import {
  adjustFee,
  type FeeAdjustment,
  type FeeSelector,
  filterOf,
  selectorOf,
  selects,
} from '../core/invoicing/adjusted_fee.js'
import { chargeFee } from '../core/invoicing/charge_fee.js'
import type { SubscribedFeeDraft } from '../core/invoicing/fee.js'
import { exponentOf } from '../core/money/currencies.js'
import { Decimal, ZERO } from '../core/money/decimal.js'
import { rateCharge } from '../core/rating/rate_charge.js'
import type { AdjustedFeeRow } from '../resources/adjusted_fees/table.js'
import type { BilledPeriod } from './billed_period.js'
import { entityOfSubscription } from './billing_entity.js'
import { type CustomerState, planOf } from './load_customer.js'

/** The fees of a draft with what was set by hand of them; a charge that had no usage gets the fee that was asked for. */
export function withAdjustments(
  state: CustomerState,
  periods: readonly BilledPeriod[],
  invoiceId: string,
  fees: readonly SubscribedFeeDraft[],
): readonly SubscribedFeeDraft[] {
  const adjustments = state.adjustedFees.filter((row) => row.invoiceId === invoiceId).map(adjustmentOf)
  if (adjustments.length === 0) return fees
  const charges = chargesOf(state, periods)
  const chargeOf = (fee: SubscribedFeeDraft) =>
    charges.get((fee.type === 'fixed_charge' ? fee.fixedChargeId : fee.chargeId) ?? '') ?? null
  const used = new Set<FeeAdjustment>()
  const adjusted = fees.map((fee) => {
    const charge = chargeOf(fee)
    const by = adjustments.find((one) => !used.has(one) && selects(one, selectorOf(fee), charge))
    if (by === undefined) return fee
    used.add(by)
    return adjustFee(fee, by, charge)
  })
  const unused = adjustments.filter((one) => !used.has(one))
  return [...adjusted, ...unused.flatMap((by) => feeWithoutUsage(state, periods, by))]
}

/** Of the plans that these periods bill, fixed ones too, by id. */
export function chargesOf(
  state: CustomerState,
  periods: readonly BilledPeriod[],
): ReadonlyMap<string, Charge | FixedCharge> {
  const plans = periods.map(({ subscription }) => planOf(state, subscription))
  return new Map(plans.flatMap((plan) => [...plan.charges, ...plan.fixedCharges]).map((one) => [one.id, one]))
}

/** Nothing where the charge or filter is gone, and where nothing but a name was set. */
function feeWithoutUsage(
  state: CustomerState,
  periods: readonly BilledPeriod[],
  by: FeeAdjustment,
): SubscribedFeeDraft[] {
  const period = periods.find(({ subscription }) => subscription.id === by.subscriptionId)
  const charge = period && chargeThatIsMeant(state, period, by)
  const filter = charge && filterOf(charge, by)
  const stretch = period?.windows.charges ?? null
  if (by.units === null || charge === undefined || filter === undefined || stretch === null) return []
  const { subscription } = period as BilledPeriod
  const plan = planOf(state, subscription)
  const { chargeModel, pricingUnit } = charge
  const nothing = { units: ZERO, totalAggregatedUnits: ZERO, eventsCount: 0 }
  const fee = chargeFee({
    subscriptionId: subscription.id,
    plan,
    charge,
    filter,
    groupedBy: by.groupedBy,
    usage: rateCharge({
      ...{ chargeModel, pricingUnit, currency: plan.currency, properties: filter?.properties ?? charge.properties },
      ...{ aggregate: nothing, tally: null, roundingFunction: null, roundingPrecision: null },
    }),
    eventTransactionId: null,
    presentationBreakdowns: [],
    currencyExponent: exponentOf(plan.currency),
    ...stretch,
    payInAdvance: false,
    customerTaxes: state.customerTaxes,
    organizationTaxes: entityOfSubscription(state, subscription).taxes,
  })
  return [adjustFee(fee, by, charge)]
}

/** The charge in arrears that is meant, or what a plan of the subscription's own has made of it. */
export function chargeThatIsMeant(
  state: CustomerState,
  { subscription }: BilledPeriod,
  { chargeId }: Pick<FeeSelector, 'chargeId'>,
): Charge | undefined {
  const inArrears = planOf(state, subscription).charges.filter(({ payInAdvance }) => !payInAdvance)
  return inArrears.find(({ id }) => id === chargeId) ?? inArrears.find(({ parentId }) => parentId === chargeId)
}

const adjustmentOf = (row: AdjustedFeeRow): FeeAdjustment => ({
  ...row,
  units: row.units === null ? null : new Decimal(row.units),
  unitAmount: row.unitAmount === null ? null : new Decimal(row.unitAmount),
})
