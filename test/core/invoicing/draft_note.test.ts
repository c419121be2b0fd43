import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rescaledNote, shareOfFee } from '../../../src/core/invoicing/draft_note.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { credited, fee, invoiceOf } from './credited.js'

const split = (creditAmountCents: number, offsetAmountCents = 0) => ({
  creditAmountCents,
  refundAmountCents: 0,
  offsetAmountCents,
})

describe('a note on a draft', () => {
  const share = shareOfFee(new Decimal(1600), 3100)

  it.each<[ReturnType<typeof fee>, number, number, string]>([
    [fee('a', 3100, '0', '20'), 1600, 1920, 'stays as it is with its fee'],
    [fee('a', 6200, '0', '20'), 3200, 3840, 'doubles with it'],
    [fee('a', 6200, '0', '10'), 3200, 3520, 'is taxed as it is now'],
    [fee('a', 3100, '1000', '20'), 1600, 1301, 'bears its share of a coupon'],
    [fee('a', 0), 0, 0, 'is nothing of nothing'],
  ])('%#: %s', (now, item, total) => {
    const note = rescaledNote([{ fee: now, share }], split(1920), invoiceOf([now]), 10_000)
    expect(note.items.map(({ amountCents }) => amountCents.toNumber())).toEqual([item])
    expect(note.amounts.totalAmountCents).toBe(total)
    expect(note.split).toEqual(split(total))
  })

  it('keeps the proportion of its parts, and credits what is not due', () => {
    const now = fee('a', 6200, '0', '20')
    const rescale = (due: number) => rescaledNote([{ fee: now, share }], split(480, 1440), invoiceOf([now]), due).split
    expect(rescale(7440)).toEqual(split(960, 2880))
    expect(rescale(1000)).toEqual(split(2840, 1000))
    expect(rescale(0)).toEqual(split(3840))
  })

  it('gives back no more than the notes before it have left', () => {
    const now = fee('a', 100, '0', '20')
    const { invoice } = credited(invoiceOf([now]), [now, 100])
    expect(rescaledNote([{ fee: now, share: new Decimal(1) }], split(120), invoice, 0).amounts.totalAmountCents).toBe(0)
  })

  it('comes to the same when its fee changes and changes back, at whatever price', () => {
    const amount = fc.integer({ min: 1, max: 1_000_000_000 })
    fc.assert(
      fc.property(amount, fc.nat(100_000), (feeAmount, perHundredThousand) => {
        const item = new Decimal(feeAmount).times(perHundredThousand).div(100_000).toDecimalPlaces(5)
        const now = fee('a', feeAmount)
        const kept = [{ fee: now, share: shareOfFee(item, feeAmount) }]
        const { items } = rescaledNote(kept, split(1), invoiceOf([now]), 0)
        expect(items[0]?.amountCents.toFixed()).toBe(item.toFixed())
      }),
      { numRuns: 1000 },
    )
  })
})
