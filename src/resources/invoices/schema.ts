import { z } from 'zod'
import {
  anyText,
  currency,
  dateTime,
  decimal,
  listOf,
  looseBoolean,
  oneOf,
  purchaseOrderNumber,
  text,
  whole,
} from '../../http/fields.js'
import { MAX_AMOUNT_CENTS, MAX_ONE_OFF_FEES, MAX_REGENERATED_FEES, MAX_TAXES_PER_OWNER } from '../../limits.js'
import { customSectionChoice } from '../custom_sections/schema.js'

const MOST_METADATA = 5
const LONGEST_METADATA_KEY = 20
const LONGEST_METADATA_VALUE = 140

export const PAYMENT_STATUSES = ['pending', 'succeeded', 'failed'] as const

/** An entry with the id of an existing one may leave out what stays: what is missing at last is told by the command. */
const metadataEntry = z.object({
  id: anyText().nullish(),
  key: text({ longest: LONGEST_METADATA_KEY }).optional(),
  value: text({ longest: LONGEST_METADATA_VALUE }).optional(),
})

export const updateInvoice = z.object({
  payment_status: oneOf(PAYMENT_STATUSES).optional(),
  metadata: listOf(metadataEntry, { most: MOST_METADATA })
    .nullish()
    .transform((sent) => (sent === null ? [] : sent)),
})

/** Whole minor units, 0 or more, also as text: parameters may come in the query. */
const amount = z.preprocess(
  (sent) => (typeof sent === 'string' && /^\d{1,15}$/.test(sent) ? Number(sent) : sent),
  z.custom<number>((sent) => Number.isSafeInteger(sent) && Number(sent) >= 0 && Number(sent) <= MAX_AMOUNT_CENTS, {
    error: 'invalid_value',
  }),
)

const oneOffFee = z
  .object({
    add_on_code: text(),
    units: decimal().nullish(),
    unit_amount_cents: whole({ least: 0, most: MAX_AMOUNT_CENTS }).nullish(),
    description: anyText().nullish(),
    invoice_display_name: anyText().nullish(),
    tax_codes: listOf(text(), { most: MAX_TAXES_PER_OWNER }).nullish(),
    from_datetime: dateTime().nullish(),
    to_datetime: dateTime().nullish(),
  })
  .refine(hasSoundBoundaries, { path: ['boundaries'], error: 'values_are_invalid' })

/** Both ends of the time that a fee is for, in order, or neither. */
function hasSoundBoundaries(fee: { from_datetime?: number | null; to_datetime?: number | null }): boolean {
  const { from_datetime: from, to_datetime: to } = fee
  return from == null || to == null ? from == null && to == null : from <= to
}

/** Whose invoice is asked for, which is looked at before all else. */
export const customerOfInvoice = z.object({ external_customer_id: text() })

export const issueInvoice = z.object({
  billing_entity_code: text().nullish(),
  currency: currency().nullish(),
  purchase_order_number: purchaseOrderNumber(),
  invoice_custom_section: customSectionChoice(),
  fees: listOf(oneOffFee, { most: MAX_ONE_OFF_FEES })
    .nullish()
    .transform((sent) => sent ?? []),
})

export const voidInvoice = z.object({
  generate_credit_note: looseBoolean().optional().default(false),
  credit_amount: amount.nullish(),
  refund_amount: amount.nullish(),
})

export const regenerateInvoice = z.object({
  fees: z
    .array(
      z.object({
        id: text(),
        units: decimal().nullish(),
        unit_amount_cents: decimal().nullish(),
        invoice_display_name: anyText()
          .transform((sent) => sent.trim() || null)
          .nullish(),
      }),
      { error: 'must_be_an_array' },
    )
    .max(MAX_REGENERATED_FEES, { error: 'invalid_count' })
    .nullish(),
})
