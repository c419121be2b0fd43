import type { AggregationType } from '../catalog.js'
import type { Decimal } from '../money/decimal.js'
import type { HeldStep } from './tally.js'

/**
 * One event as an aggregation sees it.
 * Order inside a period is (`at`, `seq`): time of usage, then order of reception.
 */
export interface MeteredEvent {
  /** Epoch microseconds. */
  readonly at: number
  /** Order of reception within the customer's log; unique, increasing. */
  readonly seq: number
  readonly properties: Readonly<Record<string, unknown>>
  /** Decimal text as sent, for dynamic charges. */
  readonly preciseTotalAmountCents: string | null
}

/**
 * The members of one set, for aggregations whose state grows with the number of distinct values. The core asks for single
 * members by value, so that the customer's object can keep millions of them in a table of its SQLite.
 */
export interface MemberSet<Member> {
  get(value: string): Member | undefined
  set(value: string, member: Member): void
}

/** What an aggregation makes of a window's events. */
export interface Aggregate {
  /** Before the metric's rounding. */
  readonly units: Decimal
  /** The count that charge models multiply fixed amounts by; of a unique count it is the units. */
  readonly eventsCount: number
  /** The level that a weighted sum ends with; of all others the units. */
  readonly totalAggregatedUnits: Decimal
  /** Where units are paid by the days on which they are held. */
  readonly prorated?: ProratedUnits
}

/** Units weighed by the days on which they are held in a window. */
export interface ProratedUnits {
  /** Before the metric's rounding. */
  readonly units: Decimal
  /** Days of the window that are paid for, and those of the whole period. */
  readonly days: number
  readonly periodDays: number
}

/** The time that a result is for. Only aggregations that weigh by time look at it. */
export interface UsageSpan {
  /** The end of the window, epoch microseconds: the last level holds until then. */
  readonly toAt: number
  /** Microseconds of the whole period that the window lies in, above 0: what weighted units are divided by. */
  readonly periodLength: number
}

/** What an event did other than to add what it carries. Those that are no reason to count it less are `removed` and `not_highest`. */
export const EVENT_NOTES = [
  'no_value',
  'not_a_number',
  'unknown_operation',
  'already_there',
  'not_there',
  'removed',
  'not_highest',
] as const
export type EventNote = (typeof EVENT_NOTES)[number]

/** What an aggregation sees in an event: for who asks how a figure came about. */
export interface SeenEvent {
  /** The text of the property that is aggregated; null where the event lacks it, or only its being there counts. */
  readonly value: string | null
  /** Null where it added just that. */
  readonly note: EventNote | null
}

/** A state that can be written as JSON and read back without loss: decimals as text. */
export type JsonState = Readonly<Record<string, string | number | boolean | null>>

/**
 * How one kind of metric folds events. `fold` must give the same state for the same set of events in whatever order
 * they arrive: counters are a cache of the log, and late events are ordinary.
 */
export interface Aggregation<State extends JsonState = JsonState, Member extends JsonState = JsonState> {
  readonly type: AggregationType
  /** Whether the metric must name a property (`field_name`). */
  readonly needsField: boolean
  /** Whether only events whose property is a plain decimal number are seen. */
  readonly numeric: boolean
  readonly supportsRecurring: boolean
  readonly supportsPayInAdvance: boolean
  /** Whether units are weighed by the time they are held: such metrics have to say in which interval. */
  readonly weighted: boolean
  /** Whether `fold` uses the member set. */
  readonly hasMembers: boolean
  /** Whether events have to be folded in the order of position after all: one that lies behind has the bucket built again. */
  readonly isOrdered?: true
  /** Which place the event that was folded last took or left, and for how long, by the state after it. */
  stepOf?(state: State, event: MeteredEvent): HeldStep
  start(): State
  /**
   * Returns the new state; the given one is not changed. An event that does not count returns the state itself: one that
   * is not seen, or, where units are a set, does not change the set. Such events are not shown to a tally.
   */
  fold(state: State, event: MeteredEvent, fieldName: string | null, members: MemberSet<Member>): State
  /**
   * What the event adds to the units at the moment it is folded: 1 for a count, its number for a sum. Null where that
   * depends on the events before it.
   */
  valueOf(event: MeteredEvent, fieldName: string | null): Decimal | null
  /**
   * Takes an event out again that was folded, in whatever order. Absent where the state does not say what would be left: then
   * it has to be made anew from the log.
   */
  unfold?(state: State, event: MeteredEvent, fieldName: string | null): State
  result(state: State, span: UsageSpan): Aggregate
  /** Describes an event that was folded, in the order of position: `before` and `after` are the states around it. */
  describe(event: MeteredEvent, fieldName: string | null, before: State, after: State): SeenEvent
}
