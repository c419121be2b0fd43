import fc from 'fast-check'
import type { MeteredEvent } from '../../../src/core/metering/aggregation.js'
import type { Bucket, Division, FilterRule } from '../../../src/core/metering/division.js'
import { eventList } from './support.js'

type Properties = Readonly<Record<string, unknown>>

/** Few names, two of which every object inherits something under, so that filters overlap and names collide. */
const keys = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor')
const texts = fc.constantFrom('x', 'y', 'z', '7', '', 'true', 'constructor', '__proto__')
const property = fc.oneof(
  { weight: 5, arbitrary: texts },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(7, 7.5, true, null, undefined, ['x']) },
)

/** An object with exactly these entries as its own, whatever they are called. */
const record = <T>(values: fc.Arbitrary<T>, maxKeys: number, minKeys = 0): fc.Arbitrary<Record<string, T>> =>
  fc
    .uniqueArray(fc.tuple(keys, values), { selector: ([key]) => key, minLength: minKeys, maxLength: maxKeys })
    .map((entries) => Object.fromEntries(entries) as Record<string, T>)

export const eventProperties = record(property, 4)

const groupKeys = fc.uniqueArray(keys, { maxLength: 2 })

/** Divisions of few names and values; some filters have no property, a property without values, or a value twice. */
export function divisions(tallyKeys: readonly (string | null)[]): fc.Arbitrary<Division> {
  const tallyKey = fc.constantFrom(...tallyKeys)
  const values = record(fc.array(texts, { maxLength: 3 }), 3)
  const only = fc.oneof(
    { weight: 4, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: record(
        fc.option(
          texts.filter((text) => text !== ''),
          { nil: null },
        ),
        1,
      ),
    },
  )
  return fc.record({
    filters: fc.array(fc.record({ values, groupKeys, tallyKey }), { maxLength: 8 }),
    rest: fc.record({ groupKeys, tallyKey }),
    only,
  })
}

/** Events in order of reception that carry properties to be divided by, beside the one that is aggregated. */
export const dividedEvents: fc.Arbitrary<MeteredEvent[]> = eventList.chain((events) =>
  fc
    .array(eventProperties, { minLength: events.length, maxLength: events.length })
    .map((carried) => events.map((event, i) => withProperties(event, carried[i] ?? {}))),
)

function withProperties(event: MeteredEvent, carried: Properties): MeteredEvent {
  return {
    ...event,
    properties: Object.fromEntries([...Object.entries(event.properties), ...Object.entries(carried)]),
  }
}

/** The bucket by the letter of the rules: every filter is tried, and those that match are compared. */
export function naiveBucket({ filters, rest, only }: Division, properties: Properties): Bucket | null {
  for (const [key, wanted] of Object.entries(only)) if (naiveGroup(properties, key) !== wanted) return null
  const matching = filters.map((rule, position) => ({ rule, position })).filter(({ rule }) => matches(rule, properties))
  const [best] = matching.sort(
    (a, b) =>
      keyCount(b.rule) - keyCount(a.rule) || combinations(a.rule) - combinations(b.rule) || a.position - b.position,
  )
  const group = (best?.rule ?? rest).groupKeys.map((key) => naiveGroup(properties, key))
  return { filter: best?.position ?? null, group }
}

const keyCount = ({ values }: FilterRule) => Object.keys(values).length
const combinations = ({ values }: FilterRule) =>
  Object.values(values).reduce((product, list) => product * new Set(list).size, 1)

function matches(rule: FilterRule, properties: Properties): boolean {
  const asked = Object.entries(rule.values)
  return asked.length > 0 && asked.every(([key, list]) => list.some((value) => value === naiveText(properties, key)))
}

function naiveText(properties: Properties, key: string): string | null {
  const sent = new Map(Object.entries(properties)).get(key)
  if (sent === undefined || sent === null) return null
  return typeof sent === 'object' ? JSON.stringify(sent) : String(sent)
}

const naiveGroup = (properties: Properties, key: string) => naiveText(properties, key) || null
