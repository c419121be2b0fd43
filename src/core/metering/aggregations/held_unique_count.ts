import type { Aggregation, JsonState, MemberSet } from '../aggregation.js'
import { daysFrom, type HeldDays, heldFrom, isCarried } from '../held.js'
import { keyOfItem, Places } from './places.js'
import { proratedOf } from './prorated_of.js'
import { itemOf, uniqueCount } from './unique_count.js'

type HeldItemsState = {
  readonly present: number
  /** Days on which items were there, of the window. */
  readonly days: number
  readonly additions: number
  /** Of the last event that changed anything: the place that it took or left, and the days that this concerns. */
  readonly place: number
  readonly stepDays: number
}

type HeldItem = {
  readonly present: boolean
  /** The day of its last removal within the window; null without one. */
  readonly removedOn: number | null
  /** Number of its last addition, and whether that came before the window. */
  readonly addition: number
  readonly carried: boolean
  /** The place that it took within the window; of a carried one that follows from the others. */
  readonly place: number
}

const ABSENT: HeldItem = { present: false, removedOn: null, addition: 0, carried: false, place: 0 }

/**
 * Distinct values that are also weighed by the days on which they are there, the day of addition and that of removal included. Folded in
 * the order of time: an addition counts all days that are left, a removal takes those behind it out again. What is removed and added
 * again on one date is there on it once, in its old place (recurring rules, section 4).
 */
export function heldUniqueCount(held: HeldDays): Aggregation<HeldItemsState, HeldItem> {
  const { unfold: _, fold: __, ...plain } = uniqueCount
  return {
    ...plain,
    isOrdered: true,
    start: () => ({ present: 0, days: 0, additions: 0, place: 0, stepDays: 0 }),
    fold(state, event, fieldName, members) {
      const item = itemOf(event, fieldName)
      if (item === null) return state
      const key = held.places ? keyOfItem(item.value) : item.value
      const known = members.get(key)
      if ((known?.present ?? false) === item.adds) {
        // Removing what was never there is remembered all the same: a value that was seen makes a bucket.
        if (known === undefined) members.set(key, ABSENT)
        return state
      }
      const places = held.places ? new Places(members as MemberSet<JsonState>) : null
      const [day, carried] = [heldFrom(event, held), isCarried(event, held)]
      const change = item.adds
        ? added(state, known ?? ABSENT, { day, carried }, held, places)
        : removed(state, known ?? ABSENT, { day, carried }, held, places)
      members.set(key, change.item)
      return change.state
    },
    stepOf: ({ place, stepDays }, event) => ({ place, days: stepDays, isCarried: isCarried(event, held) }),
    result: (state, span) => ({
      ...uniqueCount.result({ present: state.present }, span),
      prorated: proratedOf(state.days, held),
    }),
    describe: (event, fieldName, before, after) => uniqueCount.describe(event, fieldName, before, after),
  }
}

interface Moment {
  readonly day: number
  readonly carried: boolean
}

interface Change {
  readonly state: HeldItemsState
  readonly item: HeldItem
}

function added(
  state: HeldItemsState,
  known: HeldItem,
  { day, carried }: Moment,
  held: HeldDays,
  places: Places | null,
): Change {
  const present = state.present + 1
  if (!carried && known.removedOn === day) {
    const stepDays = daysFrom(day + 1, held)
    const place = placeOf(known, places)
    return {
      state: { ...state, present, days: state.days + stepDays, place, stepDays },
      item: { ...known, present: true, removedOn: null },
    }
  }
  const addition = state.additions + 1
  if (carried) places?.change(addition, 1)
  const stepDays = daysFrom(day, held)
  return {
    state: { present, days: state.days + stepDays, additions: addition, place: present, stepDays },
    item: { present: true, removedOn: null, addition, carried, place: present },
  }
}

function removed(
  state: HeldItemsState,
  known: HeldItem,
  { day, carried }: Moment,
  held: HeldDays,
  places: Places | null,
): Change {
  const stepDays = carried ? daysFrom(day, held) : daysFrom(day + 1, held)
  const place = placeOf(known, places)
  // What is gone before the window takes no place in it; what goes within it leaves the others where they are.
  if (carried) places?.change(known.addition, -1)
  return {
    state: { ...state, present: state.present - 1, days: state.days - stepDays, place, stepDays },
    item: { ...known, present: false, removedOn: carried ? null : day },
  }
}

const placeOf = ({ carried, addition, place }: HeldItem, places: Places | null): number =>
  carried ? (places?.upTo(addition) ?? 0) : place
