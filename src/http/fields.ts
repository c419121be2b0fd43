import { z } from 'zod'
import { BILLING_TIMES } from '../core/catalog.js'
import { CURRENCIES } from '../core/money/currencies.js'
import { Decimal } from '../core/money/decimal.js'
import { parseDateTime } from '../core/time/instants.js'
import { isKnownZone } from '../core/time/zones.js'
import { MAX_AMOUNT_CENTS, MAX_CODE_LENGTH, MAX_DAYS, MAX_ORDER_NUMBER_LENGTH, MAX_TEXT_LENGTH } from '../limits.js'
import { COUNTRIES, DOCUMENT_LOCALES } from './closed_lists.js'

/**
 * The kinds of fields that requests are made of, each reading what the API reads and refusing with the API's code. A field by
 * itself is mandatory in the sense that absent or null is refused; `.optional()` lets it be absent ("leave as it is"),
 * `.nullish()` also null ("take away").
 */

/** A check that gives the value in its proper form, or the code of the refusal. */
type Reading<T> = { readonly value: T } | { readonly code: string }

const MANDATORY = { code: 'value_is_mandatory' } as const

function field<T>(read: (input: unknown) => Reading<T>): z.ZodType<T, T> {
  return z.transform((input: unknown, context): T => {
    const reading = read(input)
    if ('value' in reading) return reading.value
    context.issues.push({ code: 'custom', message: reading.code, input })
    return z.NEVER
    // With `unknown` as its input type, zod would take an object's field for one that may be absent.
  }) as unknown as z.ZodType<T, T>
}

/** Text; numbers are kept as text. Neither blank nor longer than `longest`. */
export function text({ longest = MAX_TEXT_LENGTH, trimmed = false }: { longest?: number; trimmed?: boolean } = {}) {
  return field<string>((input) => {
    const sent = typeof input === 'number' || typeof input === 'boolean' ? String(input) : input
    if (sent === undefined || sent === null) return MANDATORY
    if (typeof sent !== 'string') return { code: 'value_is_invalid' }
    if (sent.trim() === '') return MANDATORY
    if (sent.length > longest) return { code: 'value_is_too_long' }
    // Half surrogate pairs are not kept by the database: what is stored must be what is looked for.
    return { value: (trimmed ? sent.trim() : sent).toWellFormed() }
  })
}

/** Text that may also be empty: descriptions, addresses, names. */
export function anyText({ longest = MAX_TEXT_LENGTH }: { longest?: number } = {}) {
  return field<string>((input) => {
    const sent = typeof input === 'number' || typeof input === 'boolean' ? String(input) : input
    if (typeof sent !== 'string') return { code: 'value_is_invalid' }
    return sent.length > longest ? { code: 'value_is_too_long' } : { value: sent.toWellFormed() }
  })
}

export const code = () => text({ longest: MAX_CODE_LENGTH })

/** One of a closed list of words. Absent or null is refused like any other word, as the API does. */
export function oneOf<const T extends string>(words: readonly T[], refusal = 'value_is_invalid') {
  return field<T>((input) => {
    const found = words.find((word) => word === input)
    return found === undefined ? { code: refusal } : { value: found }
  })
}

export const billingTime = () => oneOf(BILLING_TIMES)

/** "false", "0", "", 0 and null are false; everything else is true. */
export const looseBoolean = () =>
  field<boolean>((input) => ({
    value: ![false, 0, null, undefined, '', 'false', 'f', '0', 'off'].includes(input as never),
  }))

/** A whole number, as JSON number or text, within bounds (both included). */
export function whole({ least, most }: { least: number; most: number }) {
  return field<number>((input) => {
    if (input === undefined || input === null || input === '') return MANDATORY
    const value = typeof input === 'string' && /^-?\d{1,15}$/.test(input) ? Number(input) : input
    if (typeof value !== 'number' || !Number.isInteger(value)) return { code: 'value_is_invalid' }
    return value < least || value > most ? { code: 'value_is_out_of_range' } : { value }
  })
}

export const amountCents = () => whole({ least: 0, most: MAX_AMOUNT_CENTS })
export const days = () => whole({ least: 0, most: MAX_DAYS })

/** A decimal as number or text, kept as text. */
export function decimal({ least = '0', most = '1000000000000' }: { least?: string; most?: string } = {}) {
  return field<string>((input) => {
    if (input === undefined || input === null || input === '') return MANDATORY
    const sent = typeof input === 'number' ? String(input) : input
    if (typeof sent !== 'string' || !/^-?\d{1,30}(\.\d{1,30})?([eE][+-]?\d{1,2})?$/.test(sent.trim())) {
      return { code: 'value_is_invalid' }
    }
    const value = new Decimal(sent.trim())
    return value.lt(least) || value.gt(most) ? { code: 'value_is_out_of_range' } : { value: value.toFixed() }
  })
}

export const currency = ({ anyCase = false }: { anyCase?: boolean } = {}) =>
  field<string>((input) => {
    const sent = anyCase && typeof input === 'string' ? input.toUpperCase() : input
    return typeof sent === 'string' && Object.hasOwn(CURRENCIES, sent) ? { value: sent } : { code: 'value_is_invalid' }
  })

export const timezone = () =>
  field<string>((input) =>
    typeof input === 'string' && isKnownZone(input) ? { value: input } : { code: 'invalid_timezone' },
  )

/** ISO 3166 alpha-2 in any case, kept in upper case. */
export const country = () =>
  field<string>((input) => {
    const upper = typeof input === 'string' ? input.toUpperCase() : ''
    return COUNTRIES.has(upper) ? { value: upper } : { code: 'not_a_valid_country_code' }
  })

export const documentLocale = () =>
  field<string>((input) =>
    typeof input === 'string' && DOCUMENT_LOCALES.has(input) ? { value: input } : { code: 'not_a_valid_language_code' },
  )

/** One address or several separated by commas; invisible characters are taken out first. Empty text is no address. */
export const email = () =>
  field<string | null>((input) => {
    if (typeof input !== 'string' || input.length > MAX_TEXT_LENGTH) return { code: 'invalid_email_format' }
    // All kinds of spaces but the ordinary one are as invisible as joiners and marks.
    const visible = input.replace(/[\p{Cf}\p{Cc}]|(?! )\p{Zs}/gu, '').trim()
    if (visible === '') return { value: null }
    const addresses = visible.split(',').map((address) => address.trim())
    return addresses.every((address) => /^[^\s@,]+@[^\s@,.]+(\.[^\s@,.]+)*$/.test(address))
      ? { value: addresses.join(',') }
      : { code: 'invalid_email_format' }
  })

export const httpUrl = () =>
  field<string>((input) =>
    typeof input === 'string' && input.length <= MAX_TEXT_LENGTH && /^https?:$/.test(protocolOf(input))
      ? { value: input }
      : { code: 'url_is_invalid' },
  )

/** An ISO 8601 date-time, as epoch milliseconds. */
export const dateTime = () =>
  field<number>((input) => {
    const at = typeof input === 'string' ? parseDateTime(input) : null
    return at === null ? { code: 'invalid_date' } : { value: at }
  })

/** Trimmed, and a blank one is none. */
export const purchaseOrderNumber = () =>
  anyText({ longest: MAX_ORDER_NUMBER_LENGTH })
    .transform((sent) => sent.trim() || null)
    .nullish()

/** A list; a single value where a list belongs is a list of one. */
export function listOf<T>(member: z.ZodType<T>, { most }: { most: number }) {
  return z.preprocess(
    (input) => (Array.isArray(input) || input === undefined || input === null ? input : [input]),
    z.array(member, { error: 'must_be_an_array' }).max(most, { error: 'invalid_count' }),
  )
}

function protocolOf(text: string): string {
  return URL.parse(text)?.protocol ?? ''
}
