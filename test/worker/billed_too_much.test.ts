import { describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { ThresholdApi } from '../support/threshold_api.js'

/** The plan itself is 10.00 a month. */
const PLAN_CENTS = 1000

/** A customer who was billed 120.00 on the way, and then 100.00 more. */
async function billedTwice(): Promise<ThresholdApi> {
  const api = await ThresholdApi.subscribed()
  await api.traffic('t', 120)
  await api.settle()
  await api.traffic('u', 100)
  expect(await api.onTheWay()).toEqual([
    [12_000, 0, 12_000],
    [22_000, 12_000, 10_000],
  ])
  return api
}

/** What came back of each invoice on the way, the last one first. */
async function cameBack(api: ThresholdApi): Promise<number[]> {
  const { credit_notes: notes } = await api.done('GET', '/credit_notes?external_customer_id=c')
  const places = (await api.progressive()).map((invoice) => invoice.lago_id)
  const given = places.map((id) =>
    notes.filter((note: Json) => note.lago_invoice_id === id).map((note: Json) => note.credit_amount_cents),
  )
  return given.toReversed().map((cents) => cents.reduce((sum: number, one: number) => sum + one, 0))
}

describe('what was billed too much on the way', () => {
  it.each([
    [-40, 18_000, [4_000, 0], 'of what the last invoice has asked itself, whole'],
    [-100, 12_000, [10_000, 0], 'all that it has asked'],
    [-190, 3_000, [10_000, 9_000], 'and what the one before has'],
    [-220, 0, [10_000, 12_000], 'up to everything'],
  ])('comes back at the end: %d of 220', async (gb, worthCents, back) => {
    const api = await billedTwice()
    await api.traffic('back', gb)
    await api.moveTo('2024-02-01T00:00:00Z')
    expect(await cameBack(api)).toEqual(back)
    expect(await api.asked()).toBe(worthCents + PLAN_CENTS)
    expect(await api.parked()).toEqual([])
  })

  it('comes back once: a final bill that is looked at again takes nothing off any more', async () => {
    const api = await billedTwice()
    await api.traffic('back', -190)
    await api.moveTo('2024-02-01T00:00:00Z')
    await api.traffic('v', 5)
    await api.moveTo('2024-03-01T00:00:00Z')
    expect(await cameBack(api)).toEqual([10_000, 9_000])
    expect(await api.asked()).toBe(3_000 + 500 + 2 * PLAN_CENTS)
  })

  it('comes back when the draft of the end is final, not before', async () => {
    const api = await billedTwice()
    const billing_configuration = { invoice_grace_period: 3 }
    await api.done('POST', '/customers', { customer: { external_id: 'c', billing_configuration } })
    await api.traffic('back', -190)
    await api.moveTo('2024-02-01T00:00:00Z')
    expect(await cameBack(api)).toEqual([0, 0])
    await api.moveTo('2024-02-04T00:00:00Z')
    expect(await cameBack(api)).toEqual([10_000, 9_000])
    expect(await api.asked()).toBe(3_000 + PLAN_CENTS)
  })

  it('does not come back twice: what a note has given back on the way is asked by the end', async () => {
    const api = await billedTwice()
    const [, second] = await api.progressive()
    const { invoice } = await api.done('GET', `/invoices/${second.lago_id}`)
    // 22.00 of a fee of 220.00 of which this invoice has asked 100.00.
    const items = [{ fee_id: invoice.fees[0].lago_id, amount_cents: 2_200 }]
    const credit_note = { invoice_id: second.lago_id, reason: 'other', items, credit_amount_cents: 1_000 }
    await api.done('POST', '/credit_notes', { credit_note })
    await api.moveTo('2024-02-01T00:00:00Z')
    const [last] = await api.ofType('subscription')
    expect(last?.progressive_billing_credit_amount_cents).toBe(21_000)
    expect(await api.asked()).toBe(22_000 + PLAN_CENTS)
  })
})

describe('an invoice on the way that is void', () => {
  it('after the next has taken it for billed, is billed by the end of the period', async () => {
    const api = await billedTwice()
    const [first] = await api.progressive()
    await api.done('POST', `/invoices/${first.lago_id}/void`)
    await api.moveTo('2024-02-01T00:00:00Z')
    const [last] = await api.ofType('subscription')
    expect(last).toMatchObject({
      progressive_billing_credit_amount_cents: 10_000,
      total_amount_cents: 12_000 + PLAN_CENTS,
    })
    expect(await api.asked()).toBe(22_000 + PLAN_CENTS)
  })
})
