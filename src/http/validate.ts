import type { z } from 'zod'
import { type FieldErrors, invalid, ok, type Result } from '../core/result.js'

/**
 * Reads `input` by `schema`. What is wrong is told as the API does: the innermost field's name, with its codes. Fields that the
 * schema does not know are passed over.
 */
export function validate<T>(schema: z.ZodType<T>, input: unknown): Result<T> {
  const parsed = schema.safeParse(input)
  return parsed.success ? ok(parsed.data) : invalid(fieldErrors(parsed.error.issues))
}

function fieldErrors(issues: readonly { path: PropertyKey[]; message: string; code?: string }[]): FieldErrors {
  const details: FieldErrors = {}
  for (const issue of issues) {
    const name = issue.path.findLast((part) => typeof part === 'string') ?? 'base'
    // Zod's own wording appears only for the wrong kind of JSON value: an object where a list belongs and the like.
    const code = /^[a-z_]+$/.test(issue.message) ? issue.message : 'value_is_invalid'
    const codes = details[String(name)] ?? []
    details[String(name)] = codes.includes(code) ? codes : [...codes, code]
  }
  return details
}

/** Several refusals as one, fields joined. */
export function mergeErrors(...parts: readonly FieldErrors[]): FieldErrors {
  const merged: FieldErrors = {}
  for (const part of parts) {
    for (const [field, codes] of Object.entries(part))
      merged[field] = [...new Set([...(merged[field] ?? []), ...codes])]
  }
  return merged
}
