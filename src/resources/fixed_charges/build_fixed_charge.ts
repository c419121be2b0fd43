import type { FixedChargeModelName } from '../../core/catalog.js'
import { Decimal } from '../../core/money/decimal.js'
import { chargeModelOf } from '../../core/rating/registry.js'
import { type FieldErrors, invalid, ok, type Result } from '../../core/result.js'
import { mergeErrors } from '../../http/validate.js'
import type { FixedChargeRecord } from './record.js'
import type { FixedChargeInput } from './schema.js'
import type { FixedChargeRow, FixedChargeUnitsRow } from './table.js'

export type NewFixedChargeRow = Omit<FixedChargeRow, 'seq'>
export type NewUnitsRow = Omit<FixedChargeUnitsRow, 'seq'>

/** What a request is read with. */
export interface FixedChargeMaking {
  /** Epoch milliseconds. */
  readonly now: number
  readonly newId: () => string
  /** The same for all that the request decides of units. */
  readonly batchId: string
}

/** A fixed charge as it is to be stored. */
export interface FixedChargeDraft {
  readonly row: NewFixedChargeRow
  /** The fixed charge as it is; undefined for a new one. */
  readonly existing: FixedChargeRecord | undefined
  /** What is decided of its units; null when they stay. */
  readonly decision: NewUnitsRow | null
}

export interface NewFixedCharge {
  readonly id: string
  readonly organizationId: string
  readonly planId: string
  readonly addOnId: string
  readonly code: string
  readonly chargeModel: FixedChargeModelName
}

/** The fixed charge that a request describes: in arrears, unprorated, free and of no units unless it says so. */
export function buildFixedCharge(
  given: NewFixedCharge,
  sent: FixedChargeInput,
  making: FixedChargeMaking,
): Result<FixedChargeDraft> {
  const { now } = making
  const plain: NewFixedChargeRow = {
    ...given,
    ...{ createdAt: now, updatedAt: now, deletedAt: null, invoiceDisplayName: null, parentId: null },
    payInAdvance: sent.pay_in_advance ?? false,
    prorated: sent.prorated ?? false,
    units: new Decimal(sent.units ?? 0).toFixed(),
    properties: {},
  }
  const row = changedRow(plain, { ...sent, code: given.code }, making)
  if (!row.ok) return row
  const decision = decisionOf(row.value, sent, making)
  return ok({ row: row.value, existing: undefined, decision })
}

/**
 * The fixed charge as a request changes it: absent fields stay, and so do its timing and proration.
 * @param repeats whether units that are there already are decided again if they are to hold at once
 */
export function changeFixedCharge(
  existing: FixedChargeRecord,
  sent: FixedChargeInput,
  making: FixedChargeMaking,
  { repeats = false } = {},
): Result<FixedChargeDraft> {
  const { seq: _, ...before } = existing.charge
  const row = changedRow(before, sent, making)
  if (!row.ok) return row
  const isNew = !new Decimal(row.value.units).eq(before.units)
  const isWaiting = existing.decisions.at(-1)?.isImmediate === false
  const isAsked = (sent.units ?? null) !== null && sent.apply_units_immediately === true
  const decides = isNew || (isAsked && (repeats || isWaiting))
  return ok({ row: row.value, existing, decision: decides ? decisionOf(row.value, sent, making) : null })
}

function changedRow(
  before: NewFixedChargeRow,
  sent: FixedChargeInput,
  { now }: FixedChargeMaking,
): Result<NewFixedChargeRow> {
  const chargeModel = sent.charge_model ?? before.chargeModel
  const kept = chargeModel === before.chargeModel ? before.properties : {}
  const parsed = chargeModelOf(chargeModel).parseProperties(sent.properties === undefined ? kept : sent.properties)
  const combination = combinationErrors({ ...before, chargeModel })
  if (!parsed.ok) return invalid(mergeErrors({ properties: [...parsed.codes] }, combination))
  if (Object.keys(combination).length > 0) return invalid(combination)
  const name = sent.invoice_display_name
  return ok({
    ...before,
    updatedAt: now,
    code: sent.code ?? before.code,
    chargeModel,
    invoiceDisplayName: name === undefined ? before.invoiceDisplayName : name,
    units: new Decimal(sent.units ?? before.units).toFixed(),
    properties: parsed.properties,
  })
}

/** What may not go together (recurring rules, section 1). */
function combinationErrors({ chargeModel, payInAdvance, prorated }: NewFixedChargeRow): FieldErrors {
  const model = chargeModelOf(chargeModel)
  return {
    ...(payInAdvance && !model.supportsPayInAdvance && { pay_in_advance: ['invalid_charge_model'] }),
    ...(prorated &&
      payInAdvance &&
      model.supportsPayInAdvance &&
      !model.supportsProrationInAdvance && { prorated: ['invalid_charge_model'] }),
  }
}

/** What a request decides of the units of a fixed charge, for all that are on its plan. */
export const decisionOf = (
  { id, organizationId, units }: Pick<NewFixedChargeRow, 'id' | 'organizationId' | 'units'>,
  sent: Pick<FixedChargeInput, 'apply_units_immediately'>,
  { now, newId, batchId }: FixedChargeMaking,
): NewUnitsRow => ({
  ...{ id: newId(), organizationId, createdAt: now, fixedChargeId: id, subscriptionId: null },
  units,
  isImmediate: sent.apply_units_immediately ?? false,
  batchId,
})
