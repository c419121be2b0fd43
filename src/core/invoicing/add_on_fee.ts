import type { Tax } from '../catalog.js'
import { Decimal, ZERO } from '../money/decimal.js'
import { centsToUnits, roundHalfUp } from '../money/rounding.js'
import { type AddOnFeeDraft, NO_BUCKET } from './fee.js'

export interface AddOnFeeInput {
  readonly addOn: {
    readonly id: string
    readonly code: string
    readonly name: string
    readonly description: string | null
    readonly invoiceDisplayName: string | null
  }
  readonly currency: string
  readonly units: Decimal
  /** Minor units of the currency. */
  readonly unitAmountCents: number
  /** What the invoice says of it instead of the add-on's own words; null for these. */
  readonly description: string | null
  readonly invoiceDisplayName: string | null
  /** The time that it is for; null where none was named. */
  readonly stretch: { readonly fromAt: number; readonly toAt: number } | null
  readonly taxes: readonly Tax[]
}

/** An add-on as an invoice bills it: units times the amount of one, rounded once (invoicing rules, section 10). */
export function addOnFee(input: AddOnFeeInput): AddOnFeeDraft {
  const { addOn, currency, units, unitAmountCents, stretch, taxes } = input
  const preciseAmountCents = units.times(unitAmountCents)
  return {
    type: 'add_on',
    subscriptionId: null,
    chargeId: null,
    ...NO_BUCKET,
    currency,
    description: input.description ?? addOn.description,
    units,
    totalAggregatedUnits: null,
    eventsCount: null,
    amountCents: roundHalfUp(preciseAmountCents, 0).toNumber(),
    preciseAmountCents,
    unitAmount: centsToUnits(new Decimal(unitAmountCents), currency),
    preciseCouponsAmountCents: ZERO,
    details: {},
    fromAt: stretch?.fromAt ?? null,
    toAt: stretch?.toAt ?? null,
    toInclusive: stretch !== null,
    payInAdvance: false,
    invoiceable: true,
    item: {
      itemType: 'AddOn',
      id: addOn.id,
      code: addOn.code,
      name: addOn.name,
      description: addOn.description,
      invoiceDisplayName: input.invoiceDisplayName ?? addOn.invoiceDisplayName ?? addOn.name,
      filters: null,
      filterInvoiceDisplayName: null,
    },
    pricingUnit: null,
    presentationBreakdowns: [],
    taxes,
  }
}

/** Whether the invoice of these fees can be reckoned exactly: prices, units and tax rates have bounds of their own only. */
export function staysExact(fees: readonly AddOnFeeDraft[]): boolean {
  const gross = fees.reduce((sum, { preciseAmountCents, taxes }) => {
    const rate = taxes.reduce((rates, tax) => rates.plus(tax.rate), ZERO)
    return sum.plus(preciseAmountCents.times(rate.div(100).plus(1)).plus(1))
  }, ZERO)
  return gross.lt(Number.MAX_SAFE_INTEGER)
}
