import { describe, expect, it } from 'vitest'
import type { Charge } from '../../../src/core/catalog.js'
import type { BucketUsage } from '../../../src/core/metering/counter.js'
import type { AdvanceLedger } from '../../../src/core/rating/advance_ledger.js'
import { chargeDivision } from '../../../src/core/usage/charge_division.js'
import { ratedBuckets } from '../../../src/core/usage/rated_buckets.js'
import { chargeOf, filterOf, metricOf, used } from './builders.js'

const rated = (charge: Charge, buckets: BucketUsage[], charged: ReadonlyMap<string, AdvanceLedger> | null = null) =>
  [
    ...ratedBuckets(charge, chargeDivision(charge), buckets, {
      currency: 'EUR',
      share: { days: 31, periodDays: 31 },
      span: { toAt: 0, periodLength: 1 },
      charged,
    }),
  ].map(({ filter, groupedBy, usage }) => [filter?.id ?? null, groupedBy, `${usage.units}`, `${usage.amountCents}`])

describe('the buckets of a charge', () => {
  it('are priced by the properties of their filter, and what matches none by those of the charge', () => {
    const charge = chargeOf({ filters: [filterOf('a', { cloud: ['aws'] })] })
    expect(rated(charge, [used(0, [], 3), used(null, [], 2)])).toEqual([
      ['a', {}, '3', '300'],
      [null, {}, '2', '2000'],
    ])
  })

  it('are rounded one by one: four groups of 0.4 cents cost nothing', () => {
    const charge = chargeOf({ properties: { amount: '0.004', pricing_group_keys: ['team'] } })
    const groups = ['a', 'b', 'c', 'd'].map((team) => used(null, [team], 1))
    expect(rated(charge, groups).map(([, , , cents]) => cents)).toEqual(['0', '0', '0', '0'])
  })

  it('are rounded as the metric says by themselves', () => {
    const charge = chargeOf({
      metric: metricOf('sum_agg', { roundingFunction: 'ceil' }),
      properties: { amount: '1', pricing_group_keys: ['team'] },
    })
    expect(rated(charge, [used(null, ['a'], '0.4'), used(null, ['b'], '1.2')])).toEqual([
      [null, { team: 'a' }, '1', '100'],
      [null, { team: 'b' }, '2', '200'],
    ])
  })

  it('are listed without usage too, as one of nothing that the first flat amount is due for', () => {
    const ranges = [{ from_value: 0, to_value: null, per_unit_amount: '1', flat_amount: '2' }]
    const charge = chargeOf({
      chargeModel: 'graduated',
      properties: { graduated_ranges: ranges, pricing_group_keys: ['team', 'user'] },
      filters: [
        filterOf('a', { cloud: ['aws'] }, { graduated_ranges: ranges }),
        filterOf('b', { cloud: ['gone'] }, { graduated_ranges: ranges }),
      ],
    })
    expect(rated(charge, [used(0, [], 3)])).toEqual([
      ['a', {}, '3', '500'],
      ['b', {}, '0', '200'],
      [null, { team: null, user: null }, '0', '200'],
    ])
  })

  it('are as many as there are groups', () => {
    const charge = chargeOf({ properties: { amount: '1', pricing_group_keys: ['team'] } })
    expect(rated(charge, [used(null, ['a'], 1), used(null, [null], 2)])).toEqual([
      [null, { team: 'a' }, '1', '100'],
      [null, { team: null }, '2', '200'],
    ])
  })

  it('are taken as they come, none before it is asked for', () => {
    const asked: number[] = []
    function* endless(): Generator<BucketUsage> {
      for (let i = 0; ; i++) {
        asked.push(i)
        yield used(null, [`${i}`], 1)
      }
    }
    const charge = chargeOf({ properties: { amount: '1', pricing_group_keys: ['team'] } })
    const frame = {
      currency: 'EUR',
      span: { toAt: 0, periodLength: 1 },
      charged: null,
      share: { days: 31, periodDays: 31 },
    }
    ratedBuckets(charge, chargeDivision(charge), endless(), frame).next()
    expect(asked).toEqual([0])
  })

  it('of a charge in advance show what is there, and cost what was charged', () => {
    const charge = chargeOf({ payInAdvance: true, properties: { amount: '5', pricing_group_keys: ['team'] } })
    const ledger = { units: '10', eventsCount: 2, tally: null, amount: '50' }
    const charged = new Map([[JSON.stringify([null, 'a']), ledger]])
    expect(rated(charge, [used(null, ['a'], 6), used(null, ['b'], 3)], charged)).toEqual([
      [null, { team: 'a' }, '6', '5000'],
      [null, { team: 'b' }, '3', '0'],
    ])
  })
})
