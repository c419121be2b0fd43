import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Tax } from '../../../src/core/catalog.js'
import { chargeFee } from '../../../src/core/invoicing/charge_fee.js'
import type { FeeDraft } from '../../../src/core/invoicing/fee.js'
import { checkInvoice } from '../../../src/core/invoicing/postconditions.js'
import { taxFee } from '../../../src/core/invoicing/taxes.js'
import { taxUsage } from '../../../src/core/invoicing/usage_taxes.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { toCents } from '../../../src/core/money/rounding.js'
import { charge, plan, tax } from './builders.js'
import { steppedInvoice } from './stepped.js'

/** Everything below is scaled by this: rates in percent, coupon shares in minor units, prices in currency units. */
const SCALE = 100_000
const scaled = (whole: number | bigint) => new Decimal(String(whole)).div(SCALE)

/** n / d, n not negative, to the nearest whole number, halves up. */
const halfUp = (n: bigint, d: bigint) => (2n * n + d) / (2n * d)

interface Line {
  readonly units: number
  /** Scaled. */
  readonly price: number
  readonly taxes: readonly number[]
  /** The part of the amount that coupons take, in thousandths. */
  readonly discount: number
}

const lineArb: fc.Arbitrary<Line> = fc.record({
  units: fc.integer({ min: 0, max: 10_000 }),
  price: fc.integer({ min: 0, max: 1_000 * SCALE }),
  taxes: fc.uniqueArray(fc.nat(3), { maxLength: 3 }),
  discount: fc.oneof(fc.constant(0), fc.constant(1000), fc.nat(1000)),
})

const caseArb = fc.record({
  currency: fc.constantFrom(['JPY', 0] as const, ['EUR', 2] as const, ['BHD', 3] as const),
  /** Percent, scaled. */
  rates: fc.array(fc.integer({ min: 0, max: 30 * SCALE }), { minLength: 4, maxLength: 4 }),
  lines: fc.array(lineArb, { maxLength: 8 }),
})
type Case = typeof caseArb extends fc.Arbitrary<infer T> ? T : never

/** A fee, with its amount and its coupons as whole numbers reckoned apart. */
function feeOf({ currency: [currency, exponent], rates }: Case, line: Line, index: number) {
  const preciseAmount = scaled(BigInt(line.units) * BigInt(line.price))
  const amount = halfUp(BigInt(line.units) * BigInt(line.price) * 10n ** BigInt(exponent), BigInt(SCALE))
  const coupons = (amount * BigInt(line.discount) * BigInt(SCALE)) / 1000n
  const taxes: Tax[] = line.taxes.map((i) => tax(`t${i}`, scaled(rates[i] ?? 0).toFixed()))
  const fee: FeeDraft = {
    ...chargeFee({
      subscriptionId: 'sub',
      plan: { ...plan, currency },
      charge: { ...charge, id: `charge-${index}`, taxes },
      filter: null,
      groupedBy: {},
      eventTransactionId: null,
      presentationBreakdowns: [],
      usage: {
        units: new Decimal(line.units),
        totalAggregatedUnits: new Decimal(line.units),
        pricingUnit: null,
        eventsCount: 1,
        amountCents: toCents(preciseAmount, currency),
        preciseAmount,
        unitAmount: scaled(line.price),
        details: {},
      },
      currencyExponent: exponent,
      fromAt: 0,
      toAt: 1000,
      toInclusive: false,
      payInAdvance: false,
      customerTaxes: [],
      organizationTaxes: [],
    }),
    preciseCouponsAmountCents: scaled(coupons),
  }
  return { fee, amount, net: amount * BigInt(SCALE) - coupons, coupons }
}

function build(given: Case) {
  const rows = given.lines.map((line, i) => ({ ...feeOf(given, line, i), line }))
  const coupons = halfUp(
    rows.reduce((sum, row) => sum + row.coupons, 0n),
    BigInt(SCALE),
  )
  const invoiceOf = (fees: readonly FeeDraft[]) =>
    steppedInvoice(given.currency[0], fees, { couponsAmountCents: Number(coupons) })
  return { rows, coupons, invoice: invoiceOf(rows.map((row) => row.fee)), invoiceOf }
}

/** What an invoice says, fees aside, with decimals as text. */
const said = ({ fees: _, ...invoice }: ReturnType<typeof steppedInvoice>) => ({
  ...invoice,
  taxesRate: invoice.taxesRate.toFixed(),
})

describe('of any fees and taxes, in currencies of 0, 2 and 3 decimals', () => {
  const holds = (name: string, check: (given: Case) => void) => it(name, () => fc.assert(fc.property(caseArb, check)))

  holds('the parts make the total', (given) => {
    const { rows, coupons, invoice } = build(given)
    const fees = rows.reduce((sum, row) => sum + row.amount, 0n)
    const taxes = invoice.appliedTaxes.reduce((sum, row) => sum + BigInt(row.amountCents), 0n)
    expect(BigInt(invoice.feesAmountCents)).toBe(fees)
    expect(BigInt(invoice.subTotalExcludingTaxesAmountCents)).toBe(fees - coupons)
    expect(BigInt(invoice.taxesAmountCents)).toBe(taxes)
    expect(BigInt(invoice.totalAmountCents)).toBe(fees - coupons + taxes)
  })

  holds('each tax is the exact fraction of all it applies to, rounded once', (given) => {
    const { rows, invoice } = build(given)
    const expected = [0, 1, 2, 3].flatMap((i) => {
      const bearing = rows.filter((row) => row.line.taxes.includes(i))
      if (bearing.length === 0) return []
      const net = bearing.reduce((sum, row) => sum + row.net, 0n)
      const due = halfUp(net * BigInt(given.rates[i] ?? 0), BigInt(SCALE) * BigInt(SCALE) * 100n)
      return [[`t${i}`, Number(due), Number(net / BigInt(SCALE))]]
    })
    expect(invoice.appliedTaxes.map((row) => [row.code, row.amountCents, row.feesAmountCents])).toEqual(expected)
  })

  holds('the rate is the exact weighted one, rounded at 5 decimals', (given) => {
    const { rows, invoice } = build(given)
    const rateOf = (row: (typeof rows)[number]) =>
      row.line.taxes.reduce((sum, i) => sum + BigInt(given.rates[i] ?? 0), 0n)
    const subTotal = BigInt(invoice.subTotalExcludingTaxesAmountCents)
    const byAmount = rows.reduce((sum, row) => sum + rateOf(row) * row.net, 0n)
    const byNumber = rows.reduce((sum, row) => sum + rateOf(row), 0n)
    const empty = rows.length === 0 ? 0n : halfUp(byNumber, BigInt(rows.length))
    const expected = subTotal === 0n ? empty : halfUp(byAmount, subTotal * BigInt(SCALE))
    expect(invoice.taxesRate.toFixed()).toBe(scaled(expected).toFixed())
  })

  holds('the tax that a fee shows is the exact fraction of its net, rounded once', (given) => {
    for (const { fee, net, line } of build(given).rows) {
      const rate = line.taxes.reduce((sum, i) => sum + BigInt(given.rates[i] ?? 0), 0n)
      expect(BigInt(taxFee(fee).amountCents)).toBe(halfUp(net * rate, BigInt(SCALE) * BigInt(SCALE) * 100n))
    }
  })

  holds('the taxes of usage are those of its invoice', (given) => {
    const { invoice } = build({ ...given, lines: given.lines.map((line) => ({ ...line, discount: 0 })) })
    const usage = taxUsage(invoice.fees)
    expect(usage).toEqual({ appliedTaxes: invoice.appliedTaxes, amountCents: invoice.taxesAmountCents })
  })

  holds('every computed invoice is sound, and nothing on it is negative', (given) => {
    const { invoice } = build(given)
    expect(checkInvoice(invoice, invoice.fees)).toEqual([])
    const amounts = Object.values(invoice).filter((value) => typeof value === 'number')
    expect(amounts.every((amount) => Number.isSafeInteger(amount) && amount >= 0)).toBe(true)
  })

  it('the order of the fees changes nothing', () => {
    const shuffled = caseArb.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.shuffledSubarray([...given.lines.keys()], { minLength: given.lines.length, maxLength: given.lines.length }),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([given, order]) => {
        const { rows, invoice, invoiceOf } = build(given)
        const fees = order.flatMap((i) => rows[i]?.fee ?? [])
        expect(said(invoiceOf(fees))).toEqual(said(invoice))
      }),
    )
  })
})
