/** Every bound of a customer's object, each with its reason. */

/** Characters of one JSON text that is bound to a statement: at most three bytes each, below the 2 MB of a bound value. */
export const MAX_BOUND_TEXT = 500_000

/** Waiting events that are taken over at once: the largest ones together are one D1 answer of some 7 MB. */
export const ADOPTED_AT_ONCE = 100

/** Members of a counter that are held in memory before they are written: some 25 MB of the 128 that an isolate has. */
export const MAX_BUFFERED_MEMBERS = 200_000
/** Characters of these members together: a value may be as long as an event's properties. */
export const MAX_BUFFERED_TEXT = 8_000_000

/** Pairs of subscription and code whose counters are held in memory. A cache: what is dropped is read again. */
export const MAX_LIVE_STREAMS = 2_000

/**
 * How long a counter outlives its window, in milliseconds: while drafts and late bills may still ask for it. Later it
 * would only be in the way of every event; who still asks has it built again.
 */
export const COUNTER_KEPT_MS = 100 * 86_400_000
