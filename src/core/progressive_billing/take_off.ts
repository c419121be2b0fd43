/** By what amounts and rooms are told apart: one key for each of them, null for what is like nothing. */
export interface Likeness {
  readonly wanted: readonly (string | null)[]
  readonly rooms: readonly (string | null)[]
}

/** What is left of each amount, and of each room. */
export interface TakenOff {
  readonly wanted: readonly number[]
  readonly rooms: readonly number[]
}

/**
 * Takes amounts off rooms, as far as these go: first where they are alike in the first way; what is left, where they are alike in the
 * second way; and so on. Whole minor units.
 */
export function takeOff(
  wanted: readonly number[],
  rooms: readonly number[],
  likenesses: readonly Likeness[],
): TakenOff {
  const left = { wanted: [...wanted], rooms: [...rooms] }
  for (const likeness of likenesses) {
    const places = Map.groupBy(rooms.keys(), (place) => likeness.rooms[place] ?? null)
    const reached = new Map<string, number>()
    for (const [i, key] of likeness.wanted.entries()) {
      if (key === null) continue
      const open = places.get(key) ?? []
      let at = reached.get(key) ?? 0
      for (let place = open[at]; place !== undefined && (left.wanted[i] ?? 0) > 0; place = open[at]) {
        const taken = Math.min(left.wanted[i] ?? 0, left.rooms[place] ?? 0)
        left.wanted[i] = (left.wanted[i] ?? 0) - taken
        left.rooms[place] = (left.rooms[place] ?? 0) - taken
        if (left.rooms[place] === 0) at++
      }
      reached.set(key, at)
    }
  }
  return left
}
