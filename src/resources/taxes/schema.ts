import { z } from 'zod'
import { anyText, code, decimal, looseBoolean, text } from '../../http/fields.js'

const fields = {
  name: text(),
  code: code(),
  rate: decimal(),
  description: anyText().nullish(),
  applied_to_organization: looseBoolean().optional(),
}

export const createTax = z.object(fields)
export const updateTax = z.object({
  ...fields,
  name: fields.name.optional(),
  code: fields.code.optional(),
  rate: fields.rate.optional(),
})
