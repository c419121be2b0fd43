import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculateInvoice } from '../../../src/core/invoicing/calculate.js'
import type { FeeDraft } from '../../../src/core/invoicing/fee.js'
import { type InvoiceTotals, NO_SOURCES } from '../../../src/core/invoicing/invoice_totals.js'
import { checkInvoice } from '../../../src/core/invoicing/postconditions.js'
import { restoredDraws } from '../../../src/core/invoicing/void_invoice.js'
import type { WalletSource } from '../../../src/core/wallets/draw.js'
import { chargeFeeOf, planFeeOf, tax } from './builders.js'

/** A wallet of granted credits. */
const wallet = (id: string, balanceCents: number, limits: Partial<WalletSource['limits']> = {}): WalletSource => ({
  id,
  code: id,
  balanceCents,
  limits: { feeTypes: [], metricIds: [], ...limits },
  inbound: [{ id: `in-${id}`, kind: 'granted', priority: 50, remainingCents: balanceCents }],
})
const usage = (metricId: string, amountCents: number, rest: Partial<ReturnType<typeof chargeFeeOf>> = {}) => {
  const fee = chargeFeeOf(amountCents, rest)
  return { ...fee, item: { ...fee.item, id: metricId } }
}
const invoiceOf = (fees: readonly FeeDraft[], wallets: readonly WalletSource[], currency = 'EUR') =>
  calculateInvoice({ currency, fees }, { ...NO_SOURCES, wallets })
const drawn = ({ draws }: InvoiceTotals) => Object.fromEntries(draws.map((draw) => [draw.walletId, draw.amountCents]))

describe('wallets pay', () => {
  it('what credit notes have left, after coupons and taxes', () => {
    const invoice = calculateInvoice(
      { currency: 'EUR', fees: [chargeFeeOf(10_000, { taxes: [tax('t', '20')] })] },
      {
        ...NO_SOURCES,
        coupons: [{ id: 'c', takes: { amountCents: 1000 }, target: null }],
        creditNotes: [{ id: 'n', balanceAmountCents: 800 }],
        wallets: [wallet('w', 10_000)],
      },
    )
    expect(invoice).toMatchObject({ prepaidCreditAmountCents: 10_000, totalAmountCents: 0 })
  })

  it('by type of fee, one wallet after the other, each of the larger part first', () => {
    const fees = [planFeeOf(3600), usage('a', 1550)]
    const three = (prefix: string) => [
      wallet(`${prefix}any`, 1000),
      wallet(`${prefix}usage`, 1000, { feeTypes: ['charge'] }),
      wallet(`${prefix}plan`, 1000, { feeTypes: ['subscription'] }),
    ]
    const invoice = invoiceOf(fees, [...three('first '), ...three('then ')])
    expect(drawn(invoice)).toEqual({
      ...{ 'first any': 1000, 'first usage': 1000, 'first plan': 1000 },
      ...{ 'then any': 1000, 'then usage': 550, 'then plan': 600 },
    })
    expect(invoice.totalAmountCents).toBe(0)
  })

  it('by metric, and what the last wallet of a metric lacks stays due', () => {
    const fees = [usage('storage', 1000), usage('seats', 2000), usage('api', 3000), usage('sms', 4000), planFeeOf(100)]
    const limited = (id: string, cents: number, ...metricIds: string[]) => wallet(id, cents, { metricIds })
    const wallets = [
      limited('w1', 1000, 'storage', 'seats'),
      limited('w2', 2000, 'seats', 'api'),
      limited('w3', 3000, 'api', 'sms'),
      limited('w4', 4000, 'sms', 'storage'),
    ]
    const invoice = invoiceOf(fees, wallets)
    expect(drawn(invoice)).toEqual({ w1: 1000, w2: 2000, w3: 3000, w4: 2000 })
    expect(invoice.totalAmountCents).toBe(2100)
  })

  it('whole minor units of what they are limited to, its tax included', () => {
    const taxes = [tax('t', '14')]
    const invoice = invoiceOf(
      [usage('a', 90, { taxes }), usage('b', 60, { taxes })],
      [wallet('w', 6600, { metricIds: ['b'] })],
    )
    expect(invoice).toMatchObject({ prepaidCreditAmountCents: 68, totalAmountCents: 103 })
  })

  it('nothing where nothing is due, and nothing of it is told then', () => {
    expect(invoiceOf([planFeeOf(0)], [wallet('w', 100)])).toMatchObject({
      draws: [],
      prepaidCreditAmountCents: 0,
      prepaidGrantedCreditAmountCents: null,
    })
  })

  it('with what was given before what was bought, and tell both apart', () => {
    const inbound = [
      { id: 'bought', kind: 'purchased' as const, priority: 50, remainingCents: 500 },
      { id: 'given', kind: 'granted' as const, priority: 50, remainingCents: 300 },
    ]
    const invoice = invoiceOf([planFeeOf(700)], [{ ...wallet('w', 800), inbound }])
    expect(invoice).toMatchObject({ prepaidGrantedCreditAmountCents: 300, prepaidPurchasedCreditAmountCents: 400 })
  })
})

const METRICS = ['a', 'b', 'c']
const TYPES = ['subscription', 'charge'] as const
const anyRate = fc.integer({ min: 0, max: 3_000_000 }).map((n) => (n / 100_000).toFixed(5))
const anyFees = fc.array(
  fc.record({
    metric: fc.option(fc.constantFrom(...METRICS), { nil: null }),
    cents: fc.integer({ min: 0, max: 100_000 }),
    taxes: fc.uniqueArray(fc.nat(2), { maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 8 },
)
const anyWallets = fc.array(
  fc.record({
    feeTypes: fc.oneof(fc.constant([]), fc.subarray([...TYPES])),
    metricIds: fc.oneof(fc.constant([]), fc.subarray(METRICS)),
    parts: fc.array(fc.integer({ min: 1, max: 60_000 }), { minLength: 1, maxLength: 3 }),
  }),
  { maxLength: 6 },
)
const anyCase = fc.record({
  fees: anyFees,
  rates: fc.array(anyRate, { minLength: 3, maxLength: 3 }),
  wallets: anyWallets,
  notes: fc.array(fc.integer({ min: 1, max: 50_000 }), { maxLength: 3 }),
  coupon: fc.integer({ min: 0, max: 50_000 }),
  currency: fc.constantFrom('JPY', 'EUR', 'BHD'),
})
type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never

function calculated({ fees, rates, wallets, notes, coupon, currency }: Case) {
  const drafts = fees.map(({ metric, cents, taxes: named }, i) => {
    const taxes = named.map((n) => tax(`t${n}`, rates[n] ?? '0'))
    // Windows of their own: a plan is billed for each time once.
    const window = { fromAt: i * 10, toAt: i * 10 + 10 }
    return metric === null
      ? planFeeOf(cents, { taxes, currency, ...window })
      : usage(metric, cents, { taxes, currency, ...window })
  })
  const sources: WalletSource[] = wallets.map(({ feeTypes, metricIds, parts }, i) => ({
    id: `w${i}`,
    code: `w${i}`,
    balanceCents: parts.reduce((sum, part) => sum + part, 0),
    limits: { feeTypes, metricIds },
    inbound: parts.map((remainingCents, n) => ({
      id: `w${i}-${n}`,
      kind: n % 2 === 0 ? ('granted' as const) : ('purchased' as const),
      priority: 50,
      remainingCents,
    })),
  }))
  const invoice = calculateInvoice(
    { currency, fees: drafts },
    {
      progressive: [],
      coupons: coupon === 0 ? [] : [{ id: 'c', takes: { amountCents: coupon }, target: null }],
      creditNotes: notes.map((balanceAmountCents, i) => ({ id: `n${i}`, balanceAmountCents })),
      wallets: sources,
    },
  )
  return { invoice, sources }
}

describe('whatever is due and whatever wallets hold', () => {
  it('the invoice is sound, and no wallet gives more than it holds, nor of any credits more than is left of them', () => {
    fc.assert(
      fc.property(anyCase, (some) => {
        const { invoice, sources } = calculated(some)
        expect(checkInvoice(invoice, invoice.fees)).toEqual([])
        for (const { walletId, amountCents, fundings } of invoice.draws) {
          const source = sources.find(({ id }) => id === walletId)
          expect(amountCents).toBeLessThanOrEqual(source?.balanceCents ?? 0)
          for (const funding of fundings) {
            const inbound = source?.inbound.find(({ id }) => id === funding.inboundId)
            expect(funding.amountCents).toBeLessThanOrEqual(inbound?.remainingCents ?? 0)
          }
        }
        expect(new Set(invoice.draws.map(({ walletId }) => walletId)).size).toBe(invoice.draws.length)
      }),
      { numRuns: 2000 },
    )
  })

  it('a wallet without limits that holds enough leaves nothing due, to the last minor unit', () => {
    fc.assert(
      fc.property(anyCase, (some) => {
        const rich = { ...some, wallets: [{ feeTypes: [], metricIds: [], parts: [100_000_000] }] }
        const { invoice } = calculated(rich)
        expect(invoice.totalAmountCents).toBe(0)
      }),
      { numRuns: 1000 },
    )
  })

  it('wallets for one metric pay no more than that metric comes to with its taxes', () => {
    fc.assert(
      fc.property(anyCase, fc.constantFrom(...METRICS), (some, metric) => {
        const limited = { ...some, wallets: [{ feeTypes: [], metricIds: [metric], parts: [100_000_000] }] }
        const { invoice } = calculated(limited)
        const gross = invoice.fees
          .filter((fee) => fee.type === 'charge' && fee.item.id === metric)
          .reduce((sum, fee) => {
            const rate = fee.taxes.reduce((rates, one) => rates + Number(one.rate), 0)
            return sum + fee.amountCents * (1 + rate / 100)
          }, 0)
        // The cents that the rounding of each tax may add.
        expect(invoice.prepaidCreditAmountCents).toBeLessThanOrEqual(gross + invoice.appliedTaxes.length / 2 + 0.001)
      }),
      { numRuns: 1000 },
    )
  })

  it('a void gives back exactly what was drawn', () => {
    fc.assert(
      fc.property(anyCase, (some) => {
        const { invoice } = calculated(some)
        const restored = invoice.credits.filter(({ sourceType }) => sourceType === 'credit_note')
        const account = { ...invoice, totalPaidAmountCents: 0, notes: [] }
        expect(restoredDraws(invoice.draws, restored, account)).toEqual(invoice.draws)
      }),
      { numRuns: 1000 },
    )
  })
})
