import { describe, expect, it } from 'vitest'
import { ALL_FILTER_VALUES } from '../../../src/core/catalog.js'
import {
  ALL_USAGE,
  chargeDivision,
  isGroupedBy,
  presentationDivision,
  type UsageWish,
} from '../../../src/core/usage/charge_division.js'
import { chargeOf, filterOf } from './builders.js'

const charge = chargeOf({
  properties: { amount: '10', pricing_group_keys: ['team', 'user'] },
  filters: [
    filterOf('a', { cloud: ['aws'], region: [ALL_FILTER_VALUES] }, { amount: '1', pricing_group_keys: ['team'] }),
    filterOf('b', { cloud: ['gone'] }),
  ],
})

describe('the division of a charge', () => {
  it('gives each filter its own keys and the rest those of the charge, all values spelled out', () => {
    expect(chargeDivision(charge)).toEqual({
      filters: [
        { values: { cloud: ['aws'], region: ['eu', 'us'] }, groupKeys: ['team'], tallyKey: null },
        { values: { cloud: [] }, groupKeys: [], tallyKey: null },
      ],
      rest: { groupKeys: ['team', 'user'], tallyKey: null },
      only: {},
    })
  })

  it('asks for the tally that the properties of each bucket need', () => {
    const free = { rate: '1', free_units_per_events: 3 }
    const mixed = chargeOf({
      chargeModel: 'percentage',
      properties: free,
      filters: [filterOf('a', { cloud: ['aws'] }, { rate: '1' })],
    })
    const { filters, rest } = chargeDivision(mixed)
    expect(filters[0]?.tallyKey).toBeNull()
    expect(rest.tallyKey).not.toBeNull()
  })

  it.each<[UsageWish, string[][], string[], string]>([
    [{ only: { team: 'x' }, skipsGrouping: false }, [[], []], ['user'], 'what is asked for is no group any more'],
    [{ only: {}, skipsGrouping: true }, [[], []], [], 'nothing is grouped on demand'],
    [{ only: { other: null }, skipsGrouping: false }, [['team'], []], ['team', 'user'], 'other keys change no group'],
  ])('for %j has the groups %j and %j: %s', (wish, ofFilters, ofRest) => {
    const { filters, rest, only } = chargeDivision(charge, wish)
    expect([filters.map(({ groupKeys }) => groupKeys), rest.groupKeys, only]).toEqual([ofFilters, ofRest, wish.only])
  })
})

it('presentation keys divide every bucket further, behind its groups, and need no tally', () => {
  const { filters, rest } = presentationDivision(charge, ['department'], ALL_USAGE)
  expect(filters.map(({ groupKeys }) => groupKeys)).toEqual([['team', 'department'], ['department']])
  expect(rest).toEqual({ groupKeys: ['team', 'user', 'department'], tallyKey: null })
})

it('the whole tells values apart only if every bucket is grouped by the key', () => {
  const grouped = chargeOf({
    ...charge,
    filters: [filterOf('a', { cloud: ['aws'] }, { pricing_group_keys: ['team'] })],
  })
  expect([
    isGroupedBy(grouped, ['team']),
    isGroupedBy(grouped, ['team', 'user']),
    isGroupedBy(charge, ['team']),
  ]).toEqual([true, false, false])
})
