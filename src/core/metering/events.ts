import { MAX_EVENT_ID_LENGTH, MAX_PROPERTIES_BYTES, MAX_PROPERTIES_DEPTH, MAX_TIMESTAMP_SECONDS } from '../limits.js'
import { Decimal } from '../money/decimal.js'
import type { FieldErrors } from '../result.js'
import { isPlainDecimal, numberText } from './property.js'

/** An event as it was sent, checked, before it is stored. Plain JSON. */
export interface NewEvent {
  readonly transactionId: string
  readonly code: string
  /** Null: the event belongs to nobody, unless a customer is named. */
  readonly externalSubscriptionId: string | null
  /** The older way to address an event; of no meaning beside a subscription. */
  readonly externalCustomerId: string | null
  /** Epoch microseconds, an integer. Beyond the year 2255 its last digits are lost. */
  readonly at: number
  readonly properties: Readonly<Record<string, unknown>>
  /** Plain decimal text; used by dynamic charges. */
  readonly preciseTotalAmountCents: string | null
}

export type ParsedEvent =
  | { readonly ok: true; readonly event: NewEvent }
  | { readonly ok: false; readonly errors: FieldErrors }

type Field<T> = { readonly value: T } | { readonly error: string }

/**
 * Reads one event of a request (metering rules, section 1) and reports all that is wrong with it. Whether what it names
 * exists is not asked.
 *
 * @param input anything that JSON can hold; what is no object lacks every field.
 * @param now time of reception in epoch milliseconds, for events that do not say when they happened.
 */
export function parseEvent(input: unknown, now: number): ParsedEvent {
  const sent = isObject(input) ? input : {}
  const errors: FieldErrors = {}
  function take<T>(name: string, read: (value: unknown) => Field<T>): T | undefined {
    const field = read(Object.hasOwn(sent, name) ? sent[name] : null)
    if ('value' in field) return field.value
    errors[name] = [field.error]
    return undefined
  }

  const event: { [K in keyof NewEvent]: NewEvent[K] | undefined } = {
    transactionId: take('transaction_id', mandatoryId),
    code: take('code', mandatoryId),
    externalSubscriptionId: take('external_subscription_id', optionalId),
    externalCustomerId: take('external_customer_id', optionalId),
    at: take('timestamp', (value) => timestamp(value, now)),
    properties: take('properties', eventProperties),
    preciseTotalAmountCents: take('precise_total_amount_cents', preciseAmount),
  }
  // Without an error every field has been read.
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, event: event as NewEvent }
}

/** Seconds from 1970 on that are surely below {@link MAX_TIMESTAMP_SECONDS}. */
const FEW_DIGITS = /^\d{1,12}$/

/**
 * Seconds since 1970, a number or numeric text, as epoch microseconds. Digits beyond the microsecond are cut off towards the
 * past, so that they never carry an event into the next period.
 */
function timestamp(sent: unknown, now: number): Field<number> {
  if (sent === null || sent === undefined) return { value: now * 1000 }
  const text = decimalText(sent)
  if (text === null) return { error: 'invalid_format' }
  const [whole = '', fraction = ''] = text.split('.')
  // In most of them the point is moved as text: as exact as decimal arithmetic, and far cheaper.
  if (FEW_DIGITS.test(whole)) return { value: Number(whole + fraction.slice(0, 6).padEnd(6, '0')) }
  const seconds = new Decimal(text)
  if (seconds.abs().gt(MAX_TIMESTAMP_SECONDS)) return { error: 'invalid_format' }
  // Adding 0 makes a negative zero an ordinary one.
  return { value: seconds.times(1_000_000).floor().toNumber() + 0 }
}

function preciseAmount(sent: unknown): Field<string | null> {
  if (sent === null || sent === undefined) return { value: null }
  const text = decimalText(sent)
  return text === null ? { error: 'invalid_value' } : { value: text }
}

function mandatoryId(sent: unknown): Field<string> {
  const id = optionalId(sent)
  if ('value' in id && id.value === null) return { error: 'value_is_mandatory' }
  return id as Field<string>
}

/** Text, or a number that becomes text. Blank is absent; anything else is kept as it is, spaces included. */
function optionalId(sent: unknown): Field<string | null> {
  if (sent === null || sent === undefined) return { value: null }
  const text = typeof sent === 'number' ? numberText(sent) : sent
  // Half surrogate pairs are not kept apart by stores: two ids would become one.
  if (typeof text !== 'string' || !text.isWellFormed()) return { error: 'value_is_invalid' }
  if (text.trim() === '') return { value: null }
  return text.length > MAX_EVENT_ID_LENGTH ? { error: 'value_is_too_long' } : { value: text }
}

function eventProperties(sent: unknown): Field<Record<string, unknown>> {
  if (sent === null || sent === undefined) return { value: {} }
  if (!isObject(sent) || isDeeperThan(sent, MAX_PROPERTIES_DEPTH)) return { error: 'value_is_invalid' }
  const text = JSON.stringify(sent)
  return isLongerThan(text, MAX_PROPERTIES_BYTES) ? { error: 'value_is_too_long' } : { value: sent }
}

/** Whether a text takes more bytes as UTF-8. Every UTF-16 unit takes one to three: so few texts have to be encoded. */
function isLongerThan(text: string, bytes: number): boolean {
  if (text.length > bytes) return true
  return text.length * 3 > bytes && new TextEncoder().encode(text).length > bytes
}

/** Level by level instead of recursively: it has to stand any depth. */
function isDeeperThan(root: object, depth: number): boolean {
  let level: object[] = [root]
  for (let i = 0; i < depth && level.length > 0; i++) {
    level = level.flatMap((container) => Object.values(container).filter((value) => typeof value === 'object' && value))
  }
  return level.length > 0
}

/** The text of a JSON number or of numeric text, as sent; null for anything else. */
function decimalText(sent: unknown): string | null {
  const text = typeof sent === 'number' ? numberText(sent) : sent
  return typeof text === 'string' && isPlainDecimal(text) ? text : null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
