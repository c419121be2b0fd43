import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Divider } from '../../../src/core/metering/divider.js'
import type { Bucket } from '../../../src/core/metering/division.js'
import { chargeDivision } from '../../../src/core/usage/charge_division.js'
import { chargedLedgers } from '../../../src/core/usage/charged_ledgers.js'
import { narrowed, narrowedBucket } from '../../../src/core/usage/narrowed.js'
import { chargeOf, filterOf, used } from './builders.js'

const charge = chargeOf({
  properties: { amount: '10', pricing_group_keys: ['team', 'user'] },
  filters: [filterOf('a', { cloud: ['aws'] }, { amount: '1', pricing_group_keys: ['user', 'team'] })],
})
const division = chargeDivision(charge)

describe('buckets of certain group values', () => {
  it('are those that hold them, without the keys in their groups', () => {
    const all = [used(0, ['u', 'x'], 1), used(0, ['v', 'y'], 2), used(null, ['x', 'u'], 3), used(null, [null, 'u'], 4)]
    expect([...narrowed(division, { team: 'x' }, all)]).toEqual([used(0, ['u'], 1), used(null, ['u'], 3)])
    expect([...narrowed(division, { team: null }, all)]).toEqual([used(null, ['u'], 4)])
    expect([...narrowed(division, { team: 'x', user: 'u' }, all)]).toEqual([used(0, [], 1), used(null, [], 3)])
  })

  it('are the buckets that a division of only these events has', () => {
    const text = fc.constantFrom('x', 'y', '', 'aws')
    const properties = fc.record({ team: text, user: text, cloud: text }, { requiredKeys: [] })
    fc.assert(
      fc.property(properties, fc.constantFrom('x', 'y', null), (event, team) => {
        const whole = new Divider(division).bucketOf(event) as Bucket
        const apart = new Divider(chargeDivision(charge, { only: { team }, skipsGrouping: false })).bucketOf(event)
        expect(narrowedBucket(division, { team }, whole)).toEqual(apart)
      }),
    )
  })
})

describe('what was charged in advance', () => {
  const ledger = (units: string, amount: string) => ({ units, eventsCount: 1, tally: null, amount })
  const charged = [
    { bucket: { filter: 0, group: ['u', 'x'] }, ledger: ledger('1', '0.004') },
    { bucket: { filter: 0, group: ['v', 'x'] }, ledger: ledger('2', '0.004') },
    { bucket: { filter: null, group: ['y', 'u'] }, ledger: ledger('3', '30') },
  ]

  it('is added up unrounded where nothing is grouped', () => {
    const ledgers = chargedLedgers(division, charged, { only: {}, skipsGrouping: true })
    expect([...ledgers].map(([key, { units, eventsCount, amount }]) => [key, units, eventsCount, amount])).toEqual([
      ['[0]', '3', 2, '0.008'],
      ['', '3', 1, '30'],
    ])
  })

  it('is that of the groups that were asked for', () => {
    const ledgers = chargedLedgers(division, charged, { only: { user: 'u' }, skipsGrouping: false })
    expect([...ledgers].map(([key, { amount }]) => [key, amount])).toEqual([
      ['[0,"x"]', '0.004'],
      ['[null,"y"]', '30'],
    ])
  })
})
