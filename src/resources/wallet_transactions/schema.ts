import { z } from 'zod'
import { anyText, looseBoolean, purchaseOrderNumber, text } from '../../http/fields.js'
import { customSectionChoice } from '../custom_sections/schema.js'
import type { MetadataPair } from './table.js'

const MAX_NAME_LENGTH = 255
const MAX_PRIORITY = 50
const MAX_KEY_LENGTH = 20
const MAX_VALUE_LENGTH = 100
/** Pairs of a transaction's own metadata. */
const MAX_PAIRS = 15

/** Credits as decimal text, not negative: a number could have lost digits on its way. Null and absent are none. */
export const credits = (kind: 'paid' | 'granted' | 'voided') =>
  z
    .custom<string>()
    .superRefine((sent, context) => {
      if (typeof sent === 'string' && /^\d{1,15}(\.\d{1,30})?$/.test(sent.trim())) return
      for (const message of [`invalid_${kind}_credits`, 'invalid_amount']) context.addIssue({ code: 'custom', message })
    })
    .transform((sent) => sent.trim())
    .nullish()

/** From 1, which is used first, to 50. */
export const priority = () =>
  z
    .custom<number>((sent) => Number.isInteger(sent) && Number(sent) >= 1 && Number(sent) <= MAX_PRIORITY, {
      error: 'value_is_invalid',
    })
    .nullish()

/** A blank name is none. */
export const transactionName = () =>
  anyText({ longest: Number.POSITIVE_INFINITY })
    .refine((sent) => sent.length <= MAX_NAME_LENGTH, { error: 'too_long' })
    .transform((sent) => sent.trim() || null)
    .nullish()

/** A list of keys and values. What is wrong with it is told under `metadata`, wherever it is sent. */
export const metadataPairs = ({ most = MAX_PAIRS } = {}) =>
  z
    .transform((input: unknown, context): MetadataPair[] | null => {
      const read = input === undefined || input === null ? null : readPairs(input, most)
      if (typeof read !== 'string') return read
      context.issues.push({ code: 'custom', message: read, input, path: ['metadata'] })
      return z.NEVER
    })
    .optional()

/** The pairs, or the code of what is wrong with them. */
function readPairs(input: unknown, most: number): MetadataPair[] | string {
  if (!Array.isArray(input)) return 'invalid_type'
  if (input.length > most) return 'too_many_keys'
  const pairs: MetadataPair[] = []
  for (const pair of input as unknown[]) {
    const read = readPair(pair)
    if (typeof read === 'string') return read
    pairs.push(read)
  }
  return pairs
}

function readPair(pair: unknown): MetadataPair | string {
  if (typeof pair !== 'object' || pair === null || Array.isArray(pair)) return 'invalid_key_value_pair'
  const { key, value, ...more } = pair as Record<string, unknown>
  if (key === undefined || value === undefined || Object.keys(more).length > 0) return 'invalid_key_value_pair'
  if (typeof key === 'object' || typeof value === 'object') return 'nested_structure_not_allowed'
  const [name, said] = [String(key).toWellFormed(), String(value).toWellFormed()]
  if (name === '') return 'invalid_key_value_pair'
  if (name.length > MAX_KEY_LENGTH) return 'key_too_long'
  return said.length > MAX_VALUE_LENGTH ? 'value_too_long' : { key: name, value: said }
}

export const moveCredits = z.object({
  paid_credits: credits('paid'),
  granted_credits: credits('granted'),
  voided_credits: credits('voided'),
  voided_transaction_id: anyText()
    .transform((sent) => sent.trim() || null)
    .nullish(),
  name: transactionName(),
  priority: priority(),
  metadata: metadataPairs(),
  invoice_requires_successful_payment: looseBoolean().nullish(),
  ignore_paid_top_up_limits: looseBoolean().nullish(),
  purchase_order_number: purchaseOrderNumber(),
  invoice_custom_section: customSectionChoice(),
})

/** Whose credits move: text, for whatever else is sent names no wallet. */
export const movedWallet = z.object({ wallet_id: text() })
