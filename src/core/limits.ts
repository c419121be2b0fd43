/** Every bound of the pure core, each with its reason. Bounds of the service's edges stand in `src/limits.ts`. */

/**
 * Longest text, in characters, that counts as a plain decimal number. No measurement needs more, and it is what keeps
 * arithmetic exact: a sum of such numbers spans at most twice as many digits, whatever their sizes.
 */
export const MAX_NUMERIC_TEXT = 64

/** Farthest moment from 1970, in seconds either way: the range that a JavaScript Date can show. */
export const MAX_TIMESTAMP_SECONDS = 8_640_000_000_000

/**
 * Longest transaction id, code and external id of an event, in UTF-16 units: parts of index keys. Not below what codes and
 * external ids may have elsewhere, or the events of a subscription could not name it.
 */
export const MAX_EVENT_ID_LENGTH = 255
/** Largest properties of one event, as UTF-8 bytes of their JSON text: a hundred thousand such events fit in an object's storage. */
export const MAX_PROPERTIES_BYTES = 65_536
/** Lists and objects inside one another in an event's properties: writing JSON text is recursive, and the stack is not endless. */
export const MAX_PROPERTIES_DEPTH = 64

/** Longest expression, in characters: it is evaluated for every event, and its operators bound the evaluator's recursion. */
export const MAX_EXPRESSION_LENGTH = 2_048
/** Parentheses, calls and signs inside one another in an expression: the parser is recursive. */
export const MAX_EXPRESSION_DEPTH = 64
/** Longest text that an expression may make, in characters: `concat` repeats properties, which can be large. */
export const MAX_EXPRESSION_TEXT = 4_096
/** Decimal places of a computed number whose exact form is too long to be a plain number (1/3). */
export const EXPRESSION_PLACES = 20
/** Decimal places (to the left, if negative) that a number can be rounded to: beyond the longest number nothing is left to round. */
export const MAX_ROUNDING_PLACES = 64
