import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calculateInvoice } from '../../../src/core/invoicing/calculate.js'
import { checkInvoice } from '../../../src/core/invoicing/postconditions.js'
import { chargeFeeOf, tax } from './builders.js'

const t20 = tax('t20', '20')
const invoiceOf = (amountCents: number, balances: readonly number[]) =>
  calculateInvoice(
    { currency: 'EUR', fees: [chargeFeeOf(amountCents, { taxes: [t20] })] },
    {
      progressive: [],
      coupons: [],
      creditNotes: balances.map((balanceAmountCents, i) => ({ id: `note-${i}`, balanceAmountCents })),
      wallets: [],
    },
  )

describe('credit notes', () => {
  it.each([
    [9000, [800], [800], 10_000, 'are taken off after taxes'],
    [1000, [1500], [1200], 0, 'never more than is to be paid'],
    [1000, [500, 500, 500], [500, 500, 200], 0, 'the oldest first, the last as far as needed'],
    [1000, [1200, 100], [1200], 0, 'one that is not reached is not used'],
    [0, [100], [], 0, 'nothing is used where nothing is to be paid'],
  ])('%i less %o: %o used, %i left (%s)', (amountCents, balances, used, left) => {
    const invoice = invoiceOf(amountCents, balances)
    expect(invoice.credits.map((credit) => credit.amountCents)).toEqual(used)
    expect(invoice.totalAmountCents).toBe(left)
  })

  it('leave a sound invoice and are never used beyond their balance', () => {
    const cents = fc.integer({ min: 0, max: 1_000_000 })
    fc.assert(
      fc.property(cents, fc.array(fc.integer({ min: 1, max: 500_000 }), { maxLength: 6 }), (amountCents, balances) => {
        const invoice = invoiceOf(amountCents, balances)
        expect(checkInvoice(invoice, invoice.fees)).toEqual([])
        for (const [i, balance] of balances.entries()) {
          const used = invoice.credits.find(({ sourceId }) => sourceId === `note-${i}`)?.amountCents ?? 0
          expect(used).toBeLessThanOrEqual(balance)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
