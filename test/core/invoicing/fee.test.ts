import { describe, expect, it } from 'vitest'
import {
  feeSubject,
  keepsFee,
  NO_BUCKET,
  netCents,
  preciseNetCents,
  toStoredPrecision,
} from '../../../src/core/invoicing/fee.js'
import { chargeFeeOf, decimal, planFeeOf } from './builders.js'

describe('a fee is put on the invoice', () => {
  it.each([
    ['0', 0, 0, false, 'no usage'],
    ['0', 200, 0, true, 'a flat amount that is due without usage'],
    ['3', 0, 3, true, 'usage that costs nothing'],
    ['0', 0, 1, true, 'an event of value 0'],
    ['0.5', 0, 0, true, 'a carried unit without events'],
  ])('%s units, %s cents, %s events: %s, %s', (units, amountCents, eventsCount, kept) => {
    expect(keepsFee(chargeFeeOf(amountCents, { units: decimal(units), eventsCount }))).toBe(kept)
  })

  it('when it is a plan fee, also of a free plan', () => {
    expect(keepsFee(planFeeOf(0))).toBe(true)
  })
})

it('the net amount is what coupons leave, also of the unrounded amount', () => {
  const fee = chargeFeeOf(1000, {
    preciseAmountCents: decimal('999.6'),
    preciseCouponsAmountCents: decimal('676.47059'),
  })
  expect(netCents(fee).toFixed()).toBe('323.52941')
  expect(preciseNetCents(fee).toFixed()).toBe('323.12941')
})

it('fees are of the same thing if type, subscription, charge, filter, group and event agree', () => {
  const fee = { type: 'charge', subscriptionId: 'a', chargeId: 'b', ...NO_BUCKET } as const
  const grouped = { ...fee, groupedBy: { team: 'x', user: 'y' } }
  expect(feeSubject({ ...fee })).toBe(feeSubject(fee))
  expect(feeSubject({ ...fee, groupedBy: { user: 'y', team: 'x' } })).toBe(feeSubject(grouped))
  const others = [
    { ...fee, subscriptionId: 'b' },
    { ...fee, chargeId: 'c' },
    { ...fee, type: 'subscription', chargeId: null } as const,
    { ...fee, subscriptionId: 'a","b', chargeId: '' },
    { ...fee, chargeFilterId: 'c' },
    { ...fee, groupedBy: { team: null } },
    { ...fee, groupedBy: { team: 'x' } },
    { ...fee, eventTransactionId: 'x' },
    grouped,
  ]
  expect(new Set([fee, ...others].map(feeSubject)).size).toBe(others.length + 1)
})

it.each([
  ['0.0139375', '0.0139375', 'kept as it is'],
  ['33.3333333333333333333', '33.333333333333333', 'a quotient is cut'],
  ['0.0000000000000005', '0.000000000000001', 'half up'],
])('%s is stored as %s: %s', (value, stored) => {
  expect(toStoredPrecision(decimal(value)).toFixed()).toBe(stored)
})
