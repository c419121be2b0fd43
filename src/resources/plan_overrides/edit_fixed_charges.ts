import { invalid, notFound, ok, type Result } from '../../core/result.js'
import { changeFixedCharge } from '../fixed_charges/build_fixed_charge.js'
import type { FixedChargeRecord } from '../fixed_charges/record.js'
import type { FixedChargeOverride } from '../fixed_charges/schema.js'
import { type EditContext, type EditedPlan, taxesOf } from './edit.js'

/** The fixed charges of a subscription's own plan as overrides of some of them leave them. */
export function withFixedCharges(
  { listed, own }: EditedPlan,
  list: readonly (FixedChargeOverride & { readonly id: string })[],
  context: EditContext,
): Result<readonly FixedChargeRecord[]> {
  const records = [...own.fixedCharges]
  const edited = new Set<number>()
  for (const { id, ...override } of list) {
    const at = listed.fixedCharges.findIndex(({ charge }) => charge.id === id || charge.parentId === id)
    const record = records[at]
    if (record === undefined) return notFound('fixed_charge')
    if (edited.has(at)) return invalid({ id: ['value_already_exist'] })
    edited.add(at)
    const draft = changeFixedCharge(record, override, context, { repeats: true })
    if (!draft.ok) return draft
    const { row, decision } = draft.value
    records[at] = {
      ...record,
      charge: { ...row, seq: record.charge.seq },
      taxes: override.tax_codes === undefined ? record.taxes : taxesOf(context, override.tax_codes ?? []),
      // The order of rows is the database's to give.
      decisions: decision === null ? record.decisions : [...record.decisions, { ...decision, seq: 0 }],
    }
  }
  return ok(records)
}
