import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { packageModel } from '../../../../src/core/rating/models/package.js'
import { codesOf, parsed, rateUnits } from '../pricing.js'

const of = (amount: string, package_size: number, free_units: number) => ({ amount, package_size, free_units })

describe('package prices', () => {
  test.each<[unknown, number | string, string, string]>([
    [of('100', 10, 0), 0, '0', 'nothing for nothing'],
    [of('100', 10, 0), 3, '100', 'a package begun is paid whole'],
    [of('100', 10, 0), 10, '100', 'a full package'],
    [of('100', 10, 0), '10.01', '200', 'a part of a unit opens the next'],
    [of('100', 10, 0), 15, '200', 'inside the second'],
    [of('100', 10, 0), 121, '1300', '13 packages'],
    [of('100', 10, 5), 3, '0', 'free units'],
    [of('100', 10, 5), 5, '0', 'all free units'],
    [of('100', 10, 5), '5.5', '100', 'above the free units'],
    [of('100', 10, 5), 15, '100', '10 paid'],
    [of('100', 10, 5), 16, '200', '11 paid'],
    [of('100', 2, 3), 6, '200', '3 paid in packages of 2'],
    [
      of('1', 3, 0),
      `3${'0'.repeat(60)}.${'0'.repeat(30)}1`,
      `1${'0'.repeat(59)}1`,
      'the least part of a huge number counts',
    ],
  ])('%j for %s units come to %s: %s', (properties, units, expected) => {
    expect(rateUnits(packageModel, properties, units).amount.toFixed()).toBe(expected)
  })

  test('tell what is free, paid, and what a package costs', () => {
    const rating = rateUnits(packageModel, of('100', 10, 5), 13)
    expect(rating.details).toEqual({
      free_units: '5.0',
      paid_units: '8.0',
      per_package_size: 10,
      per_package_unit_amount: '100.0',
    })
    expect(rating.unitAmount.toFixed()).toBe('12.5')
  })

  test('tell that nothing is paid when all is free, and nothing at all without usage', () => {
    const free = rateUnits(packageModel, of('100', 10, 5), 4)
    expect(free.details).toMatchObject({ free_units: '5.0', paid_units: '0.0', per_package_unit_amount: '100.0' })
    expect(free.unitAmount.toFixed()).toBe('0')
    const none = { free_units: '0.0', paid_units: '0.0', per_package_size: 0, per_package_unit_amount: '0.0' }
    expect(rateUnits(packageModel, of('100', 10, 5), 0).details).toEqual(none)
  })

  test('equal taking packages off one by one', () => {
    fc.assert(
      fc.property(fc.nat(900), fc.integer({ min: 1, max: 9 }), fc.nat(9), fc.nat(1000), (price, size, free, tenths) => {
        let packages = 0
        for (let rest = tenths - free * 10; rest > 0; rest -= size * 10) packages += 1
        const { amount } = rateUnits(packageModel, of(`${price}e-2`, size, free), `${tenths}e-1`)
        expect(amount.times(100).toNumber()).toBe(packages * price)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('package properties', () => {
  test.each([[{}], [null], [undefined], [[]]])('%j are free packages of one unit', (input) => {
    expect(parsed(packageModel, input)).toEqual(of('0', 1, 0))
  })

  test('keep only what the model knows', () => {
    expect(parsed(packageModel, { ...of('1.50', 10, 2), rate: '5' })).toEqual(of('1.50', 10, 2))
  })

  test.each<[unknown, string[], string]>([
    [{ ...of('1', 10, 0), amount: 1 }, ['invalid_amount'], 'a price that is a JSON number'],
    [of('1', 0, 0), ['invalid_package_size'], 'packages of nothing'],
    [of('1', 1.5, 0), ['invalid_package_size'], 'a size that is not whole'],
    [{ ...of('1', 1, 0), package_size: '10' }, ['invalid_package_size'], 'a size of text'],
    [of('1', 1, -1), ['invalid_free_units'], 'free units below zero'],
    [{ amount: '1', package_size: 1 }, ['invalid_free_units'], 'free units are mandatory'],
    [{ free_units: 0.5 }, ['invalid_amount', 'invalid_package_size', 'invalid_free_units'], 'everything at once'],
  ])('%j are refused with %j: %s', (input, codes) => {
    expect(codesOf(packageModel, input)).toEqual(codes)
  })
})
