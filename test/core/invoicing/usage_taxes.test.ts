import { expect, it } from 'vitest'
import { taxUsage } from '../../../src/core/invoicing/usage_taxes.js'
import { tax } from './builders.js'

const vat20 = tax('vat20', '20')
const fees = (amounts: readonly number[], ...taxes: ReturnType<typeof tax>[]) =>
  amounts.map((amountCents) => ({ amountCents, taxes }))

it.each([
  [fees([2, 2, 2], vat20), 1, 'three fees of 2 cents at 20 %: 1.2, and not three times 0'],
  [fees([3, 3, 3], vat20), 2, '1.8, and not three times 1'],
  [fees([1, 1], tax('t50', '50'), tax('t25', '25')), 2, 'each tax for itself: 1 and 0.5'],
  [[...fees([5], tax('a', '10')), ...fees([5], tax('b', '10'))], 2, 'two taxes of 0.5 are 1 each'],
  [fees([1000]), 0, 'untaxed'],
  [[], 0, 'no usage'],
])('the taxes of usage are rounded once per tax (%#)', (usage, amountCents, why) => {
  expect(taxUsage(usage).amountCents, why).toBe(amountCents)
})
