import { z } from 'zod'
import { anyText, code, text } from '../../http/fields.js'
import { MAX_SHORT_NAME_LENGTH } from '../../limits.js'

const fields = {
  name: text(),
  short_name: text({ longest: MAX_SHORT_NAME_LENGTH }),
  description: anyText().nullish(),
}

export const createPricingUnit = z.object({ ...fields, code: code() })
/** The code stays: it is passed over. */
export const updatePricingUnit = z.object({
  ...fields,
  name: fields.name.optional(),
  short_name: fields.short_name.optional(),
})
