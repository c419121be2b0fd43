import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { customerObject } from '../../src/customer/contract.js'
import type { Json } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

const plan = (code: string, amount_cents: number, given: Json = {}) => ({
  plan: { name: code, code, interval: 'monthly', amount_cents, amount_currency: 'EUR', pay_in_advance: true, ...given },
})

/** Since January 1st on plan `p` of 31.00 a month in advance, beside a dearer and a cheaper one. */
async function inAdvance(): Promise<BillingApi> {
  const api = await BillingApi.open({}, { amount_cents: 3100, pay_in_advance: true })
  await api.done('POST', '/plans', plan('dear', 6200))
  await api.done('POST', '/plans', plan('cheap', 310))
  await api.subscribe('s')
  return api
}

const change = (api: BillingApi, plan_code: string) => api.subscribe('s', 'c', { plan_code })
const totals = async (api: BillingApi) => (await api.invoices()).map((invoice) => invoice.total_amount_cents)
const notes = async (api: BillingApi): Promise<Json[]> => (await api.done('GET', '/credit_notes')).credit_notes

async function runningPlans(api: BillingApi): Promise<string[]> {
  const { subscriptions } = await api.done('GET', '/subscriptions?external_customer_id=c')
  return subscriptions.map((subscription: Json) => subscription.plan_code)
}

describe('two changes of plan at the same moment', () => {
  it('end in one of the two serial outcomes: the days are credited and billed once', async () => {
    const api = await inAdvance()
    await api.done('POST', '/plans', plan('dearest', 9300))
    await api.moveTo('2024-01-16T10:00:00Z')
    await Promise.all([change(api, 'dear'), change(api, 'dearest')])
    const plans = await runningPlans(api)
    expect(plans).toHaveLength(1)
    const billed = (await api.invoices()).reduce((sum, invoice) => sum + invoice.fees_amount_cents, 0)
    const credited = (await notes(api)).reduce((sum, note) => sum + note.credit_amount_cents, 0)
    // dear then dearest: both bill 16 days, and both credit them. dearest then dear: the change to the cheaper one waits.
    const outcomes = {
      dearest: [
        [3100 + 3200 + 4800, 1600 + 3200],
        [3100 + 4800, 1600],
      ],
    }
    expect(plans).toEqual(['dearest'])
    expect(outcomes.dearest).toContainEqual([billed, credited])
  })

  it('to the same plan make one subscription', async () => {
    const api = await inAdvance()
    await api.moveTo('2024-01-16T10:00:00Z')
    const answers = await Promise.all([1, 2, 3].map(() => change(api, 'dear')))
    expect(new Set(answers.map(({ lago_id }) => lago_id)).size).toBe(1)
    expect(await totals(api)).toEqual([3100, 1600])
  })
})

describe('an upgrade that races', () => {
  it('the run of the period is billed after it or before it, and nothing twice', async () => {
    const api = await inAdvance()
    await api.moveTo('2024-01-31T23:30:00Z')
    const ref = await api.ref()
    await Promise.all([customerObject(env, ref).billDue(ref, Date.parse('2024-02-01T00:00:00Z')), change(api, 'dear')])
    await api.moveTo('2024-02-01T01:00:00Z')
    const billed = (await api.invoices()).reduce((sum, invoice) => sum + invoice.fees_amount_cents, 0)
    const credited = (await notes(api)).reduce((sum, note) => sum + note.credit_amount_cents, 0)
    // January 31st belongs to the new plan: 200 for the day, 100 of it back, and February to it as well. Or the old plan has
    // asked for February, and the change comes after that: all of it is given back.
    const upgradeFirst = 3100 + 200 + 6200 - 100
    const runFirst = 3100 + 3100 + 6200 - 3100
    expect([upgradeFirst, runFirst]).toContain(billed - credited)
  })

  it('an event of that very instant is in exactly one fee', async () => {
    const api = await BillingApi.open({}, { amount_cents: 0 })
    const { billable_metric } = await api.done('GET', '/billable_metrics/calls')
    const charge = {
      billable_metric_id: billable_metric.lago_id,
      charge_model: 'standard',
      properties: { amount: '1' },
    }
    await api.done('POST', '/plans', plan('next', 100, { pay_in_advance: false, charges: [charge] }))
    await api.subscribe('s')
    await api.moveTo('2024-01-16T10:00:00Z')
    const at = Date.parse('2024-01-16T10:00:00Z') / 1000
    await Promise.all([
      change(api, 'next'),
      ...[at - 1, at, at + 1].map((timestamp) => api.event(`t${timestamp}`, 's', { timestamp })),
    ])
    await api.moveTo('2024-02-01T00:00:00Z')
    const usage = await chargeFees(api)
    expect(usage.reduce((sum, fee) => sum + Number(fee.units), 0)).toBe(3)
  })
})

async function chargeFees(api: BillingApi): Promise<Json[]> {
  return (await api.done('GET', '/fees?fee_type=charge')).fees
}

describe('a change to a plan whose trial ends later that day', () => {
  it('asks the fee when the trial ends, and not before', async () => {
    const api = await BillingApi.open({}, { amount_cents: 3100 })
    await api.done('POST', '/plans', plan('dear', 6200, { trial_period: 10 }))
    await api.moveTo('2024-01-06T12:00:00Z')
    await api.subscribe('s')
    await api.moveTo('2024-01-16T10:00:00Z')
    await change(api, 'dear')
    // 10 days of the old plan; the 16th is the new one's.
    expect(await totals(api)).toEqual([1000])
    await api.moveTo('2024-01-16T12:00:00Z')
    expect(await totals(api)).toEqual([1000, 3200])
  })
})

describe('a change that comes with the next period', () => {
  it('keeps its anchor whatever start it is given, and takes its name', async () => {
    const api = await inAdvance()
    await change(api, 'cheap')
    const subscription = { name: 'Later', subscription_at: '2023-12-01T00:00:00Z' }
    const answer = await api.done('PUT', '/subscriptions/s', { subscription, status: 'pending' })
    expect(answer.subscription).toMatchObject({
      status: 'pending',
      plan_code: 'cheap',
      name: 'Later',
      subscription_at: '2024-01-01T00:00:00Z',
    })
    expect(await runningPlans(api)).toEqual(['p'])
  })

  it('is made once by five concurrent runs', async () => {
    const api = await inAdvance()
    await change(api, 'cheap')
    const ref = await api.ref()
    const runs = [1, 2, 3, 4, 5].map(() => customerObject(env, ref).billDue(ref, Date.parse('2024-02-01T00:00:00Z')))
    await Promise.all(runs)
    expect(await runningPlans(api)).toEqual(['cheap'])
    expect(await totals(api)).toEqual([3100, 310])
  })

  it('is called off alone, and the running plan goes on', async () => {
    const api = await inAdvance()
    expect(await change(api, 'cheap')).toMatchObject({
      plan_code: 'p',
      next_plan_code: 'cheap',
      downgrade_plan_date: '2024-02-01',
    })
    await api.done('DELETE', '/subscriptions/s?status=pending')
    await api.event('t', 's')
    await api.moveTo('2024-02-01T00:00:00Z')
    expect(await runningPlans(api)).toEqual(['p'])
    expect(await totals(api)).toEqual([3100, 3200])
  })
})

describe('a subscription that has ended', () => {
  it('can be renamed, and no more', async () => {
    const api = await inAdvance()
    await api.done('DELETE', '/subscriptions/s')
    const subscription = { name: 'After', ending_at: '2030-01-01T00:00:00Z', plan_overrides: { amount_cents: 1 } }
    await api.done('PUT', '/subscriptions/s', { subscription })
    expect((await api.done('GET', '/subscriptions/s?status=terminated')).subscription).toMatchObject({
      name: 'After',
      ending_at: null,
      plan_amount_cents: 3100,
    })
    const order = { subscription: { purchase_order_number: 'PO' } }
    expect((await api.request('PUT', '/subscriptions/s', order)).status).toBe(405)
    expect((await api.request('PUT', '/subscriptions/none', order)).status).toBe(404)
  })
})

describe('a timeline', () => {
  it('says what the runs then bill', async () => {
    const api = await BillingApi.open({}, { amount_cents: 3100, pay_in_advance: true, trial_period: 10 })
    await api.done('POST', '/plans', plan('cheap', 310))
    const seat = { name: 'Seat', code: 'seat', amount_cents: 1, amount_currency: 'EUR' }
    await api.done('POST', '/add_ons', { add_on: seat })
    for (const [code, payInAdvance] of [['p', true] as const, ['cheap', false] as const]) {
      const seats = { add_on_code: 'seat', code: 'seats', charge_model: 'standard', prorated: true, units: 3 }
      const fixed_charge = { ...seats, pay_in_advance: payInAdvance, properties: { amount: '7' } }
      await api.done('POST', `/plans/${code}/fixed_charges`, { fixed_charge })
    }
    await api.moveTo('2024-01-05T09:00:00Z')
    await api.subscribe('s')
    await api.done('PUT', '/subscriptions/s/fixed_charges/seats', { fixed_charge: { units: 5 } })
    await change(api, 'cheap')
    const told = await timeline(api, '2024-05-15T00:00:00Z')
    const coming = told.filter((event) => event.status === 'coming')
    expect(coming.map((event) => event.kind)).toEqual(['trial_end', 'plan_change', 'renewal', 'renewal', 'renewal'])
    await api.moveTo('2024-05-15T00:00:00Z')
    const past = (await timeline(api, '2024-05-15T00:00:00Z')).filter(
      (event) => event.kind === 'invoice' && event.amount_cents !== null,
    )
    expect(past.map((event) => event.amount_cents)).toEqual(coming.map((event) => event.amount_cents))
    expect(past.map((event) => event.from_datetime)).toEqual(coming.map((event) => event.from_datetime))
    const fixed = (events: Json[]) => events.map((event) => event.fixed_charges_amount_cents ?? 0)
    expect(fixed(past)).toEqual(fixed(coming))
    expect(fixed(coming)).toEqual([0, 0, 2100, 2100, 2100])
  })
})

async function timeline(api: BillingApi, until: string): Promise<Json[]> {
  return (await api.done('GET', `/subscriptions/s/timeline?until=${until}`)).timeline.events
}
