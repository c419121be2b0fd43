import { Temporal } from '@js-temporal/polyfill'
import { daysBetween } from '../time/dates.js'
import { localDate } from '../time/zones.js'
import type { MeteredEvent } from './aggregation.js'
import { comparePositions, type Position } from './window.js'

/**
 * Units of a recurring metric that are paid by the days on which they are held in a window (recurring rules, section 4). What came
 * before the window is carried: it is held from its first day on.
 */
export interface HeldDays {
  readonly kind: 'days'
  readonly from: Position
  readonly zone: string
  /** {@link dayNumber} of the window's first day. */
  readonly firstDay: number
  /** Days of the window that are paid for, and those of the whole period. */
  readonly days: number
  readonly periodDays: number
  /** Whether it is to be told which place an item takes: only where its price depends on that. */
  readonly places?: true
}

/** A level that is weighed by the time for which it is held from an instant on: what came before is carried to it. */
export interface HeldTime {
  readonly kind: 'time'
  /** Epoch microseconds. */
  readonly fromAt: number
}

export type Held = HeldDays | HeldTime

const EPOCH = new Temporal.PlainDate(1970, 1, 1)

/** The local date of an instant (epoch milliseconds) as a number. */
export const dayNumber = (at: number, zone: string): number => daysBetween(EPOCH, localDate(at, zone))

export const isCarried = (event: Position, { from }: HeldDays): boolean => comparePositions(event, from) < 0

/** The day from which on what an event brings is held in the window. May lie behind it. */
export function heldFrom(event: Pick<MeteredEvent, 'at' | 'seq'>, held: HeldDays): number {
  if (isCarried(event, held)) return held.firstDay
  return Math.max(held.firstDay, dayNumber(Math.floor(event.at / 1000), held.zone))
}

/** The days of the window from one of its days on, that day included. */
export const daysFrom = (day: number, { firstDay, days }: HeldDays): number => Math.max(0, firstDay + days - day)
