import { z } from 'zod'
import { ALL_FILTER_VALUES } from '../../core/catalog.js'
import { isObject } from '../../http/body.js'
import { anyText } from '../../http/fields.js'

export type FilterValues = Record<string, string[]>

/**
 * By key of the metric's filters, a list of values; a single value is a list of one. Whether the metric lists them is seen when it
 * is known. What stands for all values stands alone.
 */
const filterValues = z.transform((sent: unknown, context): FilterValues => {
  const read = isObject(sent) ? Object.entries(sent).map(([key, list]) => [key, textsOf(list)] as const) : []
  const absent = sent === undefined || sent === null || sent === ''
  const refuse = (message: string) => {
    context.issues.push({ code: 'custom', message, input: sent })
    return z.NEVER
  }
  if (!isObject(sent) && !absent) return refuse('value_is_invalid')
  if (read.length === 0 || read.some(([, list]) => list?.length === 0)) return refuse('value_is_mandatory')
  const lists = read.flatMap(([key, list]) => (list === null ? [] : [[key, list] as const]))
  // Not by assignment, which would lose a key that is named like a part of every object.
  return lists.length < read.length ? refuse('value_is_invalid') : Object.fromEntries(lists)
  // With `unknown` as its input type, zod would take the field for one that may be absent.
}) as unknown as z.ZodType<FilterValues, FilterValues>

const fields = {
  invoice_display_name: anyText().nullish(),
  /** Read by the charge's model. */
  properties: z.unknown().optional(),
}

export const newFilter = z.object({ ...fields, values: filterValues })
/** The values are what a filter is: they stay, and are passed over. */
export const changedFilter = z.object(fields)

export type FilterInput = z.infer<typeof newFilter>
export type ChangedFilterInput = z.infer<typeof changedFilter>

/** Null for what is no list of texts. */
function textsOf(sent: unknown): string[] | null {
  const list = Array.isArray(sent) ? sent : sent === null ? [] : [sent]
  const texts = list.flatMap((value) =>
    typeof value === 'string' ? [value.toWellFormed()] : typeof value === 'number' ? [String(value)] : [],
  )
  if (texts.length < list.length) return null
  return texts.includes(ALL_FILTER_VALUES) ? [ALL_FILTER_VALUES] : [...new Set(texts)]
}
