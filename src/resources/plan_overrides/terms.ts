import type { ChangedFilterInput, FilterInput } from '../charge_filters/schema.js'
import type { FixedChargeOverride } from '../fixed_charges/schema.js'
import type { FixedChargeUnitsRow } from '../fixed_charges/table.js'
import type { ChargeOverride, PlanOverrides } from './schema.js'

export type { PlanOverrides }

/** What a subscription has of a plan's units for itself: by the fixed charge that they are of, in their order. */
export type OwnUnits = ReadonlyMap<string, readonly FixedChargeUnitsRow[]>

/** A change of the plan that a subscription has, or gets by this, for itself. Plain JSON. */
export type PlanEdit =
  | { readonly kind: 'terms'; readonly sent: PlanOverrides }
  | { readonly kind: 'charge'; readonly chargeCode: string; readonly sent: ChargeOverride }
  | { readonly kind: 'fixed_charge'; readonly code: string; readonly sent: FixedChargeOverride }
  | { readonly kind: 'new_filter'; readonly chargeCode: string; readonly sent: FilterInput }
  | FilterEdit

/** Ids of filters are those that are listed for the subscription before the change. */
export type FilterEdit =
  | {
      readonly kind: 'filter'
      readonly chargeCode: string
      readonly filterId: string
      readonly sent: ChangedFilterInput
    }
  | { readonly kind: 'no_filter'; readonly chargeCode: string; readonly filterId: string }
