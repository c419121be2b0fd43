import { withChanges } from '../../db/changes.js'
import type { CustomSectionRow } from './table.js'

/** A choice as requests send it. Absent leaves as it is. */
export interface SentChoice {
  readonly skip_invoice_custom_sections?: boolean | null | undefined
  readonly invoice_custom_section_codes?: readonly string[] | null | undefined
}

/** The columns that a choice is kept in. Undefined leaves a column as it is; to name sections is not to skip them. */
export function choiceColumns(sent: SentChoice | null | undefined): {
  skipsCustomSections: boolean | undefined
  customSectionCodes: string[] | undefined
} {
  if (sent === undefined) return { skipsCustomSections: undefined, customSectionCodes: undefined }
  const { skip_invoice_custom_sections: skips, invoice_custom_section_codes: codes } = sent ?? {}
  const names = codes !== undefined && codes !== null && codes.length > 0
  return {
    skipsCustomSections: skips ?? (sent === null || names ? false : undefined),
    customSectionCodes: codes === undefined && sent !== null ? undefined : [...new Set(codes ?? [])],
  }
}

interface Choice {
  readonly skipsCustomSections: boolean
  readonly customSectionCodes: string[]
}

export const NO_SECTIONS: Choice = { skipsCustomSections: false, customSectionCodes: [] }

/** A choice after a request. */
export function sectionsOf({ skipsCustomSections, customSectionCodes }: Choice, sent: SentChoice | null | undefined) {
  return withChanges<Choice>({ skipsCustomSections, customSectionCodes }, choiceColumns(sent))
}

/** A section as it was when an invoice was made. */
export interface AppliedCustomSection {
  readonly id: string
  readonly code: string
  readonly displayName: string
  readonly details: string | null
  readonly createdAt: number
}

export function appliedSection(
  { code, name, displayName, details }: CustomSectionRow,
  { newId, now }: { readonly newId: () => string; readonly now: number },
): AppliedCustomSection {
  return { id: newId(), code, displayName: displayName ?? name, details, createdAt: now }
}
