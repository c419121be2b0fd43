import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AggregationType } from '../../../../src/core/catalog.js'
import type { Aggregation, MeteredEvent } from '../../../../src/core/metering/aggregation.js'
import { AGGREGATIONS } from '../../../../src/core/metering/aggregations/registry.js'
import { arrivals, byTime, measure, SPAN } from '../support.js'

/** Units and number of events, by the letter of the rules: sort, then walk. Numbers are whole multiples of 10^-63. */
type Reference = (events: readonly MeteredEvent[]) => [units: bigint, events: number]

const ONE = 10n ** 63n

const REFERENCES: Record<AggregationType, Reference> = {
  count_agg: (events) => [ONE * BigInt(events.length), events.length],
  sum_agg: (events) => numeric(events, (numbers) => numbers.reduce((a, b) => a + b, 0n)),
  max_agg: (events) => numeric(events, (numbers) => numbers.toSorted((a, b) => (a < b ? -1 : 1)).at(-1) ?? 0n),
  latest_agg: (events) => numeric(events, (numbers) => ((numbers.at(-1) ?? 0n) > 0n ? (numbers.at(-1) ?? 0n) : 0n)),
  unique_count_agg(events) {
    const present = new Set<string>()
    for (const { properties } of byTime(events)) {
      const { value, operation_type: operation } = properties
      if (value === undefined || value === null || value === '') continue
      const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
      if (operation === undefined || operation === null || operation === 'add') present.add(text)
      if (operation === 'remove') present.delete(text)
    }
    return [ONE * BigInt(present.size), present.size]
  },
  weighted_sum_agg(events) {
    const changes = byTime(events).flatMap((event) => numbersOf([event]).map((change) => ({ change, at: event.at })))
    let [level, area] = [0n, 0n]
    for (const [i, { change, at }] of changes.entries()) {
      level += change
      area += level * BigInt((changes[i + 1]?.at ?? SPAN.toAt) - at)
    }
    return [quotientUp(area, BigInt(SPAN.periodLength)), changes.length]
  },
}

function numeric(events: readonly MeteredEvent[], units: (numbers: bigint[]) => bigint): [bigint, number] {
  const numbers = numbersOf(byTime(events))
  return [units(numbers), numbers.length]
}

function numbersOf(events: readonly MeteredEvent[]): bigint[] {
  return events
    .map(({ properties }) => properties.value)
    .filter((value) => typeof value === 'number' || typeof value === 'string')
    .map(String)
    .filter((text) => /^-?\d+(\.\d+)?$/.test(text))
    .map(scaled)
}

/** A quotient of multiples of 10^-63, away from zero at the twentieth decimal. */
function quotientUp(dividend: bigint, divisor: bigint): bigint {
  const place = 10n ** 43n
  const [size, step] = [dividend < 0n ? -dividend : dividend, divisor * place]
  const rounded = ((size + step - 1n) / step) * place
  return dividend < 0n ? -rounded : rounded
}

function scaled(decimal: string): bigint {
  const [whole = '', fraction = ''] = decimal.split('.')
  return BigInt(whole + fraction.padEnd(63, '0'))
}

describe.each(Object.entries(AGGREGATIONS))('%s', (type, aggregation: Aggregation) => {
  test('gives what walking the events in time order gives, in whatever order they arrive', () => {
    fc.assert(
      fc.property(arrivals, ({ events, arriving }) => {
        const [units, eventsCount] = measure(aggregation, arriving)
        expect([scaled(units), eventsCount]).toEqual(REFERENCES[type as AggregationType](events))
      }),
      { numRuns: 1_000 },
    )
  })

  test('does not change the state it is given', () => {
    fc.assert(
      fc.property(arrivals, ({ arriving }) => {
        const members = new Map()
        let state = aggregation.start()
        for (const event of arriving) {
          const before = Object.freeze(state)
          state = aggregation.fold(before, event, 'value', members)
        }
      }),
    )
  })
})
