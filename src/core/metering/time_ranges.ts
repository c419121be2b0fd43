/** The moments with `from <= at < to`, epoch microseconds. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

/** Before and after all moments that an event may have, and still 64-bit integers. */
export const EARLIEST = -9e18
export const LATEST = 9e18

export const EVERYTHING: TimeRange = { from: EARLIEST, to: LATEST }

/** What is left of the ranges when the moments of the others are taken out. Parts keep whatever else their range says. */
export function subtract<R extends TimeRange>(ranges: readonly R[], others: readonly TimeRange[]): R[] {
  return others.reduce<R[]>((left, other) => left.flatMap((range) => without(range, other)), [...ranges])
}

function without<R extends TimeRange>(range: R, { from, to }: TimeRange): R[] {
  if (to <= from || to <= range.from || from >= range.to) return [range]
  const parts = [
    { ...range, to: from },
    { ...range, from: to },
  ]
  return parts.filter((part) => part.from < part.to)
}
