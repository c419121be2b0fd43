import type { Context } from 'hono'
import { z } from 'zod'
import { MAX_METADATA_KEYS, type Metadata } from '../core/metadata.js'
import { failed, type Result } from '../core/result.js'
import { MAX_METADATA_KEY_LENGTH, MAX_METADATA_VALUE_LENGTH } from '../limits.js'
import { isObject, readBody } from './body.js'
import { validate } from './validate.js'

/** Metadata that are an object of their own; what is wrong with them is told under `value` (API rules, section 9). */
export const metadataObject = () =>
  z.transform((input: unknown, context): Metadata => {
    const read = readMetadata(input)
    if (typeof read !== 'string') return read
    context.issues.push({ code: 'custom', message: read, input, path: ['value'] })
    return z.NEVER
  })

/** The metadata, or the code of what is wrong with them. */
function readMetadata(input: unknown): Metadata | string {
  if (!isObject(input)) return 'value_is_invalid'
  const entries = Object.entries(input)
  if (entries.length > MAX_METADATA_KEYS) return 'invalid_count'
  const read = entries.map(([key, value]) => [key.toWellFormed(), textOf(value)] as const)
  if (read.some(([key]) => key === '')) return 'value_is_mandatory'
  if (read.some(([key]) => key.length > MAX_METADATA_KEY_LENGTH)) return 'value_is_too_long'
  if (read.some(([, value]) => value === undefined)) return 'value_is_invalid'
  if (read.some(([, value]) => (value?.length ?? 0) > MAX_METADATA_VALUE_LENGTH)) return 'value_is_too_long'
  return Object.fromEntries(read.map(([key, value]) => [key, value ?? null]))
}

/** Undefined for what is neither text nor nothing. */
const textOf = (value: unknown): string | null | undefined => {
  if (value === null) return null
  return typeof value === 'string' ? value.toWellFormed() : undefined
}

/** What a request to an owner's metadata sends, without an envelope: nothing, and null, are no entries. */
export async function readSentMetadata(c: Context): Promise<Result<Metadata>> {
  const body = await readBody(c)
  if (!body.ok) return failed(body.failure)
  return validate(metadataObject(), body.value.metadata ?? {})
}
