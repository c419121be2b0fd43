import type { FixedCharge, UnitsDecision } from '../catalog.js'
import { fixedChargesAhead, fixedChargesBehind, fixedPeriodDays } from '../subscription/fixed_charge_windows.js'
import type { SubscriptionTerms } from '../subscription/terms.js'
import type { BillingWindows } from '../subscription/windows.js'
import type { TimeWindow } from '../time/windows.js'
import { type UnitsForDays, type UnitsHolder, unitsByDay, unitsIn } from './units_history.js'

/** The units of a fixed charge in the window that an invoice bills of it. */
export interface BilledUnits {
  readonly charge: FixedCharge
  readonly window: TimeWindow
  readonly periodDays: number
  /** At least one entry. */
  readonly held: readonly UnitsForDays[]
}

/**
 * What one invoice bills of fixed charges: of those in arrears the time that is over, of those in advance the one that begins (recurring
 * rules, section 10).
 * @param decidedOf what was decided of a charge's units, in its order
 */
export function billedUnits(
  charges: readonly FixedCharge[],
  decidedOf: (charge: FixedCharge) => readonly UnitsDecision[],
  holder: UnitsHolder,
  billed: { readonly terms: SubscriptionTerms; readonly windows: BillingWindows; readonly zone: string },
): readonly BilledUnits[] {
  if (charges.length === 0) return []
  const { terms, windows, zone } = billed
  const behind = fixedChargesBehind(windows, zone)
  const ahead = fixedChargesAhead(terms, windows, zone)
  return charges.flatMap((charge) => {
    const window = charge.payInAdvance ? ahead : behind
    if (window === null) return []
    // What is decided while a period runs that is paid in advance has an invoice of its own.
    const looked = charge.payInAdvance ? { ...window, toAt: window.fromAt } : window
    const held = unitsIn(decidedOf(charge), holder, looked)
    if (held.length === 0) return []
    return [
      {
        ...{ charge, window },
        periodDays: fixedPeriodDays(terms, window, zone),
        held: unitsByDay(held, window, zone),
      },
    ]
  })
}
