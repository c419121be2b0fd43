import type { ChargeModel, ParsedProperties } from './charge_model.js'
import { MAX_GROUP_KEY_LENGTH, MAX_GROUP_KEYS, MAX_PRESENTATION_KEYS } from './limits.js'
import { accepted, isEmptyProperties, isObject } from './properties.js'

/** The properties of a charge or filter: those of its model and, beside them, the group keys. */
type Properties = Readonly<Record<string, unknown>>

/** A property that usage is broken down by without being priced apart. */
export interface PresentationKey {
  readonly value: string
  /** Whether invoices show the breakdown. */
  readonly displayInInvoice: boolean
}

/** As they are stored and answered. Options that were not given are left out. */
type StoredPresentationKey = {
  readonly value: string
  readonly options?: { readonly display_in_invoice?: boolean }
}

/** What a list of keys comes to: the keys, or the code that refuses it. */
type Keys<T> = { readonly keys: readonly T[] } | { readonly code: string }

const PRICING = 'pricing_group_keys'
/** What pricing group keys were called before. */
const PRICING_OLD = 'grouped_by'
const PRESENTATION = 'presentation_group_keys'

/**
 * Checks the properties of a request, those of the model and the group keys (metering rules, sections 3 to 5), and gives them in
 * their canonical form: group keys under `pricing_group_keys` and `presentation_group_keys`, each only when there are any. A
 * charge without any properties takes the model's defaults. Those of a filter are never completed, and its presentation keys are
 * dropped. Group keys refuse with `invalid_type`, `too_many_keys` and `value_is_duplicated`, beside the codes of the model.
 */
export function parseChargeProperties(
  model: ChargeModel,
  input: unknown,
  kind: 'charge' | 'filter',
): ParsedProperties<Properties> {
  // Every model passes group keys over. One is enough for it to see properties that are not empty, so that nothing is filled in.
  const given = kind === 'filter' && isEmptyProperties(input) ? { [PRICING]: null } : input
  const prices = model.parseProperties(given)
  const fields = isObject(input) ? input : {}
  const pricing = readPricingKeys(fields[PRICING] ?? fields[PRICING_OLD] ?? null)
  const presentation = readPresentationKeys(kind === 'filter' ? null : (fields[PRESENTATION] ?? null))
  if (!prices.ok || 'code' in pricing || 'code' in presentation) {
    const codes = [prices.ok ? [] : prices.codes, codeOf(pricing), codeOf(presentation)].flat()
    return { ok: false, codes: [...new Set(codes)] }
  }
  return accepted({
    ...prices.properties,
    ...(pricing.keys.length > 0 && { [PRICING]: pricing.keys }),
    ...(presentation.keys.length > 0 && { [PRESENTATION]: presentation.keys }),
  })
}

/** The properties of events by which usage is priced apart, of properties in their canonical form. */
export function groupKeysOf(properties: Properties): readonly string[] {
  return (properties[PRICING] ?? []) as readonly string[]
}

/** Canonical properties that price usage apart by one more property of events. */
export function withGroupKey(properties: Properties, key: string): Properties {
  return { ...properties, [PRICING]: [...new Set([...groupKeysOf(properties), key])] }
}

/** What usage is broken down by, of properties in their canonical form. */
export function presentationKeysOf(properties: Properties): readonly PresentationKey[] {
  const stored = (properties[PRESENTATION] ?? []) as readonly StoredPresentationKey[]
  return stored.map(({ value, options }) => ({ value, displayInInvoice: options?.display_in_invoice ?? false }))
}

/** Canonical properties with the group keys of others in place of their own. */
export function withGroupKeysOf(properties: Properties, source: Properties): Properties {
  const { [PRICING]: _pricing, [PRESENTATION]: _presentation, ...prices } = properties
  return {
    ...prices,
    ...(source[PRICING] !== undefined && { [PRICING]: source[PRICING] }),
    ...(source[PRESENTATION] !== undefined && { [PRESENTATION]: source[PRESENTATION] }),
  }
}

/** Canonical properties as the API answers them: group keys under both of their names. */
export function shownProperties(properties: Properties): Properties {
  const keys = groupKeysOf(properties)
  return keys.length === 0 ? properties : { ...properties, [PRICING_OLD]: keys }
}

const codeOf = (keys: Keys<unknown>): string[] => ('code' in keys ? [keys.code] : [])

/** Keys that are named twice count once: a group has one value for each. */
function readPricingKeys(input: unknown): Keys<string> {
  if (input === null) return { keys: [] }
  if (!Array.isArray(input) || !input.every(isKeyName)) return { code: 'invalid_type' }
  const keys = [...new Set(input)]
  return keys.length > MAX_GROUP_KEYS ? { code: 'too_many_keys' } : { keys }
}

function readPresentationKeys(input: unknown): Keys<StoredPresentationKey> {
  if (input === null) return { keys: [] }
  if (!Array.isArray(input)) return { code: 'invalid_type' }
  if (input.length > MAX_PRESENTATION_KEYS) return { code: 'too_many_keys' }
  const keys = input.map(presentationKey).filter((key) => key !== null)
  if (keys.length < input.length) return { code: 'invalid_type' }
  const names = new Set(keys.map(({ value }) => value))
  return names.size < keys.length ? { code: 'value_is_duplicated' } : { keys }
}

function presentationKey(input: unknown): StoredPresentationKey | null {
  if (!isObject(input) || !hasOnly(input, ['value', 'options']) || !isKeyName(input.value)) return null
  const { value } = input
  const options = input.options ?? null
  if (options === null) return { value }
  if (!isObject(options) || !hasOnly(options, ['display_in_invoice'])) return null
  const shown = options.display_in_invoice ?? null
  if (shown === null) return { value }
  return typeof shown === 'boolean' ? { value, options: { display_in_invoice: shown } } : null
}

const hasOnly = (input: Properties, names: readonly string[]): boolean =>
  Object.keys(input).every((name) => names.includes(name))

/** Half surrogate pairs are refused: they would not be kept as they are. */
function isKeyName(input: unknown): input is string {
  if (typeof input !== 'string') return false
  return input.trim() !== '' && input.length <= MAX_GROUP_KEY_LENGTH && input.isWellFormed()
}
