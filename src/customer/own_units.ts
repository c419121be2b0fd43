import type { FixedChargeUnitsRow } from '../resources/fixed_charges/table.js'
import type { OwnUnits } from '../resources/plan_overrides/terms.js'
import type { CustomerState } from './load_customer.js'

/** By subscription. */
export type OwnUnitsOfAll = ReadonlyMap<string, OwnUnits>

export function ownUnitsOf(rows: readonly FixedChargeUnitsRow[]): OwnUnitsOfAll {
  const bySubscription = Map.groupBy(rows, ({ subscriptionId }) => subscriptionId ?? '')
  return new Map([...bySubscription].map(([id, own]) => [id, Map.groupBy(own, ({ fixedChargeId }) => fixedChargeId)]))
}

/** The state with units that the same commit gives a subscription for itself. */
export function withUnits(state: CustomerState, rows: readonly FixedChargeUnitsRow[]): CustomerState {
  const before = [...state.ownUnits.values()].flatMap((own) => [...own.values()].flat())
  return { ...state, ownUnits: ownUnitsOf([...before, ...rows]) }
}
