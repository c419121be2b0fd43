import { describe, expect, it } from 'vitest'
import { Decimal } from '../../../src/core/money/decimal.js'
import { purchaseNote } from '../../../src/core/wallets/purchase_note.js'
import { MAX_WALLET_CENTS, NO_BOUNDS, topUpErrors } from '../../../src/core/wallets/top_up.js'
import { voidOf } from '../../../src/core/wallets/void_credits.js'

const euro = { rateAmount: new Decimal(1), currency: 'EUR' }
const cent = { rateAmount: new Decimal('0.01'), currency: 'EUR' }
const d = (text: string | null) => (text === null ? null : new Decimal(text))

describe('a top-up', () => {
  const bounds = { minAmountCents: 1000, maxAmountCents: 2000 }
  it.each([
    ['10', null, bounds, {}],
    ['20', null, bounds, {}],
    ['9.99', null, bounds, { paid_credits: ['amount_below_minimum'] }],
    ['20.01', null, bounds, { paid_credits: ['amount_above_maximum'] }],
    ['0', '5', bounds, {}],
    [null, '1', bounds, {}],
    [
      '0.001',
      '0.001',
      NO_BOUNDS,
      { paid_credits: ['amount_rounds_to_zero'], granted_credits: ['amount_rounds_to_zero'] },
    ],
    [null, '10000000000000', NO_BOUNDS, { granted_credits: ['value_is_out_of_range'] }],
  ])('of %s paid and %s granted within %o: %o', (paid, granted, within, errors) => {
    const asked = { paidCredits: d(paid), grantedCredits: d(granted) }
    expect(topUpErrors(asked, euro, within, 1)).toEqual(errors)
  })

  it('fills a wallet to its limit and not beyond', () => {
    const asked = { paidCredits: null, grantedCredits: d('1') }
    expect(topUpErrors(asked, euro, NO_BOUNDS, MAX_WALLET_CENTS - 100)).toEqual({})
    expect(topUpErrors(asked, euro, NO_BOUNDS, MAX_WALLET_CENTS - 99)).not.toEqual({})
  })
})

describe('a void', () => {
  const balance = { balanceCents: 1000, creditsBalance: new Decimal(10) }
  const aimed = (remainingCents: number) => ({ id: 'in', remainingCents })
  const codes = (result: ReturnType<typeof voidOf>) =>
    !result.ok && result.failure.kind === 'invalid' ? result.failure.details : result.ok && result.value

  it.each([
    [null, null, null],
    ['0', aimed(5), null],
    ['10.00001', null, { voided_credits: ['insufficient_credits'] }],
    ['0.004', null, { voided_credits: ['amount_rounds_to_zero'] }],
    ['1', aimed(0), { voided_transaction_id: ['no_remaining_amount'] }],
    [null, aimed(0), { voided_transaction_id: ['no_remaining_amount'] }],
    ['2', aimed(199), { amount_cents: ['exceeds_remaining_transaction_amount'] }],
  ])('of %s credits aimed at %o: %o', (asked, target, outcome) => {
    expect(codes(voidOf(d(asked), target, euro, balance))).toEqual(outcome)
  })

  it('without credits takes the whole rest of the transaction that is meant', () => {
    const voided = voidOf(null, aimed(250), cent, balance)
    expect(voided.ok && voided.value?.credited.amountCents).toBe(250)
    expect(voided.ok && voided.value?.credited.creditAmount.toFixed()).toBe('250')
  })

  it('takes no more money than there is where rounding would', () => {
    const drifted = { balanceCents: 9999, creditsBalance: new Decimal('99.995') }
    const voided = voidOf(d('99.995'), null, euro, drifted)
    expect(voided.ok && voided.value?.credited.amountCents).toBe(9999)
  })
})

describe('a credit note on bought credits', () => {
  const split = (creditAmountCents: number, refundAmountCents: number, offsetAmountCents: number) => ({
    ...{ creditAmountCents, refundAmountCents, offsetAmountCents },
  })
  const bought = (isSettled: boolean, remainingCents: number, isWalletActive = true) => ({
    ...{ isSettled, remainingCents, isWalletActive },
  })
  it.each([
    [split(0, 0, 1500), bought(false, 0), null],
    [split(0, 0, 1500), bought(false, 0, false), null],
    [split(0, 0, 700), bought(false, 0), { offset_amount_cents: ['not_equal_to_total_amount'] }],
    [split(1500, 0, 0), bought(false, 0), { credit_amount_cents: ['cannot_credit_invoice'] }],
    [split(0, 1500, 0), bought(false, 0), { refund_amount_cents: ['cannot_refund_unpaid_invoice'] }],
    [split(0, 400, 0), bought(true, 400), null],
    [split(0, 401, 0), bought(true, 400), { amount_cents: ['higher_than_wallet_balance'] }],
    [split(1, 0, 0), bought(true, 400), { credit_amount_cents: ['cannot_credit_invoice'] }],
    [split(0, 1, 0), bought(true, 400, false), 'invalid_type_or_status'],
  ])('of %o where %o: %o', (asked, credits, refusal) => {
    const result = purchaseNote(asked, credits, 1500)
    const { failure } = result.ok ? { failure: null } : result
    const told = failure?.kind === 'invalid' ? failure.details : failure?.kind === 'not_allowed' ? failure.code : null
    expect(told).toEqual(refusal)
  })
})
