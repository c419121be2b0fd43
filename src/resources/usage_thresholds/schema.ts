import { z } from 'zod'
import { anyText, listOf, looseBoolean } from '../../http/fields.js'
import { MAX_AMOUNT_CENTS, MAX_USAGE_THRESHOLDS } from '../../limits.js'
import type { SentThreshold } from './terms.js'

const threshold = z.object({
  amount_cents: z.unknown().optional(),
  recurring: looseBoolean().nullish(),
  threshold_display_name: anyText().nullish(),
})

/** The whole list of a plan's or a subscription's thresholds (invoicing rules, section 9). */
export const usageThresholds = () =>
  listOf(threshold, { most: MAX_USAGE_THRESHOLDS })
    .transform((sent, context): SentThreshold[] => {
      const refuse = (message: string, path: string[] = []) =>
        context.issues.push({ code: 'custom', message, input: sent, path })
      const list = sent ?? []
      if (list.some(({ amount_cents: cents }) => cents === undefined || cents === null)) refuse('missing_amount_cents')
      else if (!list.every(({ amount_cents: cents }) => isAmount(cents)))
        refuse('value_is_out_of_range', ['amount_cents'])
      if (list.filter(({ recurring }) => recurring).length > 1) refuse('multiple_recurring_thresholds')
      const keys = list.map(({ amount_cents: cents, recurring }) => `${cents} ${recurring ?? false}`)
      if (new Set(keys).size < keys.length) refuse('duplicated_values')
      return list as SentThreshold[]
    })
    .optional()

const isAmount = (cents: unknown): boolean =>
  typeof cents === 'number' && Number.isSafeInteger(cents) && cents > 0 && cents <= MAX_AMOUNT_CENTS
