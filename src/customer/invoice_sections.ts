import { type CustomSectionChoice, customSectionCodes } from '../core/invoicing/custom_sections.js'
import { type AppliedCustomSection, appliedSection } from '../resources/custom_sections/terms.js'
import { billingEntityOf } from './billing_entity.js'
import type { CommandContext } from './command_context.js'
import type { CustomerState } from './load_customer.js'

/** The words that a new invoice shows beside its figures, copied as they are now. */
export function invoiceSections(
  making: Pick<CommandContext, 'newId' | 'now'>,
  state: CustomerState,
  own: readonly CustomSectionChoice[],
  entityCode: string,
): AppliedCustomSection[] {
  const entity = billingEntityOf(state, entityCode)
  const known = new Map(state.customSections.map((section) => [section.code, section]))
  const codes = customSectionCodes(own, state.customer, entity.customSectionCodes, new Set(known.keys()))
  return codes.flatMap((code) => known.get(code) ?? []).map((section) => appliedSection(section, making))
}
