import { z } from 'zod'
import { anyText, oneOf, text } from '../../http/fields.js'
import { metadataObject } from '../../http/metadata.js'
import { MAX_AMOUNT_CENTS, MAX_CREDIT_NOTE_ITEMS } from '../../limits.js'
import { CREDIT_NOTE_REASONS, REFUND_STATUSES } from './table.js'

/** Whole minor units, 0 or more. */
const amount = z.custom<number>(
  (sent) => Number.isSafeInteger(sent) && Number(sent) >= 0 && Number(sent) <= MAX_AMOUNT_CENTS,
  { error: 'invalid_value' },
)

const items = z
  .array(z.object({ fee_id: text(), amount_cents: amount }), { error: 'must_be_an_array' })
  .max(MAX_CREDIT_NOTE_ITEMS, { error: 'invalid_count' })

export const creditNoteItems = z.object({ items })

export const createCreditNote = z.object({
  items,
  reason: oneOf(CREDIT_NOTE_REASONS).nullish(),
  description: anyText().nullish(),
  credit_amount_cents: amount.nullish(),
  refund_amount_cents: amount.nullish(),
  offset_amount_cents: amount.nullish(),
  metadata: metadataObject().nullish(),
})

/** What is sent of the metadata is merged with what there is; null leaves it. */
export const updateCreditNote = z.object({
  refund_status: oneOf(REFUND_STATUSES).optional(),
  metadata: metadataObject().nullish(),
})
