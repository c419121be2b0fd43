import { z } from 'zod'
import { anyText, listOf, text, whole } from '../../http/fields.js'
import { MAX_AMOUNT_CENTS, MAX_TAXES_PER_OWNER } from '../../limits.js'

/** In a plan: given keys change, the others stay; null, or an object without anything in it, takes the commitment away. */
export const minimumCommitment = () =>
  z
    .object({
      amount_cents: whole({ least: 1, most: MAX_AMOUNT_CENTS }).optional(),
      invoice_display_name: anyText().nullish(),
      tax_codes: listOf(text(), { most: MAX_TAXES_PER_OWNER }).nullish(),
    })
    .nullish()
    .transform((sent) => (sent && Object.values(sent).every((value) => value === undefined) ? null : sent))

export type SentCommitment = NonNullable<z.infer<ReturnType<typeof minimumCommitment>>>
