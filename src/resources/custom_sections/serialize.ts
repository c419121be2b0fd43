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

/** A section that a subscription chose, as its answer shows it. */
export const serializeChosen = (codes: readonly string[], createdAt: number) =>
  codes.map((code) => ({ created_at: seconds(createdAt), invoice_custom_section: { code } }))

export const serializeAppliedSection = (section: AppliedCustomSection, invoiceId: string) => ({
  lago_id: section.id,
  lago_invoice_id: invoiceId,
  code: section.code,
  details: section.details,
  display_name: section.displayName,
  created_at: seconds(section.createdAt),
})
