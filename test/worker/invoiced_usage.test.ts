import { describe, expect, it } from 'vitest'
import { Decimal } from '../../src/core/money/decimal.js'
import type { RatedBucket } from '../../src/core/usage/rated_buckets.js'
import { FeeRoom, withinRoom } from '../../src/customer/fee_room.js'
import { type Json, rowsOf } from '../support/account_api.js'
import { MeteredApi } from '../support/metered_api.js'

const chargeFees = (invoice: Json) => invoice.fees.filter((fee: Json) => fee.item.type === 'charge')

it('a draft that is computed anew at its end has the fees of then, each once', async () => {
  const api = await MeteredApi.subscribed({ properties: { amount: '10', pricing_group_keys: ['team'] } })
  await api.settings({ billing_configuration: { invoice_grace_period: 3 } })
  await api.feed([{ value: 1, team: 'a' }])
  const draft = await api.billed()
  expect([draft.status, chargeFees(draft).length]).toEqual(['draft', 1])
  await api.done('POST', '/events', {
    event: {
      transaction_id: 'late',
      external_subscription_id: 's',
      code: 'gb',
      timestamp: '1704067300',
      properties: { value: 2, team: 'b' },
    },
  })
  await api.moveTo('2024-02-04T00:00:00Z')
  const { invoice } = await api.done('GET', `/invoices/${draft.lago_id}`)
  expect([invoice.status, chargeFees(invoice).map((fee: Json) => [fee.item.grouped_by, fee.amount_cents])]).toEqual([
    'finalized',
    [
      [{ team: 'a' }, 1000],
      [{ team: 'b' }, 2000],
    ],
  ])
})

it('every one of many groups has its fee, and the invoice is their sum', async () => {
  const api = await MeteredApi.subscribed({ properties: { amount: '0.01', pricing_group_keys: ['user'] } })
  const users = Array.from({ length: 1_203 }, (_, i) => `user-${i} "é"`)
  await api.feed(users.map((user, i) => ({ user, value: i + 1 })))
  const invoice = await api.billed()
  const fees = chargeFees(invoice)
  expect(invoice.fees_amount_cents).toBe((1_203 * 1_204) / 2)
  expect(fees.length).toBe(users.length)
  expect(new Set(fees.map((fee: Json) => fee.item.grouped_by.user))).toEqual(new Set(users))
  for (const fee of fees) expect(fee.amount_cents).toBe(users.indexOf(fee.item.grouped_by.user) + 1)
  const [stored] = await rowsOf(
    'SELECT count(*) AS n, count(DISTINCT id) AS ids FROM fees WHERE invoice_id = ?',
    invoice.lago_id,
  )
  expect(stored).toEqual({ n: invoice.fees.length, ids: invoice.fees.length })
  const { usage_periods } = await api.done(
    'GET',
    '/customers/c/past_usage?external_subscription_id=s&groups_per_page=10',
  )
  expect(usage_periods[0].charges_usage[0]).toMatchObject({
    amount_cents: invoice.fees_amount_cents,
    events_count: users.length,
    grouped_usage_meta: { total_count: users.length, next_page: 2 },
  })
})

describe('groups that an invoice has no room for', () => {
  const bucket = (group: string | null, units: number): RatedBucket => {
    const amount = new Decimal(units)
    return {
      bucket: { filter: null, group: group === null ? [] : [group] },
      key: `${group}`,
      filter: null,
      groupedBy: group === null ? {} : { user: group },
      counted: { units: amount, totalAggregatedUnits: amount, eventsCount: 1, tally: null },
      usage: {
        units: amount,
        totalAggregatedUnits: amount,
        eventsCount: 1,
        amountCents: amount.toDecimalPlaces(0),
        preciseAmount: amount.div(100),
        unitAmount: new Decimal('0.01'),
        pricingUnit: null,
        details: {},
      },
    }
  }
  const fullRoom = () => {
    const room = new FeeRoom()
    while (room.take());
    return room
  }

  it('are billed together, to the cent that each is rounded to', () => {
    const groups = ['a', 'b', 'c'].map((group) => bucket(group, 1.4))
    const [merged, ...more] = [...withinRoom(groups, fullRoom(), () => true)]
    expect([merged?.groupedBy, merged?.isMerged, more]).toEqual([{}, true, []])
    expect([merged?.usage.units, merged?.usage.amountCents, merged?.usage.eventsCount].map(String)).toEqual([
      '4.2',
      '3',
      '3',
    ])
  })

  it('are none where nothing is grouped, or nothing is due', () => {
    expect([...withinRoom([bucket(null, 1)], fullRoom(), () => true)].map(({ isMerged }) => isMerged)).toEqual([false])
    expect([...withinRoom([bucket('a', 1)], fullRoom(), () => false)]).toEqual([])
  })

  it('come after all that have one of their own', () => {
    const rows = [...withinRoom([bucket('a', 1), bucket('b', 1)], new FeeRoom(), () => true)]
    expect(rows.map(({ groupedBy }) => groupedBy)).toEqual([{ user: 'a' }, { user: 'b' }])
  })
})

describe('past usage', () => {
  it('needs a subscription, and a metric that there is', async () => {
    const api = await MeteredApi.subscribed({})
    expect(await api.refusal('GET', '/customers/c/past_usage')).toEqual({
      external_subscription_id: ['value_is_mandatory'],
    })
    const asked = '/customers/c/past_usage?external_subscription_id=s'
    expect(await api.refusal('GET', `${asked}&billable_metric_code=none`)).toBe('404 billable_metric_not_found')
    expect(await api.refusal('GET', '/customers/none/past_usage')).toBe('404 customer_not_found')
    expect((await api.done('GET', asked)).usage_periods).toEqual([])
  })

  it('tells filters and groups as they were billed, also of a charge that is gone', async () => {
    const api = await MeteredApi.subscribed(
      {
        properties: { amount: '10' },
        filters: [{ values: { cloud: ['aws'] }, properties: { amount: '1', pricing_group_keys: ['team'] } }],
      },
      { metric: { filters: [{ key: 'cloud', values: ['aws', 'gcp'] }] } },
    )
    await api.feed([{ value: 1, cloud: 'aws', team: 'a' }, { value: 2, cloud: 'aws' }, { value: 4 }])
    await api.billed()
    await api.done('DELETE', '/billable_metrics/gb')
    const { usage_periods } = await api.done('GET', '/customers/c/past_usage?external_subscription_id=s')
    const [row] = usage_periods[0].charges_usage
    expect([row.units, row.charge.code, row.billable_metric.code]).toEqual(['7.0', 'gb', 'gb'])
    expect(row.filters.map((one: Json) => [one.values, one.units])).toEqual([
      [{ cloud: ['aws'] }, '3.0'],
      [null, '4.0'],
    ])
    expect(new Set(row.grouped_usage.map((one: Json) => JSON.stringify([one.grouped_by, one.units])))).toEqual(
      new Set(['[{"team":"a"},"1.0"]', '[{"team":null},"2.0"]', '[{},"4.0"]']),
    )
  })
})
