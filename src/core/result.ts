/**
 * An expected failure, as a value. `http/errors.ts` turns each kind into Lago's error body; a broken invariant is
 * not a failure but throws.
 */
export type Failure =
  | { readonly kind: 'bad_request'; readonly message: string }
  | { readonly kind: 'unauthorized' }
  /** What the key may not do, or what does not apply here. */
  | { readonly kind: 'forbidden'; readonly code: string }
  /** `thing` is the singular name of what is missing: `plan` answers `plan_not_found`. */
  | { readonly kind: 'not_found'; readonly thing: string }
  /** The state of the object does not allow it. */
  | { readonly kind: 'not_allowed'; readonly code: string }
  /** Values are wrong: innermost field to codes, or (expressions only) a plain text. */
  | { readonly kind: 'invalid'; readonly details: ErrorDetails }
  | { readonly kind: 'too_large' }
  /** Another call took a key in the same moment; the caller looks again. What is left of it at the edge is `value_already_exist`. */
  | { readonly kind: 'taken'; readonly field: string }

export type FieldErrors = Record<string, string[]>
export type ErrorDetails = FieldErrors | Record<string, FieldErrors | string> | string

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const failed = (failure: Failure): Result<never> => ({ ok: false, failure })
export const notFound = (thing: string): Result<never> => failed({ kind: 'not_found', thing })
export const notAllowed = (code: string): Result<never> => failed({ kind: 'not_allowed', code })
export const invalid = (details: ErrorDetails): Result<never> => failed({ kind: 'invalid', details })
