/** Every bound of a customer's object, each with its reason. */

/** Characters of one JSON text that is bound to a statement: at most three bytes each, below the 2 MB of a bound value. */
export const MAX_BOUND_TEXT = 500_000

/** Waiting events that are taken over at once: the largest ones together are one D1 answer of some 7 MB. */
export const ADOPTED_AT_ONCE = 100

/**
 * Groups that have a fee of their own on one invoice: while it is computed each takes some 4 KB of the 128 MB that an isolate has,
 * and who reads the invoice is answered all of its fees.
 */
export const MAX_GROUP_FEES = 10_000

/** Members of a counter that are held in memory before they are written: some 25 MB of the 128 that an isolate has. */
export const MAX_BUFFERED_MEMBERS = 200_000
/** States of buckets that are held so: each takes several times the memory of a member. */
export const MAX_BUFFERED_STATES = 40_000
/** Characters of the keys of members or states together: a value may be as long as an event's properties. */
export const MAX_BUFFERED_TEXT = 8_000_000

/** Pairs of subscription and code whose counters are held in memory. A cache: what is dropped is read again. */
export const MAX_LIVE_STREAMS = 2_000
/** Characters of the definitions of these counters, before another stream is read: in memory they take about ten times as much. */
export const MAX_LIVE_DEFINITIONS = 2_000_000
/** States of buckets that are remembered between events, of all counters together: some 10 MB. */
export const MAX_LIVE_STATES = 20_000
/** Characters of their buckets' keys. */
export const MAX_LIVE_STATES_TEXT = 2_000_000

/** Stale buckets that are built again by themselves; with more of them the counter as a whole is. */
export const MAX_REBUILT_BUCKETS = 20_000

/** Buckets of an answer that is not kept as a counter: all are in memory at once. */
export const MAX_SCANNED_BUCKETS = 100_000

/**
 * The share of the log from which on it is read from end to end, rather than through the index by time: in a log that did not
 * arrive in the order of time, a row that the index leads to costs as much as dozens in a row.
 */
export const SCANNED_SHARE = 1 / 16

/**
 * How long a counter outlives its window, in milliseconds: while drafts and late bills may still ask for it. Later it
 * would only be in the way of every event; who still asks has it built again.
 */
export const COUNTER_KEPT_MS = 100 * 86_400_000

/**
 * Events of a fee's window that are folded again to explain it: at some ten microseconds each they take a third of the 30 seconds
 * of one call, and none of them is kept in memory. Beyond, the fee is not made again.
 */
export const MAX_EXPLAINED_EVENTS = 1_000_000
/** The same of a fee in advance: what was received before its event has to be sorted anew for each slice. */
export const MAX_EXPLAINED_IN_ADVANCE = 100_000
/** Events that are folded again without a pause: the others wait for some 100 ms. */
export const EXPLAINED_AT_ONCE = 10_000

/** Events that are read for charging at once: with fees and invoices some 300 statements a charge, of the 1,000 of one call. */
export const EVENTS_CHARGED_AT_ONCE = 50
/** Events whose fees are one commit. */
export const EVENTS_PER_COMMIT = 20
/** Events between two writes while a ledger is built: their states are held in memory. */
export const LEDGER_EVENTS_AT_ONCE = 10_000
/**
 * How long an object that takes events goes without asking D1 what is paid in advance, in milliseconds. A charge that is added to
 * a plan in between charges the events of that time late, not less.
 */
export const STREAMS_KEPT_MS = 60_000
/**
 * How long after a look at what wallets will have to pay the next one is, in milliseconds, while events come: each asks D1, and prices all usage
 * of the running periods, which takes some tenths of a millisecond for each fee that it would make.
 */
export const WALLET_REFRESH_MS = 1_000
export const WALLET_REFRESH_MS_PER_FEE = 2
/** When the alarm looks after events that should have been charged at once, in milliseconds; and the longest it waits after failures. */
export const CHARGE_ALARM_MS = 30_000
export const LONGEST_CHARGE_WAIT_MS = 3_600_000
