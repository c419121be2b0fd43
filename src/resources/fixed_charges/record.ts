import type { FixedCharge } from '../../core/catalog.js'
import type { AddOnRow } from '../add_ons/table.js'
import { toTax } from '../taxes/serialize.js'
import type { AssignedTax } from '../taxes/store.js'
import type { TaxRow } from '../taxes/table.js'
import type { FixedChargeRow, FixedChargeUnitsRow } from './table.js'
import { toDecision } from './terms.js'

/** A fixed charge with all that its answer and the billing engine need. */
export interface FixedChargeRecord {
  readonly charge: FixedChargeRow
  readonly addOn: AddOnRow
  readonly taxes: readonly TaxRow[]
  /** Those for all that are on the plan, in their order. */
  readonly decisions: readonly FixedChargeUnitsRow[]
}

/** What fixed charges consist of beside their own rows. Each may hold parts of other things too. */
export interface FixedChargeParts {
  readonly addOns: readonly AddOnRow[]
  readonly assignedTaxes: readonly AssignedTax[]
  readonly decisions: readonly FixedChargeUnitsRow[]
}

/** Puts fixed charges together with their parts, in the order of the charges. */
export function fixedChargeRecords(charges: readonly FixedChargeRow[], parts: FixedChargeParts): FixedChargeRecord[] {
  const addOnById = new Map(parts.addOns.map((addOn) => [addOn.id, addOn]))
  const taxesByOwner = Map.groupBy(parts.assignedTaxes, ({ ownerId }) => ownerId)
  const decisionsByCharge = Map.groupBy(parts.decisions, ({ fixedChargeId }) => fixedChargeId)
  return charges.map((charge) => {
    const addOn = addOnById.get(charge.addOnId)
    if (addOn === undefined) throw new Error(`fixed charge ${charge.id} has no add-on`)
    const taxes = (taxesByOwner.get(charge.id) ?? []).map(({ tax }) => tax)
    return { charge, addOn, taxes, decisions: decisionsByCharge.get(charge.id) ?? [] }
  })
}

export function toFixedCharge({ charge, addOn, taxes, decisions }: FixedChargeRecord): FixedCharge {
  const { id, parentId, code, planId, chargeModel, invoiceDisplayName, payInAdvance, prorated, properties } = charge
  const { name, description } = addOn
  return {
    ...{ id, parentId, code, planId, chargeModel, invoiceDisplayName, payInAdvance, prorated, properties },
    addOn: { id: addOn.id, code: addOn.code, name, description, invoiceDisplayName: addOn.invoiceDisplayName },
    taxes: taxes.map(toTax),
    decisions: decisions.map(toDecision),
  }
}
