/** A place in the order of events: time of usage, then order of reception. */
export interface Position {
  /** Epoch microseconds. */
  readonly at: number
  /** Order of reception, 0 or more. `{at, seq: 0}` as a bound lies before every event of that microsecond. */
  readonly seq: number
}

/**
 * The events with `from <= position < to`. Bounds are positions rather than instants so that events of one microsecond
 * can be divided: an event at the instant of a change of hands has one owner (metering rules, section 1).
 */
export interface EventWindow {
  /** Null: no lower bound. */
  readonly from: Position | null
  readonly to: Position
}

/** Below 0 when a comes before b, 0 when they are the same position. */
export function comparePositions(a: Position, b: Position): number {
  return a.at === b.at ? a.seq - b.seq : a.at - b.at
}

export function contains(window: EventWindow, event: Position): boolean {
  const started = window.from === null || comparePositions(window.from, event) <= 0
  return started && comparePositions(event, window.to) < 0
}
