import fc from 'fast-check'
import { describe, expect, it, test, vi } from 'vitest'
import type { MeteredEvent } from '../../src/core/metering/aggregation.js'
import type { BucketUsage, CounterDefinition } from '../../src/core/metering/counter.js'
import { type Division, type TallyOf, UNDIVIDED } from '../../src/core/metering/division.js'
import { foldLog } from '../../src/core/metering/fold_log.js'
import type { HeldDays } from '../../src/core/metering/held.js'
import { graduatedStepsTally } from '../../src/core/rating/graduated_steps.js'
import { tallyOf as pricedTallyOf } from '../../src/core/rating/tallies.js'
import { openObjectSql } from '../../src/customer/object_schema.js'
import { UsageStore } from '../../src/customer/usage_store.js'
import { tallyOf } from '../core/metering/counter_support.js'
import { FailingStorage } from '../support/failing_storage.js'
import { nodeStorage } from '../support/node_storage.js'

const PERIOD = 10
const RECURRING = ['sum_agg', 'unique_count_agg', 'weighted_sum_agg'] as const
const DIVISIONS: Record<string, Division> = {
  'one bucket': UNDIVIDED,
  groups: { filters: [], rest: { groupKeys: ['g'], tallyKey: null }, only: {} },
  'a tally in order': { filters: [], rest: { groupKeys: ['g'], tallyKey: 'trail' }, only: {} },
}

/** All units up to the end of a period. */
const upTo = (aggregation: (typeof RECURRING)[number], division: Division, period: number): CounterDefinition => ({
  externalSubscriptionId: 's',
  code: 'seats',
  aggregation,
  fieldName: 'value',
  window: { from: null, to: { at: period * PERIOD, seq: 0 } },
  division,
})
const spanOf = ({ window }: CounterDefinition) => ({ toAt: window.to.at, periodLength: PERIOD })
const told = (usage: Iterable<BucketUsage>) => JSON.parse(JSON.stringify([...usage]))

const properties = fc.record({
  value: fc.constantFrom('1', '2', '-1', 'word'),
  g: fc.constantFrom('a', 'b'),
  operation_type: fc.constantFrom('add', 'add', 'remove'),
})
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ at: fc.integer({ min: -5, max: 39 }), properties }) },
    { weight: 1, arbitrary: fc.record({ withdrawn: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ read: fc.integer({ min: 1, max: 4 }) }) },
  ),
  { maxLength: 30 },
)

/** Whether what is read of a definition in any period, at any time, is what the whole history comes to. */
function holdsForHistories(definitionOf: (period: number) => CounterDefinition, scale: number): void {
  fc.assert(
    fc.property(steps, (taken) => {
      const store = new UsageStore(openObjectSql(new FailingStorage(nodeStorage())), tallies)
      const log = new Map<number, MeteredEvent>()
      const check = (period: number) => {
        const asked = definitionOf(period)
        const expected = foldLog(asked, tallies, log.values(), spanOf(asked))
        // A bucket whose events were all withdrawn may be left, with nothing in it.
        const isLeft = ({ usage }: BucketUsage) => usage.eventsCount > 0 || !usage.units.isZero()
        const left = [...store.read(asked, spanOf(asked))].filter(isLeft)
        expect(told(left)).toEqual(told(expected.filter(isLeft)))
      }
      taken.forEach((step, i) => {
        if ('read' in step) check(step.read)
        else if ('withdrawn' in step) {
          const seq = [...log.keys()][step.withdrawn]
          if (seq === undefined) return
          expect(store.withdraw(seq, i).outcome).toBe('withdrawn')
          log.delete(seq)
        } else {
          const at = step.at * scale
          const reply = store.append([received(`t${i}`, at, step.properties)])
          if (reply.outcome !== 'stored') throw new Error('refused')
          for (const seq of reply.seqs)
            log.set(seq, { at, seq, properties: step.properties, preciseTotalAmountCents: null })
        }
      })
      for (const period of [4, 1, 3, 2]) check(period)
    }),
    { numRuns: 300 },
  )
}

const tallies: TallyOf = (key) => (key.startsWith('[') ? pricedTallyOf(key) : tallyOf(key))

describe.each(RECURRING)('a counter of %s without a lower bound', (aggregation) => {
  it.each(Object.entries(DIVISIONS))(
    'equals the fold of the whole history in every period: %s',
    (_, division) => holdsForHistories((period) => upTo(aggregation, division, period), 1),
    60_000,
  )
})

const HALF_DAY = 43_200_000_000
const RANGES = [
  { from_value: 0, to_value: 1, per_unit_amount: '10', flat_amount: '1' },
  { from_value: 2, to_value: null, per_unit_amount: '3', flat_amount: '2' },
]
const STEPS = graduatedStepsTally([RANGES]).key
const heldDays = (period: number, places: object): HeldDays => ({
  ...{ kind: 'days', zone: 'Europe/Paris', firstDay: (period - 1) * 5, days: 5, periodDays: 7, ...places },
  from: { at: (period - 1) * PERIOD * HALF_DAY, seq: 0 },
})

describe.each([
  ['sum_agg', null],
  ['sum_agg', STEPS],
  ['unique_count_agg', null],
  ['unique_count_agg', STEPS],
] as const)('a counter of %s that is held by days, with tally %s', (aggregation, tallyKey) => {
  it('equals the fold of the whole history in every period', () => {
    const division: Division = { filters: [], rest: { groupKeys: ['g'], tallyKey }, only: {} }
    holdsForHistories(
      (period) => ({
        ...upTo(aggregation, division, period),
        window: { from: null, to: { at: period * PERIOD * HALF_DAY, seq: 0 } },
        held: heldDays(period, tallyKey === null ? {} : { places: true }),
      }),
      HALF_DAY,
    )
  }, 60_000)
})

it('a level that is carried equals the fold of the whole history in every period', () => {
  holdsForHistories((period) => {
    const fromAt = (period - 1) * PERIOD
    return { ...upTo('weighted_sum_agg', UNDIVIDED, period), held: { kind: 'time', fromAt } }
  }, 1)
}, 60_000)

test('the turn of a period reads the new events only, whatever came before', () => {
  const storage = new FailingStorage(nodeStorage())
  const store = new UsageStore(openObjectSql(storage), tallyOf)
  const asked = (period: number) => upTo('unique_count_agg', UNDIVIDED, period)
  store.append(Array.from({ length: 50 }, (_, i) => received(`old${i}`, 5, { value: `u${i}` })))
  store.read(asked(1), spanOf(asked(1)))
  store.append([received('new', 15, { value: 'u50' })])

  const exec = vi.spyOn(storage.sql, 'exec')
  const usage = [...store.read(asked(2), spanOf(asked(2)))]
  const folds = exec.mock.calls.filter(([query]) => /FROM events/.test(query) && /properties/.test(query))
  exec.mockRestore()
  expect(usage.map((one) => one.usage.units.toNumber())).toEqual([51])
  expect(folds).toHaveLength(1)
  // From the end of the period before on.
  expect(folds[0]?.slice(1)).toContain(PERIOD)
})

test('all counters of a metric are continued where periods are longer than counters are kept', () => {
  const storage = new FailingStorage(nodeStorage())
  const store = new UsageStore(openObjectSql(storage), tallyOf)
  const year = 365 * 86_400_000_000
  const asked = (division: Division, years: number): CounterDefinition => ({
    ...upTo('sum_agg', division, 1),
    window: { from: null, to: { at: years * year, seq: 0 } },
  })
  store.append([received('first', 5, { value: '3', g: 'a' })])
  const charges = Object.values(DIVISIONS)
  const read = (years: number) => charges.map((one) => [...store.read(asked(one, years), spanOf(asked(one, years)))])
  read(1)
  const exec = vi.spyOn(storage.sql, 'exec')
  read(2)
  const folds = exec.mock.calls.filter(([query]) => /FROM events/.test(query) && /properties/.test(query))
  exec.mockRestore()
  expect(folds.map(([, ...bindings]) => bindings.includes(year))).toEqual(charges.map(() => true))
})

function received(transactionId: string, at: number, properties: Readonly<Record<string, string>>) {
  return {
    transactionId,
    code: 'seats',
    externalSubscriptionId: 's',
    externalCustomerId: null,
    at,
    properties,
    preciseTotalAmountCents: null,
    createdAt: 1,
  }
}
