import { Decimal } from '../../money/decimal.js'
import type { Aggregation, MeteredEvent } from '../aggregation.js'
import { propertyText } from '../property.js'
import { comparePositions } from '../window.js'
import { inUnits } from './in_units.js'

type UniqueCountState = { readonly present: number }

/** A value that occurred, and the last event that added or removed it. */
type UniqueMember = { readonly present: boolean; readonly at: number; readonly seq: number }

/**
 * How many distinct values there are in the end. Walking the events of one value in time order, adding what is there and
 * removing what is not do nothing; so a value is there if and only if its last event adds it, and only that event has to
 * be remembered. Removed values are remembered too: an addition that arrives late may be older than the removal.
 */
export const uniqueCount: Aggregation<UniqueCountState, UniqueMember> = {
  type: 'unique_count_agg',
  needsField: true,
  numeric: false,
  supportsRecurring: true,
  supportsPayInAdvance: true,
  weighted: false,
  hasMembers: true,
  start: () => ({ present: 0 }),
  fold(state, event, fieldName, members) {
    const item = itemOf(event, fieldName)
    if (item === null) return state
    const { value, adds } = item
    const known = members.get(value)
    if (known !== undefined && comparePositions(event, known) < 0) return state
    members.set(value, { present: adds, at: event.at, seq: event.seq })
    const wasPresent = known?.present ?? false
    if (wasPresent === adds) return state
    return { present: state.present + (adds ? 1 : -1) }
  },
  valueOf: () => null,
  result: ({ present }) => inUnits(new Decimal(present), present),
  describe(event, fieldName, before, after) {
    const value = fieldName === null ? null : propertyText(event.properties, fieldName)
    if (value === null || value === '') return { value, note: 'no_value' }
    const adds = operationAdds(event)
    if (adds === null) return { value, note: 'unknown_operation' }
    if (before.present === after.present) return { value, note: adds ? 'already_there' : 'not_there' }
    return { value, note: adds ? null : 'removed' }
  },
}

/** The value that an event adds or removes; null where it does neither. */
export function itemOf(
  event: MeteredEvent,
  fieldName: string | null,
): { readonly value: string; readonly adds: boolean } | null {
  const value = fieldName === null ? null : propertyText(event.properties, fieldName)
  const adds = operationAdds(event)
  // The empty text is no value, as it is no group and no usage in advance.
  return value === null || value === '' || adds === null ? null : { value, adds }
}

/** Whether the event adds its value or removes it; null for an operation that is neither, which is ignored. */
function operationAdds(event: MeteredEvent): boolean | null {
  const operation = propertyText(event.properties, 'operation_type') ?? 'add'
  if (operation === 'add') return true
  return operation === 'remove' ? false : null
}
