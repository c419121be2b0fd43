import { seconds } from '../../http/timestamps.js'
import type { CustomSectionRow } from './table.js'
import type { AppliedCustomSection } from './terms.js'

export function serializeCustomSection(row: CustomSectionRow) {
  return {
    lago_id: row.id,
    code: row.code,
    name: row.name,
    description: row.description,
    details: row.details,
    display_name: row.displayName,
    applied_to_organization: false,
    organization_id: row.organizationId,
    created_at: seconds(row.createdAt),
  }
}

/** Those of the sections that have these codes, in their order; what is gone is passed over. */
export const serializeSelected = (rows: readonly CustomSectionRow[], codes: readonly string[]) =>
  codes.flatMap((code) => rows.filter((row) => row.code === code)).map(serializeCustomSection)

/** Those that a subscription names, as its answer shows them. */
export const serializeChosen = (rows: readonly CustomSectionRow[], codes: readonly string[]) =>
  serializeSelected(rows, codes).map((section) => ({
    lago_id: section.lago_id,
    created_at: section.created_at,
    invoice_custom_section_id: section.lago_id,
    invoice_custom_section: section,
  }))

export const serializeAppliedSection = (section: AppliedCustomSection, invoiceId: string) => ({
  lago_id: section.id,
  lago_invoice_id: invoiceId,
  code: section.code,
  details: section.details,
  display_name: section.displayName,
  created_at: seconds(section.createdAt),
})
