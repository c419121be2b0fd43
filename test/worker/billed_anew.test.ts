import { describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { ThresholdApi } from '../support/threshold_api.js'

const PLAN_CENTS = 1000
const USAGE_CENTS = 25_000

/** A customer who was billed 120.00 and 100.00 more on the way, and then the rest of 250.00; and this last bill, which is void. */
async function withVoidBill(): Promise<{ api: ThresholdApi; bill: Json }> {
  const api = await ThresholdApi.subscribed()
  for (const [id, gb] of [
    ['t', 120],
    ['u', 100],
    ['v', 30],
  ] as const) {
    await api.traffic(id, gb)
    await api.settle()
  }
  await api.moveTo('2024-02-01T00:00:00Z')
  const [bill] = await api.ofType('subscription')
  expect(bill).toMatchObject({ progressive_billing_credit_amount_cents: 22_000, total_amount_cents: 4000 })
  await api.done('POST', `/invoices/${bill.lago_id}/void`, {})
  return { api, bill: (await api.done('GET', `/invoices/${bill.lago_id}`)).invoice }
}

const regenerate = async (api: ThresholdApi, bill: Json, fees?: Json[]): Promise<Json> =>
  (await api.done('POST', `/invoices/${bill.lago_id}/regenerate`, fees && { invoice: { fees } })).invoice

describe('a void bill of usage that was billed on the way', () => {
  it('is made anew without what was billed, again and again', async () => {
    const { api, bill } = await withVoidBill()
    const again = await regenerate(api, bill)
    expect(again).toMatchObject({
      ...{ fees_amount_cents: USAGE_CENTS + PLAN_CENTS, progressive_billing_credit_amount_cents: 22_000 },
      ...{ total_amount_cents: 4000 },
    })
    expect(await api.asked()).toBe(USAGE_CENTS + PLAN_CENTS)
    await api.done('POST', `/invoices/${again.lago_id}/void`, {})
    expect(await regenerate(api, again)).toMatchObject({ progressive_billing_credit_amount_cents: 22_000 })
    expect(await api.asked()).toBe(USAGE_CENTS + PLAN_CENTS)
    expect(await api.parked()).toEqual([])
  })

  it('gives back what was billed beyond what it is made anew with', async () => {
    const { api, bill } = await withVoidBill()
    const fees = bill.fees.map((fee: Json) => ({
      id: fee.lago_id,
      ...(fee.item.type === 'charge' ? { units: '50' } : {}),
    }))
    expect(await regenerate(api, bill, fees)).toMatchObject({
      ...{ fees_amount_cents: 6000, progressive_billing_credit_amount_cents: 5000 },
      ...{ credit_notes_amount_cents: 1000, total_amount_cents: 0 },
    })
    expect(await api.asked()).toBe(5000 + PLAN_CENTS)
  })

  it('bills itself what a void invoice on the way has billed before', async () => {
    const { api, bill } = await withVoidBill()
    const last = (await api.progressive()).at(-1)
    await api.done('POST', `/invoices/${last?.lago_id}/void`, {})
    expect(await regenerate(api, bill)).toMatchObject({
      ...{ progressive_billing_credit_amount_cents: 12_000, total_amount_cents: 14_000 },
    })
    expect(await api.asked()).toBe(USAGE_CENTS + PLAN_CENTS)
  })
})
