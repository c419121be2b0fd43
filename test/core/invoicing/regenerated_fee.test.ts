import { describe, expect, it } from 'vitest'
import { AS_IT_WAS, regeneratedFee } from '../../../src/core/invoicing/regenerated_fee.js'
import { charge, chargeFeeOf, decimal, planFeeOf, tax } from './builders.js'

const vat = tax('vat', '20')
const named = { ...AS_IT_WAS, invoiceDisplayName: 'Another name' }

describe('a fee on the invoice that is made from a void one', () => {
  const plan = planFeeOf(12_900, { details: { plan_amount_cents: 12_900 } })
  const usage = chargeFeeOf(4000, { chargeId: 'charge', units: decimal(4), unitAmount: decimal(10) })

  it.each<[string, typeof plan, string | null, string | null, number, string]>([
    ['as it was', plan, null, null, 12_900, '1'],
    ['other units at the price of then', plan, '3', null, 38_700, '3'],
    ['half a unit', plan, '0.5', null, 6450, '0.5'],
    ['another price', plan, null, '100', 10_000, '1'],
    ['both', plan, '3', '0.335', 101, '3'],
    ['nothing of it', plan, '0', null, 0, '0'],
  ])('%s', (_, fee, units, price, amountCents, unitsThen) => {
    const change = {
      units: units === null ? null : decimal(units),
      unitAmount: price === null ? null : decimal(price),
      invoiceDisplayName: null,
    }
    const made = regeneratedFee(fee, change, null, [vat])
    expect(made).toMatchObject({ ok: true, value: { amountCents, taxes: [vat], details: fee.details } })
    expect(made.ok && made.value.units.toFixed()).toBe(unitsThen)
    // Made anew again, it is priced by the same unit.
    const again = regeneratedFee(made.ok ? made.value : fee, { ...AS_IT_WAS, units: decimal(1) }, null, [vat])
    const perUnitCents = price === null ? 12_900 : price === '100' ? 10_000 : 34
    expect(again).toMatchObject({ ok: true, value: { amountCents: perUnitCents } })
  })

  it('keeps what was measured, and names the event no more that it was charged for', () => {
    const made = regeneratedFee({ ...usage, eventTransactionId: 't' }, named, null, [])
    expect(made).toMatchObject({
      ok: true,
      value: {
        amountCents: 4000,
        eventsCount: 1,
        eventTransactionId: null,
        item: { invoiceDisplayName: 'Another name' },
      },
    })
    expect(made.ok && 'adjusted' in made.value).toBe(false)
  })

  it('prices other units of usage by the model of their charge, as far as that can be', () => {
    const units = { ...AS_IT_WAS, units: decimal(2) }
    const standard = { ...charge, chargeModel: 'standard' as const, properties: { amount: '7' } }
    expect(regeneratedFee(usage, units, standard, [])).toMatchObject({ ok: true, value: { amountCents: 1400 } })
    const refused = { ok: false, failure: { details: { charge: ['invalid_charge_model'] } } }
    expect(regeneratedFee(usage, units, null, [])).toMatchObject(refused)
    const percentage = { ...charge, chargeModel: 'percentage' as const, properties: { rate: '7' } }
    expect(regeneratedFee(usage, units, percentage, [])).toMatchObject(refused)
    const priced = { ...units, unitAmount: decimal('1.005') }
    expect(regeneratedFee(usage, priced, percentage, [])).toMatchObject({ ok: true, value: { amountCents: 201 } })
  })
})
