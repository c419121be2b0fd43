import { expect, it } from 'vitest'
import type { Tax } from '../../../src/core/catalog.js'
import { chargeFee } from '../../../src/core/invoicing/charge_fee.js'
import { charge, decimal, plan, tax } from './builders.js'

const given = {
  subscriptionId: 'sub',
  plan,
  charge,
  filter: null,
  groupedBy: {},
  eventTransactionId: null,
  presentationBreakdowns: [],
  usage: {
    units: decimal(800),
    totalAggregatedUnits: decimal(800),
    eventsCount: 4,
    amountCents: decimal(1115),
    preciseAmount: decimal('11.1496'),
    unitAmount: decimal('0.013937'),
    pricingUnit: null,
    details: { free_units: '250.0' },
  },
  currencyExponent: 2,
  fromAt: 5,
  toAt: 9,
  toInclusive: false,
  payInAdvance: false,
  customerTaxes: [],
  organizationTaxes: [],
}

it('a charge fee carries the priced usage, and names its metric', () => {
  const { units, totalAggregatedUnits, unitAmount, preciseAmountCents, preciseCouponsAmountCents, ...fee } =
    chargeFee(given)
  const figures = [units, totalAggregatedUnits, unitAmount, preciseAmountCents, preciseCouponsAmountCents]
  expect(figures.map(String)).toEqual(['800', '800', '0.013937', '1114.96', '0'])
  expect(fee).toEqual({
    type: 'charge',
    subscriptionId: 'sub',
    chargeId: 'charge-id',
    chargeFilterId: null,
    groupedBy: {},
    eventTransactionId: null,
    currency: 'EUR',
    eventsCount: 4,
    amountCents: 1115,
    details: { free_units: '250.0' },
    fromAt: 5,
    toAt: 9,
    toInclusive: false,
    payInAdvance: false,
    invoiceable: true,
    item: {
      itemType: 'BillableMetric',
      id: 'metric-id',
      code: 'calls',
      name: 'API calls',
      description: 'Calls of the API',
      invoiceDisplayName: 'API calls',
      filters: null,
      filterInvoiceDisplayName: null,
    },
    pricingUnit: null,
    presentationBreakdowns: [],
    taxes: [],
  })
})

it.each([
  ['JPY', 0, '11.1496'],
  ['EUR', 2, '1114.96'],
  ['BHD', 3, '11149.6'],
])('11.1496 %s are %3$s minor units before rounding', (currency, currencyExponent, precise) => {
  expect(chargeFee({ ...given, plan: { ...plan, currency }, currencyExponent }).preciseAmountCents.toFixed()).toBe(
    precise,
  )
})

it('the level that a weighted sum ends with is kept apart from its units', () => {
  const usage = { ...given.usage, units: decimal('533.33'), totalAggregatedUnits: decimal(300) }
  const fee = chargeFee({ ...given, usage })
  expect([fee.units, fee.totalAggregatedUnits].map(String)).toEqual(['533.33', '300'])
})

it('an amount beyond exact integers is kept as what no invoice can hold', () => {
  const fee = chargeFee({ ...given, usage: { ...given.usage, amountCents: decimal('9007199254740993') } })
  expect(Number.isSafeInteger(fee.amountCents)).toBe(false)
})

it('what is invoiced apart, in advance or under another name is told', () => {
  const fee = chargeFee({
    ...given,
    charge: { ...charge, invoiceable: false, invoiceDisplayName: 'Shown' },
    payInAdvance: true,
  })
  expect([fee.invoiceable, fee.payInAdvance, fee.item.name, fee.item.invoiceDisplayName]).toEqual([
    false,
    true,
    'API calls',
    'Shown',
  ])
})

it('a fee of one filter and group names them', () => {
  const filter = { id: 'filter-id', values: { region: ['us'] }, properties: {}, invoiceDisplayName: 'Overseas' }
  const fee = chargeFee({ ...given, filter, groupedBy: { team: 'a' }, eventTransactionId: 'event' })
  expect([fee.chargeFilterId, fee.groupedBy, fee.eventTransactionId]).toEqual(['filter-id', { team: 'a' }, 'event'])
  expect([fee.item.filters, fee.item.filterInvoiceDisplayName]).toEqual([{ region: ['us'] }, 'Overseas'])
})

it('a fee that is priced in a pricing unit tells what it came to in it, in hundredths', () => {
  const pricingUnit = { pricingUnitId: 'unit-id', code: 'credits', shortName: 'CR', conversionRate: '10' }
  const inUnit = { amountCents: decimal(101), preciseAmount: decimal('1.005'), unitAmount: decimal('0.5') }
  const fee = chargeFee({
    ...given,
    charge: { ...charge, pricingUnit },
    usage: { ...given.usage, pricingUnit: inUnit },
  })
  expect(fee.pricingUnit).toEqual({
    ...pricingUnit,
    amountCents: 101,
    preciseAmountCents: decimal('100.5'),
    unitAmount: decimal('0.5'),
  })
})

it('taxes of the charge win over plan, customer and organization, in this order', () => {
  const [ofCharge, ofPlan, ofCustomer, ofOrganization] = [
    [tax('a', '1')],
    [tax('b', '1')],
    [tax('c', '1')],
    [tax('d', '1')],
  ]
  const taxesWhen = (chargeTaxes: Tax[], planTaxes: Tax[], customerTaxes: Tax[]) =>
    chargeFee({
      ...given,
      charge: { ...charge, taxes: chargeTaxes },
      plan: { ...plan, taxes: planTaxes },
      customerTaxes,
      organizationTaxes: ofOrganization,
    }).taxes
  expect(taxesWhen(ofCharge, ofPlan, ofCustomer)).toEqual(ofCharge)
  expect(taxesWhen([], ofPlan, ofCustomer)).toEqual(ofPlan)
  expect(taxesWhen([], [], ofCustomer)).toEqual(ofCustomer)
  expect(taxesWhen([], [], [])).toEqual(ofOrganization)
})
