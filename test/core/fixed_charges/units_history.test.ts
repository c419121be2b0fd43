import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { UnitsDecision } from '../../../src/core/catalog.js'
import { decidedAt, decisionsFor, unitsByDay, unitsIn } from '../../../src/core/fixed_charges/units_history.js'
import { windowDays } from '../../../src/core/time/windows.js'
import { at } from '../subscription/support.js'

const decided = (units: number, when: string, isImmediate = false): UnitsDecision => ({
  units: String(units),
  at: at(when),
  isImmediate,
  batchId: when,
})
const month = (from: string, to: string, toInclusive = false) => ({ fromAt: at(from), toAt: at(to), toInclusive })
const MARCH = month('2024-03-01T00:00:00Z', '2024-04-01T00:00:00Z')
const APRIL = month('2024-04-01T00:00:00Z', '2024-05-01T00:00:00Z')
const holder = { activatedAt: at('2024-03-01T00:00:00Z') }
const first = decided(10, '2024-01-01T00:00:00Z')

const units = (decisions: readonly UnitsDecision[], window = MARCH, held = holder) =>
  unitsIn(decisions, held, window).map((one) => one.units.toNumber())

describe('the units of a period', () => {
  it.each<[string, readonly UnitsDecision[], readonly number[], readonly number[]]>([
    ['stay as they were', [first], [10], [10]],
    ['change at once', [first, decided(12, '2024-03-11T08:00:00Z', true)], [10, 12], [12]],
    ['change with the next period', [first, decided(15, '2024-03-06T08:00:00Z')], [10], [15]],
    [
      'are those that were decided last, whatever was to come',
      [first, decided(15, '2024-03-06T08:00:00Z'), decided(12, '2024-03-11T08:00:00Z', true)],
      [10, 12],
      [12],
    ],
    [
      'can be put off again',
      [first, decided(12, '2024-03-06T08:00:00Z', true), decided(10, '2024-03-07T08:00:00Z')],
      [10, 12],
      [10],
    ],
    ['are none before they were decided', [decided(8, '2024-03-06T08:00:00Z')], [], [8]],
    ['begin at once', [decided(8, '2024-03-06T08:00:00Z', true)], [8], [8]],
  ])('%s', (_, decisions, march, april) => {
    expect([units(decisions), units(decisions, APRIL)]).toEqual([march, april])
  })

  it('are from the start on what a backdated subscription has when it is made', () => {
    const backdated = { activatedAt: at('2024-03-20T00:00:00Z') }
    expect(units([first, decided(12, '2024-03-11T08:00:00Z')], MARCH, backdated)).toEqual([12])
  })

  it('change up to the very instant of an end', () => {
    const until = month('2024-03-01T00:00:00Z', '2024-03-10T12:00:00Z', true)
    expect(units([first, decided(12, '2024-03-10T12:00:00Z', true)], until)).toEqual([10, 12])
    expect(units([first, decided(12, '2024-03-10T12:00:00Z', true)], { ...until, toInclusive: false })).toEqual([10])
  })
})

it('units of its own shadow what is decided for the plan later, not what was before', () => {
  const plan = [first, decided(20, '2024-03-05T00:00:00Z', true), decided(30, '2024-03-20T00:00:00Z', true)]
  const own = [decided(15, '2024-03-10T00:00:00Z', true)]
  expect(decisionsFor(plan, own, decidedAt).map((one) => one.units)).toEqual(['10', '20', '15'])
  expect(decisionsFor(plan, [], decidedAt)).toBe(plan)
})

it('every day of a window has the units of one entry, the day of a change the new ones', () => {
  const instants = fc.integer({ min: MARCH.fromAt, max: MARCH.toAt - 1 })
  const zones = fc.constantFrom('UTC', 'America/New_York', 'Europe/Paris', 'Asia/Kathmandu', 'Pacific/Auckland')
  fc.assert(
    fc.property(fc.array(instants, { maxLength: 6 }), zones, (times, zone) => {
      const changes = times
        .toSorted((a, b) => a - b)
        .map((time, i): UnitsDecision => ({ units: String(i), at: time, isImmediate: true, batchId: String(i) }))
      const held = unitsByDay(unitsIn([first, ...changes], holder, MARCH), MARCH, zone)
      expect(held.every(({ days }) => days >= 0)).toBe(true)
      expect(held.reduce((sum, { days }) => sum + days, 0)).toBe(windowDays(MARCH, zone))
    }),
  )
})
