import fc from 'fast-check'
import type {
  Aggregate,
  Aggregation,
  JsonState,
  MemberSet,
  MeteredEvent,
  UsageSpan,
} from '../../../src/core/metering/aggregation.js'

/** An event whose aggregated property is `value`. */
export function event(value: unknown, rest: { at?: number; seq?: number; operation?: unknown } = {}): MeteredEvent {
  const { at = 0, seq = 0, operation } = rest
  const properties = {
    ...(value === undefined ? {} : { value }),
    ...(operation === undefined ? {} : { operation_type: operation }),
  }
  return { at, seq, properties, preciseTotalAmountCents: null }
}

/** Events in the order of the list, one microsecond apart. */
export const inOrder = (values: readonly unknown[]): MeteredEvent[] =>
  values.map((value, i) => event(value, { at: i, seq: i }))

/** A time that ends after all of the events that this folder makes, and does not divide evenly. */
export const SPAN: UsageSpan = { toAt: 10, periodLength: 7 }

/** Members kept as JSON text, as a table keeps them. */
export function jsonMembers(): MemberSet<JsonState> {
  const texts = new Map<string, string>()
  return {
    get: (value) => {
      const text = texts.get(value)
      return text === undefined ? undefined : (JSON.parse(text) as JsonState)
    },
    set: (value, member) => void texts.set(value, JSON.stringify(member)),
  }
}

/** The state after folding events in the order given, itself and its members kept as JSON text in between. */
export function stateOf(aggregation: Aggregation, events: readonly MeteredEvent[]): JsonState {
  const members = jsonMembers()
  let state = aggregation.start()
  for (const one of events) {
    state = JSON.parse(JSON.stringify(aggregation.fold(state, one, 'value', members))) as JsonState
  }
  return state
}

export const foldAll = (aggregation: Aggregation, events: readonly MeteredEvent[], span = SPAN): Aggregate =>
  aggregation.result(stateOf(aggregation, events), span)

/** Units as text and the number of events. */
export function measure(aggregation: Aggregation, events: readonly MeteredEvent[]): [string, number] {
  const { units, eventsCount } = foldAll(aggregation, events)
  return [units.toFixed(), eventsCount]
}

const digits = (most: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: most })

/** Plain decimals of every size that counts, up to the longest. */
export const plainDecimal = fc
  .tuple(fc.constantFrom('', '-'), digits(62), fc.option(digits(61)))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`.slice(0, 64))
  .map((text) => text.replace(/\.$/, ''))

/** What clients put in a property that is meant to be a number: few values, so that they repeat. */
const propertyValue = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom<unknown>(7, '7', '7.0', -3, '-3', 0, '-0', 0.1, '0.2', 'ann', 'Ann', true, 'true'),
  },
  { weight: 2, arbitrary: plainDecimal },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, null, '', '1e3', '+1', '.5', [7], { a: 1 }) },
)

const operation = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(undefined, 'add', 'remove') },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(null, 'replace', 'ADD', 1) },
)

/** Events in order of reception, at few moments, so that many share one. */
export const eventList = fc
  .array(fc.record({ value: propertyValue, at: fc.integer({ min: -2, max: 6 }), operation }), { maxLength: 25 })
  .map((list) => list.map(({ value, at, operation }, seq) => event(value, { at, seq, operation })))

/** A list of events and the order in which they arrive. */
export const arrivals = eventList.chain((events) =>
  fc.record({
    events: fc.constant(events),
    arriving: fc.shuffledSubarray(events, { minLength: events.length, maxLength: events.length }),
  }),
)

export const byTime = (events: readonly MeteredEvent[]): MeteredEvent[] =>
  [...events].sort((a, b) => a.at - b.at || a.seq - b.seq)
