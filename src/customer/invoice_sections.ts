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
  const codes = customSectionCodes(own, state.customer, entity.customSectionCodes)
  return codes
    .flatMap((code) => state.customSections.filter((section) => section.code === code))
    .map((section) => appliedSection(section, making))
}
