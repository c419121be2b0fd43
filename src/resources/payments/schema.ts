import { z } from 'zod'
import { dateTime, text } from '../../http/fields.js'

/** A whole number above 0. */
const amount = z.custom<number>((sent) => Number.isSafeInteger(sent) && Number(sent) > 0, { error: 'invalid_value' })

export const createPayment = z.object({
  invoice_id: text(),
  amount_cents: amount,
  reference: text({ longest: 40 }),
  paid_at: dateTime().nullish(),
})
