import { Temporal } from '@js-temporal/polyfill'
import { describe, expect, test } from 'vitest'
import { periodShown, planBasis, planFeeAgain, planSteps } from '../../../src/core/explanation/plan_fee.js'
import { billingStepsShown, type Step, taxSteps } from '../../../src/core/explanation/steps.js'
import { Decimal } from '../../../src/core/money/decimal.js'
import { billingSteps } from '../../../src/core/rating/billed_amount.js'
import { type PlanFeeInput, planFee } from '../../../src/core/subscription/plan_fee.js'
import { halfOpen } from '../../../src/core/subscription/windows.js'

const told = (steps: readonly Step[]) => steps.map(({ step, result }) => [step, result])

describe('from a price to a fee', () => {
  const credits = { pricingUnitId: 'u', code: 'credits', shortName: 'CR', conversionRate: '10' }

  test.each([
    ['0.335', 'EUR', null, [['currency_rounding', '34']], 'ties go up'],
    ['37.5', 'JPY', null, [['currency_rounding', '38']], 'no decimals'],
    [
      '1.005',
      'EUR',
      credits,
      [
        ['pricing_unit_rounding', '1.01'],
        ['conversion', '10.1'],
        ['currency_rounding', '1010'],
      ],
      'rounded as credits first',
    ],
  ] as const)('%s in %s of a charge priced in %j: %j, %s', (text, currency, pricingUnit, expected, _why) => {
    const amount = new Decimal(text)
    const billing = billingSteps(amount, amount, { currency, pricingUnit })
    expect(told(billingStepsShown(amount, billing, currency))).toEqual(expected)
  })
})

describe('from a fee to its taxes', () => {
  test('each is rounded by itself, all of them once, on what coupons leave', () => {
    const taxes = [
      { code: 'a', rate: '5' },
      { code: 'b', rate: '5' },
    ]
    const { steps, taxesAmountCents } = taxSteps({ amountCents: 15, couponsCents: new Decimal('5.5'), taxes })
    expect(told(steps)).toEqual([
      ['coupons', '9.5'],
      ['tax', '0'],
      ['tax', '0'],
      ['taxes', '1'],
    ])
    expect(steps[1]?.inputs).toEqual({
      tax_code: 'a',
      base_amount_cents: '9.5',
      rate: '5.0',
      unrounded_amount_cents: '0.475',
      mode: 'half_up',
    })
    expect(taxesAmountCents).toBe(1)
  })
})

describe("from a plan's price to its fee", () => {
  const at = (text: string) => Date.parse(`${text}T00:00:00Z`)
  const input: PlanFeeInput = {
    amountCents: 1000,
    windows: {
      reason: 'subscription_periodic',
      planPeriod: { fromOn: Temporal.PlainDate.from('2024-02-01'), toOn: Temporal.PlainDate.from('2024-03-01') },
      plan: halfOpen(at('2024-02-01'), at('2024-03-01')),
      charges: null,
      fixedCharges: null,
      billsPlanFee: true,
    },
    billedBefore: false,
    trial: { endAt: at('2024-02-11'), payInAdvance: false },
    zone: 'UTC',
  }
  const fee = planFee(input)
  if (fee === null) throw new Error('a fee is due')
  const basis = JSON.parse(JSON.stringify(planBasis(input, fee)))

  test('by the days that were paid for', () => {
    expect(planSteps(basis).map(({ inputs, result }) => [inputs.days ?? null, result.slice(0, 7)])).toEqual([
      [19, '655.172'],
      [null, '655'],
    ])
    expect(periodShown(basis)).toEqual({ period_from: '2024-02-01', period_to: '2024-02-29' })
  })

  test('and the same again from what was kept', () => {
    expect(planFeeAgain(basis)).toEqual(fee)
    expect(planFeeAgain({ ...basis, trial: { endAt: at('2024-03-05'), payInAdvance: false } })).toBe(null)
  })
})
