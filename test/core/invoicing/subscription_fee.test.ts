import { expect, it } from 'vitest'
import { subscriptionFee } from '../../../src/core/invoicing/subscription_fee.js'
import { decimal, plan, tax } from './builders.js'

const given = {
  subscriptionId: 'sub',
  plan,
  planFee: { amountCents: 5484, preciseAmountCents: decimal(10_000).times(17).div(31) },
  currencyExponent: 2,
  fromAt: 5,
  toAt: 9,
  toInclusive: true,
  customerTaxes: [],
  organizationTaxes: [],
}

it('a plan fee is one unit at the rounded amount, and remembers the full price', () => {
  const { units, unitAmount, preciseAmountCents, preciseCouponsAmountCents, ...fee } = subscriptionFee(given)
  expect([units, unitAmount, preciseCouponsAmountCents].map(String)).toEqual(['1', '54.84', '0'])
  expect(preciseAmountCents.toFixed(5)).toBe('5483.87097')
  expect(fee).toEqual({
    type: 'subscription',
    subscriptionId: 'sub',
    chargeId: null,
    chargeFilterId: null,
    groupedBy: {},
    eventTransactionId: null,
    currency: 'EUR',
    totalAggregatedUnits: null,
    eventsCount: null,
    amountCents: 5484,
    details: { plan_amount_cents: 10_000 },
    fromAt: 5,
    toAt: 9,
    toInclusive: true,
    payInAdvance: false,
    invoiceable: true,
    item: {
      itemType: 'Subscription',
      id: 'sub',
      code: 'basic',
      name: 'Basic',
      description: 'For a start',
      invoiceDisplayName: 'Basic',
      filters: null,
      filterInvoiceDisplayName: null,
    },
    pricingUnit: null,
    presentationBreakdowns: [],
    taxes: [],
  })
})

it.each([
  ['JPY', 0, '5484'],
  ['EUR', 2, '54.84'],
  ['BHD', 3, '5.484'],
])('5484 minor units of %s are %3$s a unit', (currency, currencyExponent, unitAmount) => {
  expect(subscriptionFee({ ...given, plan: { ...plan, currency }, currencyExponent }).unitAmount.toFixed()).toBe(
    unitAmount,
  )
})

it('a plan in advance and a name to be shown are told', () => {
  const fee = subscriptionFee({ ...given, plan: { ...plan, payInAdvance: true, invoiceDisplayName: 'Shown' } })
  expect([fee.payInAdvance, fee.item.name, fee.item.invoiceDisplayName]).toEqual([true, 'Basic', 'Shown'])
})

it('taxes of the plan win over those of the customer, and those over the organization', () => {
  const [ofPlan, ofCustomer, ofOrganization] = [[tax('p', '1')], [tax('c', '2')], [tax('o', '3')]]
  const others = { customerTaxes: ofCustomer, organizationTaxes: ofOrganization }
  expect(subscriptionFee({ ...given, ...others, plan: { ...plan, taxes: ofPlan } }).taxes).toEqual(ofPlan)
  expect(subscriptionFee({ ...given, ...others }).taxes).toEqual(ofCustomer)
  expect(subscriptionFee({ ...given, organizationTaxes: ofOrganization }).taxes).toEqual(ofOrganization)
})
