import { z } from 'zod'
import { anyText, code, listOf, looseBoolean, text } from '../../http/fields.js'
import { MAX_CUSTOM_SECTIONS } from '../../limits.js'

const fields = {
  name: text(),
  description: anyText().nullish(),
  display_name: anyText().nullish(),
  details: anyText().nullish(),
}

export const createCustomSection = z.object({ ...fields, code: code() })
export const updateCustomSection = z.object({ ...fields, name: fields.name.optional() })

export const customSectionCodes = () => listOf(code(), { most: MAX_CUSTOM_SECTIONS })

/** Which sections the invoices of a subscription, or one invoice, show. */
export const customSectionChoice = () =>
  z
    .object(
      {
        skip_invoice_custom_sections: looseBoolean().nullish(),
        invoice_custom_section_codes: customSectionCodes().nullish(),
      },
      { error: 'value_is_invalid' },
    )
    .nullish()
