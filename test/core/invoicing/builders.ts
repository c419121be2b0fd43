import type { BillableMetric, Charge, Plan, Tax } from '../../../src/core/catalog.js'
import { type ChargeFeeDraft, NO_BUCKET, type SubscriptionFeeDraft } from '../../../src/core/invoicing/fee.js'
import { Decimal, ZERO } from '../../../src/core/money/decimal.js'

export const decimal = (text: string | number): Decimal => new Decimal(text)

/** A tax whose id and name follow from its code. */
export const tax = (code: string, rate: string): Tax => ({
  id: `id-${code}`,
  code,
  name: code.toUpperCase(),
  description: null,
  rate,
})

/** A charge fee of `amountCents`, 1 unit by 1 event, untaxed, of a charge of its own unless told otherwise. */
export function chargeFeeOf(amountCents: number, rest: Partial<ChargeFeeDraft> = {}): ChargeFeeDraft {
  return {
    type: 'charge',
    subscriptionId: 'sub',
    chargeId: `charge-${fresh()}`,
    ...NO_BUCKET,
    currency: 'EUR',
    units: decimal(1),
    totalAggregatedUnits: decimal(1),
    eventsCount: 1,
    amountCents,
    preciseAmountCents: decimal(amountCents),
    unitAmount: decimal(amountCents).div(100),
    preciseCouponsAmountCents: ZERO,
    details: {},
    fromAt: 0,
    toAt: 1000,
    toInclusive: false,
    payInAdvance: false,
    invoiceable: true,
    item: {
      itemType: 'BillableMetric',
      id: 'metric',
      code: 'calls',
      name: 'Calls',
      description: null,
      invoiceDisplayName: 'Calls',
      filters: null,
      filterInvoiceDisplayName: null,
    },
    ...NO_BUCKET,
    pricingUnit: null,
    presentationBreakdowns: [],
    taxes: [],
    ...rest,
  }
}

/** The fee of a plan of `amountCents`. */
export function planFeeOf(amountCents: number, rest: Partial<SubscriptionFeeDraft> = {}): SubscriptionFeeDraft {
  return {
    ...chargeFeeOf(amountCents),
    type: 'subscription',
    chargeId: null,
    eventsCount: null,
    totalAggregatedUnits: null,
    details: { plan_amount_cents: amountCents },
    item: {
      itemType: 'Subscription',
      id: 'sub',
      code: 'basic',
      name: 'Basic',
      description: null,
      invoiceDisplayName: 'Basic',
      filters: null,
      filterInvoiceDisplayName: null,
    },
    ...rest,
  }
}

export const metric: BillableMetric = {
  id: 'metric-id',
  code: 'calls',
  name: 'API calls',
  description: 'Calls of the API',
  aggregationType: 'sum_agg',
  fieldName: 'value',
  recurring: false,
  roundingFunction: null,
  roundingPrecision: null,
  expression: null,
  filters: [],
}

export const charge: Charge = {
  id: 'charge-id',
  parentId: null,
  code: 'calls-of-basic',
  planId: 'plan-id',
  metric,
  chargeModel: 'standard',
  invoiceDisplayName: null,
  payInAdvance: false,
  invoiceable: true,
  prorated: false,
  minAmountCents: 0,
  regroupPaidFees: null,
  properties: {},
  filters: [],
  pricingUnit: null,
  taxes: [],
  createdAt: 0,
}

export const plan: Plan = {
  id: 'plan-id',
  parentId: null,
  code: 'basic',
  name: 'Basic',
  description: 'For a start',
  invoiceDisplayName: null,
  interval: 'monthly',
  amountCents: 10_000,
  currency: 'EUR',
  payInAdvance: false,
  billChargesMonthly: null,
  billFixedChargesMonthly: null,
  trialPeriod: null,
  taxes: [],
  charges: [],
  fixedCharges: [],
  minimumCommitment: null,
}

let made = 0
function fresh(): number {
  made += 1
  return made
}
