/** The bounds of charge properties, each with its reason. */

/** Ranges of one charge: they are stored, answered and walked as a whole. */
export const MAX_RANGES = 1_000

/** Characters of a price, rate or allowance: read before anything is computed from it. */
export const MAX_DECIMAL_TEXT = 64
/** Digits before the point of a price, rate or allowance. */
export const MAX_INTEGER_DIGITS = 18
/**
 * Decimal places of a price, rate, allowance or range bound. With MAX_INTEGER_DIGITS it keeps a price times the longest
 * number that an event may carry (63 digits) within the 100 digits that decimals are computed with, hence exact, and it is
 * what "1e1000000" and "1e-1000000" fail on.
 */
export const MAX_DECIMAL_PLACES = 18

/** Properties that usage is grouped by: each of a charge's buckets is named by a value of every one of them. */
export const MAX_GROUP_KEYS = 20
/** Characters of such a property's name. */
export const MAX_GROUP_KEY_LENGTH = 255
/** Lago's own bound of the properties that a charge's usage is broken down by. */
export const MAX_PRESENTATION_KEYS = 2
