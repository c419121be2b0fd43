import { z } from 'zod'
import { anyText, code, currency, listOf, text, whole } from '../../http/fields.js'
import { MAX_AMOUNT_CENTS, MAX_TAXES_PER_OWNER } from '../../limits.js'

const fields = {
  name: text(),
  code: code(),
  invoice_display_name: anyText().nullish(),
  description: anyText().nullish(),
  amount_cents: whole({ least: 1, most: MAX_AMOUNT_CENTS }),
  amount_currency: currency(),
  tax_codes: listOf(text(), { most: MAX_TAXES_PER_OWNER }).nullish(),
}

export const createAddOn = z.object(fields)
export const updateAddOn = z.object({
  ...fields,
  name: fields.name.optional(),
  code: fields.code.optional(),
  amount_cents: fields.amount_cents.optional(),
  amount_currency: fields.amount_currency.optional(),
})
