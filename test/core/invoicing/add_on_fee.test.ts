import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AddOnFeeInput, addOnFee, staysExact } from '../../../src/core/invoicing/add_on_fee.js'
import { calculateInvoice } from '../../../src/core/invoicing/calculate.js'
import { checkInvoice } from '../../../src/core/invoicing/postconditions.js'
import { Decimal } from '../../../src/core/money/decimal.js'

const addOn = { id: 'a', code: 'setup', name: 'Set-up', description: 'Once', invoiceDisplayName: null }
const asked = (given: Partial<AddOnFeeInput> = {}): AddOnFeeInput => ({
  addOn,
  currency: 'EUR',
  units: new Decimal(1),
  unitAmountCents: 1999,
  description: null,
  invoiceDisplayName: null,
  stretch: null,
  taxes: [],
  ...given,
})
const tax = (rate: string) => ({ id: rate, code: rate, name: rate, description: null, rate })

describe('the fee of an add-on', () => {
  it.each([
    ['1', 1999, 'EUR', 1999, '1999', '19.99', 'one unit'],
    ['0.37', 1999, 'EUR', 740, '739.63', '19.99', 'rounded once'],
    ['1.5', 333, 'EUR', 500, '499.5', '3.33', 'half a cent goes up'],
    ['3', 100, 'JPY', 300, '300', '100', 'a currency without decimals'],
    ['3', 1001, 'BHD', 3003, '3003', '1.001', 'a currency with three'],
    ['2', 0, 'EUR', 0, '0', '0', 'given away'],
  ])('of %s units at %i %s is %i', (units, unitAmountCents, currency, amountCents, precise, unitAmount) => {
    const fee = addOnFee(asked({ units: new Decimal(units), unitAmountCents, currency }))
    expect(fee.amountCents).toBe(amountCents)
    expect(fee.preciseAmountCents.toFixed()).toBe(precise)
    expect(fee.unitAmount.toFixed()).toBe(unitAmount)
  })

  it.each([
    [{}, {}, 'Set-up', 'Once'],
    [{ invoiceDisplayName: 'Shown' }, {}, 'Shown', 'Once'],
    [{ invoiceDisplayName: 'Shown' }, { invoiceDisplayName: 'Here', description: 'Now' }, 'Here', 'Now'],
  ])('is called what the invoice says, else what the add-on says (%#)', (own, said, name, description) => {
    const fee = addOnFee(asked({ addOn: { ...addOn, ...own }, ...said }))
    expect([fee.item.invoiceDisplayName, fee.description, fee.item.description]).toEqual([name, description, 'Once'])
  })

  it('covers the time that was named, or none', () => {
    expect(addOnFee(asked())).toMatchObject({ fromAt: null, toAt: null })
    expect(addOnFee(asked({ stretch: { fromAt: 5, toAt: 9 } }))).toMatchObject({ fromAt: 5, toAt: 9 })
  })
})

describe('an invoice of add-ons', () => {
  const fees = fc.array(
    fc.record({
      units: fc
        .tuple(fc.bigInt({ min: 0n, max: 10n ** 7n }), fc.nat(6))
        .map(([n, places]) => new Decimal(n.toString()).div(10 ** places)),
      unitAmountCents: fc.integer({ min: 0, max: 10_000_000 }),
      taxes: fc.subarray([tax('0'), tax('20'), tax('5.5'), tax('1000')]),
    }),
    { minLength: 1, maxLength: 8 },
  )

  it('is sound whenever it is said to stay exact, the same add-on twice on it or not', () => {
    fc.assert(
      fc.property(fees, fc.constantFrom('EUR', 'JPY', 'BHD'), (given, currency) => {
        const drafts = given.map((one) => addOnFee(asked({ ...one, currency })))
        fc.pre(staysExact(drafts))
        const invoice = calculateInvoice({ currency, fees: drafts })
        expect(checkInvoice(invoice, invoice.fees)).toEqual([])
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['an amount', { units: new Decimal('9007199254740993'), unitAmountCents: 1 }],
    ['a tax', { unitAmountCents: 1_000_000_000_000, taxes: [tax('1000000')] }],
  ])('does not stay exact with %s beyond what numbers hold', (_, given) => {
    expect(staysExact([addOnFee(asked(given))])).toBe(false)
  })
})
