import { describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { MeteredApi } from '../support/metered_api.js'

const FILTERS = [{ key: 'cloud', values: ['aws', 'gcp'] }]
const figures = (row: Json) => [row.units, row.events_count, row.amount_cents]
const groups = (row: Json) => row.grouped_usage.map((group: Json) => [group.grouped_by, group.units])

describe('usage of some values of a group', () => {
  const charge = {
    properties: { amount: '10', pricing_group_keys: ['team', 'user'] },
    filters: [{ values: { cloud: ['aws'] }, properties: { amount: '1', pricing_group_keys: ['team'] } }],
  }
  const events = [
    { value: 1, team: 'a', user: 'x' },
    { value: 2, team: 'a', user: 'y' },
    { value: 4, team: 'b', user: 'x' },
    { value: 8, team: 'a', user: 'x', cloud: 'aws' },
    { value: 16, user: 'x', cloud: 'aws' },
  ]
  const open = async () => {
    const api = await MeteredApi.subscribed(charge, { metric: { filters: FILTERS } })
    await api.feed(events)
    return api
  }

  it('is that of these events alone, not grouped by them any more', async () => {
    const api = await open()
    const team = await api.usage('&group[team]=a')
    expect([figures(team), groups(team)]).toEqual([
      ['11.0', 3, 3800],
      [
        [{}, '8.0'],
        [{ user: 'x' }, '1.0'],
        [{ user: 'y' }, '2.0'],
      ],
    ])
    expect(team.filters.map(figures)).toEqual([
      ['8.0', 1, 800],
      ['3.0', 2, 3000],
    ])
    // A key that only the charge groups by, and one that is empty.
    expect(figures(await api.usage('&filter_by_group[user]=x'))).toEqual(['29.0', 4, 7400])
    expect(figures(await api.usage('&group[team]='))).toEqual(['16.0', 1, 1600])
    expect(figures(await api.usage('&group[nothing]=x'))).toEqual(['0.0', 0, 0])
  })

  it('counts the very next event, wherever it is taken from', async () => {
    const api = await open()
    for (const query of ['&group[team]=a', '&group[user]=x', '&skip_grouping=true', '']) await api.usage(query)
    await api.feed([{ value: 32, team: 'a', user: 'x' }])
    expect((await api.usage('&group[team]=a')).units).toBe('43.0')
    expect((await api.usage('&group[user]=x')).units).toBe('61.0')
    expect((await api.usage('&skip_grouping=true')).units).toBe('63.0')
    expect((await api.usage()).units).toBe('63.0')
  })

  it('is priced as a whole without its groups', async () => {
    const api = await open()
    const row = await api.usage('&skip_grouping=true')
    expect([figures(row), row.grouped_usage]).toEqual([['31.0', 5, 9400], []])
  })
})

it('groups come in pages, and every page has the totals of all', async () => {
  const api = await MeteredApi.subscribed({ properties: { amount: '10', pricing_group_keys: ['team'] } })
  await api.feed(['a', 'b', 'c'].map((team) => ({ team, value: 1 })))
  const whole = await api.usage()
  expect([groups(whole).length, whole.grouped_usage_meta]).toEqual([3, undefined])
  const page = await api.usage('&groups_page=2&groups_per_page=2')
  expect(groups(page)).toEqual([[{ team: 'c' }, '1.0']])
  expect(page.grouped_usage_meta).toEqual({ current_page: 2, next_page: null, total_pages: 2, total_count: 3 })
  expect(figures(page)).toEqual(['3.0', 3, 3000])
})

describe('the breakdown by presentation keys', () => {
  const keys = [{ value: 'department', options: { display_in_invoice: true } }, { value: 'site' }]
  const charge = { properties: { amount: '10', presentation_group_keys: keys } }
  const open = async () => {
    const api = await MeteredApi.subscribed(charge)
    await api.feed([
      { value: 1, department: 'r', site: 'n' },
      { value: 2, department: 'r', site: 's' },
      { value: 4, department: 's' },
    ])
    return api
  }
  const breakdowns = (row: Json) => row.presentation_breakdowns.map((one: Json) => [one.presentation_by, one.units])

  it('is by both, by those asked for, by values, or none', async () => {
    const api = await open()
    const asked = async (filter: Json) =>
      breakdowns(await api.usage(`&filter_by_presentation=${encodeURIComponent(JSON.stringify(filter))}`))
    const whole = [
      [{ department: 'r', site: 'n' }, '1.0'],
      [{ department: 'r', site: 's' }, '2.0'],
      [{ department: 's', site: null }, '4.0'],
    ]
    expect(breakdowns(await api.usage())).toEqual(whole)
    const departments = [
      [{ department: 'r' }, '3.0'],
      [{ department: 's' }, '4.0'],
    ]
    expect(await asked(['department'])).toEqual(departments)
    expect(await asked(['r'])).toEqual(whole.slice(0, 2))
    expect(await asked([])).toEqual([])
    expect((await api.refusedUsage('&filter_by_presentation=department')).body.error_details).toEqual({
      filter_by_presentation: ['value_is_invalid'],
    })
  })

  it('stands on the invoice as far as it is to be shown there, and in past usage', async () => {
    const api = await open()
    const { fees } = await api.billed()
    const shown = [
      [{ department: 'r' }, '3.0'],
      [{ department: 's' }, '4.0'],
    ]
    expect(fees.filter((fee: Json) => fee.item.type === 'charge').map(breakdowns)).toEqual([shown])
    const { usage_periods } = await api.done('GET', '/customers/c/past_usage?external_subscription_id=s')
    expect(usage_periods[0].charges_usage.map(breakdowns)).toEqual([shown])
  })
})

it('usage since the start is given for a part only', async () => {
  const api = await MeteredApi.subscribed({})
  expect((await api.refusedUsage('&full_usage=true')).body.code).toBe('full_usage_not_allowed')
  for (const part of ['charge_code=gb', 'billable_metric_code=gb', 'group[team]=a']) {
    expect((await api.usage(`&full_usage=true&${part}`)).units).toBe('0.0')
  }
})

it('a price in a pricing unit is told in it, in usage and on the fee', async () => {
  const api = await MeteredApi.subscribed(
    { properties: { amount: '1.005' }, applied_pricing_unit: { code: 'credits', conversion_rate: '10' } },
    { pricingUnit: { name: 'Credits', code: 'credits', short_name: 'CR' } },
  )
  await api.feed([{ value: 1 }])
  expect(await api.usage()).toMatchObject({
    amount_cents: 1010,
    pricing_unit_details: { amount_cents: 101, short_name: 'CR', conversion_rate: '10' },
  })
  const { fees } = await api.billed()
  expect(fees.find((fee: Json) => fee.item.type === 'charge')).toMatchObject({
    amount_cents: 1010,
    pricing_unit_details: {
      pricing_unit_code: 'credits',
      short_name: 'CR',
      amount_cents: 101,
      precise_amount_cents: '100.5',
      precise_unit_amount: '1.005',
      conversion_rate: '10.0',
    },
  })
})

it('a weighted sum is divided by the whole period, on the invoice as in the usage', async () => {
  const weighted = { aggregation_type: 'weighted_sum_agg', weighted_interval: 'seconds' }
  const api = await MeteredApi.subscribed({ properties: { amount: '1' } }, { metric: weighted })
  await api.moveTo('2024-01-05T00:00:00Z')
  await api.feed([{ value: 310 }])
  expect(await api.usage()).toMatchObject({ units: '270.0', total_aggregated_units: '310.0', amount_cents: 27_000 })
  const { fees } = await api.billed()
  expect(fees.find((fee: Json) => fee.item.type === 'charge')).toMatchObject({
    units: '270.0',
    total_aggregated_units: '310.0',
    amount_cents: 27_000,
  })
})

it('a projection divides by the days that have begun', async () => {
  const api = await MeteredApi.subscribed({})
  await api.moveTo('2024-01-03T12:00:00Z')
  await api.feed([{ value: 3 }])
  const path = '/customers/c/projected_usage?external_subscription_id=s'
  const { customer_projected_usage: usage } = await api.done('GET', path)
  expect(usage.charges_usage[0]).toMatchObject({ projected_units: '31.0', projected_amount_cents: 31_000 })
  expect([usage.amount_cents, usage.projected_amount_cents]).toEqual([3000, 31_000])
})
