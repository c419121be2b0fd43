import { describe, expect, it } from 'vitest'
import { type Json, rowsOf, withoutTriggers } from '../support/account_api.js'
import { AdvanceApi } from '../support/advance_api.js'

const RANGES = [
  { from_value: 0, to_value: 10, per_unit_amount: '0.5', flat_amount: '1' },
  { from_value: 11, to_value: null, per_unit_amount: '0.337', flat_amount: '0.05' },
]
const FREE = { rate: '1.7', fixed_amount: '0.11', free_units_per_events: 2, free_units_per_total_aggregation: '20' }
const GROUPED = { amount: '0.333', pricing_group_keys: ['region'] }

const ROWS: [string, Json][] = [
  ['standard', GROUPED],
  ['graduated', { graduated_ranges: RANGES }],
  ['package', { amount: '1.5', package_size: 7, free_units: 5 }],
  ['percentage', FREE],
  ['dynamic', {}],
]

const explain = async (api: AdvanceApi, fee: Json, query = ''): Promise<Json> =>
  (await api.done('GET', `/fees/${fee.lago_id}/explanation${query}`)).fee_explanation
const last = (told: Json): Json => told.arithmetic.find(({ step }: Json) => step === 'currency_rounding')

/** Events in and out of order, some that take something back, one without its property. */
async function send(api: AdvanceApi): Promise<void> {
  const values = [3, 12.5, -4, 2, 9, 0.5, 7]
  for (const [i, gb] of values.entries()) {
    const timestamp = Date.parse('2024-01-01T00:00:00Z') / 1000 + ((i * 5) % 7)
    await api.event(`t${i}`, 's', {
      ...{ code: 'gb', timestamp, precise_total_amount_cents: `${gb * 10}.5` },
      properties: { gb, region: i % 2 === 0 ? 'eu' : 'us' },
    })
  }
}

describe.each(ROWS)('a fee in advance of %s', (charge_model, properties) => {
  it('is the same when all that was received before it is charged again', async () => {
    const api = await AdvanceApi.subscribed({ metric: 'gb', charge_model, properties })
    await send(api)
    const fees = await api.fees()
    expect(fees).toHaveLength(7)
    for (const fee of fees) {
      const told = await explain(api, fee)
      expect([told.not_recomputed_because, told.recomputed]).toEqual([
        null,
        expect.objectContaining({ amount_cents: fee.amount_cents, units: fee.units, matches: true }),
      ])
      expect(last(told).result).toBe(String(fee.amount_cents))
      expect(told.events).toEqual([
        expect.objectContaining({ transaction_id: fee.event_transaction_id, late: false, counted: true }),
      ])
      expect((await explain(api, fee, '?page=2')).events).toEqual([])
    }
    const [, fee] = fees
    await rowsOf('UPDATE fees SET amount_cents = amount_cents + 3 WHERE id = ?', fee.lago_id)
    const { recomputed } = await explain(api, fee)
    expect([recomputed.matches, recomputed.difference_amount_cents]).toEqual([false, -3])
  })
})

withoutTriggers()

describe('a fee in advance', () => {
  it('says what had been charged before its event, and with it', async () => {
    const api = await AdvanceApi.subscribed({ metric: 'gb', properties: { amount: '0.125' } })
    await api.traffic('a', 3)
    await api.traffic('b', 5)
    const [, fee] = await api.fees()
    const told = await explain(api, fee)
    expect(told.arithmetic.slice(0, 4).map(({ step, result }: Json) => [step, result])).toEqual([
      ['charged_before', '0.375'],
      ['charged_with_event', '1.0'],
      ['difference', '0.625'],
      ['currency_rounding', '63'],
    ])
    expect(told.arithmetic[0].inputs).toEqual({ units: '3.0', events_count: 1 })
    expect(told).toMatchObject({
      event_transaction_id: 'b',
      final: true,
      price: { charge_model: 'standard', properties: { amount: '0.125' } },
      events: [{ value: '5', added_units: '5.0', units: '8.0' }],
    })
  })

  it('is explained by what it cost then when its charge costs something else now', async () => {
    const api = await AdvanceApi.subscribed({ metric: 'gb', properties: { amount: '2' } })
    await api.traffic('a', 3)
    const [before] = await api.fees()
    const { charges } = await api.done('GET', '/plans/advance/charges')
    await api.done('PUT', `/plans/advance/charges/${charges[0].code}`, {
      charge: { charge_model: 'standard', properties: { amount: '9' } },
    })
    await api.traffic('b', 3)
    const [first, second] = await api.fees()
    expect([before.amount_cents, first.amount_cents, second.amount_cents]).toEqual([600, 600, 2700])
    for (const fee of [first, second]) expect((await explain(api, fee)).recomputed.matches).toBe(true)
  })

  it('is not made again where other terms had used up an allowance before it', async () => {
    const properties = { rate: '10', free_units_per_total_aggregation: '4' }
    const api = await AdvanceApi.subscribed({ metric: 'gb', charge_model: 'percentage', properties })
    await api.traffic('a', 3)
    await api.fees()
    const { charges } = await api.done('GET', '/plans/advance/charges')
    await api.done('PUT', `/plans/advance/charges/${charges[0].code}`, {
      charge: { charge_model: 'percentage', properties: { rate: '10', free_units_per_total_aggregation: '5' } },
    })
    await api.traffic('b', 3)
    await api.traffic('c', 3)
    const told = await Promise.all((await api.fees()).map((fee) => explain(api, fee)))
    expect(told.map(({ recomputed, not_recomputed_because: why }) => [recomputed?.matches ?? null, why])).toEqual([
      [true, null],
      [null, 'terms_changed'],
      [null, 'terms_changed'],
    ])
  })
})
