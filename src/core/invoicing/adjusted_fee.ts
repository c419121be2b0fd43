import type { Charge, ChargeFilter, FixedCharge } from '../catalog.js'
import { wholePrice } from '../fixed_charges/price.js'
import { exponentOf } from '../money/currencies.js'
import { Decimal } from '../money/decimal.js'
import { rateCharge } from '../rating/rate_charge.js'
import type { ChargeUsage } from '../rating/rating_steps.js'
import { chargeModelOf } from '../rating/registry.js'
import { averageUnitAmount } from '../rating/unit_amount.js'
import { roundToCents } from './cents.js'
import type { ChargeFeeDraft, FeeDraft, SubscribedFeeDraft } from './fee.js'

export const ADJUSTMENTS = ['units', 'amount', 'name'] as const
/** What is set by hand of a fee: its units, these and their price, or only its name. */
export type Adjustment = (typeof ADJUSTMENTS)[number]

/** The adjustment that made a fee what it is. */
export interface AdjustedBy {
  readonly id: string
  readonly adjustment: Adjustment
}

/** Which fee of a draft is meant: it is made anew whenever the draft is computed, so it is no row that is named. */
export interface FeeSelector {
  readonly subscriptionId: string
  /** Null for the plan's own fee, and for a fixed charge. */
  readonly chargeId: string | null
  /** Null, or absent, for what is no fixed charge. */
  readonly fixedChargeId?: string | null
  readonly chargeFilterId: string | null
  /** The values of that filter: by them it is found again where the charge was copied. */
  readonly filterValues: Readonly<Record<string, readonly string[]>> | null
  readonly groupedBy: Readonly<Record<string, string | null>>
}

/** What is set by hand of one fee (invoicing rules, section 6, "Adjusted fees"). */
export interface FeeAdjustment extends FeeSelector, AdjustedBy {
  /** Null where only the name is another. */
  readonly units: Decimal | null
  /** Currency units; null where units are priced as the charge says. */
  readonly unitAmount: Decimal | null
  readonly invoiceDisplayName: string | null
}

type PricedCharge = Pick<Charge, 'id' | 'parentId' | 'chargeModel' | 'properties' | 'pricingUnit' | 'filters'>

/** Text that is the same for the same fee. */
export const selectorKey = ({
  subscriptionId,
  chargeId,
  chargeFilterId,
  groupedBy,
  fixedChargeId = null,
}: FeeSelector): string => {
  const fixed = fixedChargeId === null ? [] : [fixedChargeId]
  return JSON.stringify([subscriptionId, chargeId, chargeFilterId, sorted(groupedBy), ...fixed])
}

/**
 * Whether a fee is the one that is meant. A subscription that was given a plan of its own meanwhile has copies of its charges.
 * @param charge of the fee, fixed or not; null for a plan's own
 */
export function selects(
  selector: FeeSelector,
  fee: FeeSelector,
  charge: Pick<Charge, 'id' | 'parentId'> | null,
): boolean {
  const isOf = (wanted: string | null, has: string | null) =>
    wanted === has || (wanted !== null && has !== null && charge?.parentId === wanted)
  const isCharge =
    isOf(selector.chargeId, fee.chargeId) && isOf(selector.fixedChargeId ?? null, fee.fixedChargeId ?? null)
  const isFilter = selector.chargeFilterId === fee.chargeFilterId || sameValues(selector.filterValues, fee.filterValues)
  const isGroup = sameValues(selector.groupedBy, fee.groupedBy)
  return selector.subscriptionId === fee.subscriptionId && isCharge && isFilter && isGroup
}

export const selectorOf = (fee: SubscribedFeeDraft): FeeSelector => ({ ...fee, filterValues: fee.item.filters })

/** A fixed charge that is prorated prices the days of its units too, which are not set. */
export const pricesFixedUnits = ({ prorated }: Pick<FixedCharge, 'prorated'>): boolean => !prorated

/** Whether new units can be priced without the events that they are made of; a plan's own fee always can. */
export function pricesUnits(charge: Pick<Charge, 'chargeModel' | 'prorated'>): boolean {
  const { adjustsUnits } = chargeModelOf(charge.chargeModel)
  return adjustsUnits === 'always' || (adjustsUnits === 'unless_prorated' && !charge.prorated)
}

/**
 * A fee with what is set by hand of it. What is not its price is left as it was measured; what explained a price that is
 * another now is left out.
 * @param charge of the fee, fixed or not; null for a plan's own
 */
export function adjustFee<F extends FeeDraft>(
  fee: F,
  by: Omit<FeeAdjustment, keyof FeeSelector>,
  charge: PricedCharge | FixedCharge | null,
): F {
  const { id, adjustment, units, unitAmount } = by
  const invoiceDisplayName = by.invoiceDisplayName ?? fee.item.invoiceDisplayName
  const named = { ...fee, item: { ...fee.item, invoiceDisplayName }, adjusted: { id, adjustment } }
  if (units === null) return named
  const { basis: _, terms: __, ...measured } = named
  const own = { units, totalAggregatedUnits: null, presentationBreakdowns: [], details: {} }
  // What was taken out is optional, which the compiler cannot see of a generic fee.
  return { ...measured, ...own, ...priceOf(fee, units, unitAmount, charge) } as unknown as F
}

type Price = Pick<FeeDraft, 'amountCents' | 'preciseAmountCents' | 'unitAmount' | 'pricingUnit'> &
  Partial<Pick<FeeDraft, 'details'>>

function priceOf(
  fee: FeeDraft,
  units: Decimal,
  unitAmount: Decimal | null,
  charge: PricedCharge | FixedCharge | null,
): Price {
  const minorUnits = Decimal.pow(10, exponentOf(fee.currency))
  if (unitAmount !== null) {
    const preciseAmountCents = units.times(unitAmount).times(minorUnits)
    return { amountCents: roundToCents(preciseAmountCents), preciseAmountCents, unitAmount, pricingUnit: null }
  }
  if (charge !== null && 'addOn' in charge) return fixedPrice(units, charge, minorUnits)
  if (fee.type === 'charge' && charge !== null) return modelPrice(fee, units, charge)
  const preciseAmountCents = fee.preciseAmountCents.times(units)
  return {
    amountCents: roundToCents(units.times(fee.amountCents)),
    preciseAmountCents,
    unitAmount: fee.unitAmount,
    pricingUnit: null,
    // A later credit for unused days is reckoned with the price of then.
    details: fee.details,
  }
}

function fixedPrice(units: Decimal, charge: FixedCharge, minorUnits: Decimal): Price {
  const { amount, details } = wholePrice(charge, units)
  const preciseAmountCents = amount.times(minorUnits)
  const unitAmount = averageUnitAmount(amount, units)
  return { amountCents: roundToCents(preciseAmountCents), preciseAmountCents, unitAmount, pricingUnit: null, details }
}

function modelPrice(fee: ChargeFeeDraft, units: Decimal, charge: PricedCharge): Price {
  const rated = rateCharge(usageOf(fee, units, charge))
  const { pricingUnit } = rated
  return {
    amountCents: rated.amountCents.toNumber(),
    preciseAmountCents: rated.preciseAmount.times(Decimal.pow(10, exponentOf(fee.currency))),
    unitAmount: rated.unitAmount,
    pricingUnit:
      charge.pricingUnit === null || pricingUnit === null
        ? null
        : {
            ...charge.pricingUnit,
            amountCents: pricingUnit.amountCents.toNumber(),
            preciseAmountCents: pricingUnit.preciseAmount.times(100),
            unitAmount: pricingUnit.unitAmount,
          },
    details: rated.details,
  }
}

function usageOf(fee: ChargeFeeDraft, units: Decimal, charge: PricedCharge): ChargeUsage {
  const { chargeModel, pricingUnit } = charge
  return {
    chargeModel,
    pricingUnit,
    currency: fee.currency,
    properties: filterOf(charge, selectorOf(fee))?.properties ?? charge.properties,
    aggregate: { units, totalAggregatedUnits: units, eventsCount: fee.eventsCount },
    tally: null,
    // They are as they are wanted.
    roundingFunction: null,
    roundingPrecision: null,
  }
}

/** The charge's filter that is meant; undefined when it has none such any more, null for what matches no filter. */
export function filterOf(
  { filters }: Pick<Charge, 'filters'>,
  { chargeFilterId, filterValues }: Pick<FeeSelector, 'chargeFilterId' | 'filterValues'>,
): ChargeFilter | null | undefined {
  if (chargeFilterId === null) return null
  return (
    filters.find(({ id }) => id === chargeFilterId) ?? filters.find(({ values }) => sameValues(values, filterValues))
  )
}

type Values = Readonly<Record<string, unknown>> | null

const sameValues = (some: Values, others: Values): boolean =>
  some === null || others === null ? some === others : JSON.stringify(sorted(some)) === JSON.stringify(sorted(others))

const sorted = (values: Readonly<Record<string, unknown>>): [string, unknown][] =>
  Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))
