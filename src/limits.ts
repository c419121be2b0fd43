/** Every bound of the service's edges, each with its reason. Bounds of the pure core stand in `core/limits.ts`. */

/** The largest request body. A hundred events of the largest properties do not need more; an isolate has 128 MB for all its requests. */
export const MAX_BODY_BYTES = 2_000_000

/** Lago's own bound for one batch. */
export const MAX_EVENTS_PER_BATCH = 100

/** Times that one event may be amended: every version is kept, and all of them are one answer of some 3 MB. */
export const MAX_EVENT_AMENDMENTS = 50

export const DEFAULT_PER_PAGE = 100
/** One page is one D1 answer and one JSON text in memory. */
export const MAX_PER_PAGE = 1_000
/** Deeper pages would make SQLite walk past millions of rows. */
export const MAX_PAGE = 1_000_000

/** How long an isolate may go on trusting what it has read of a key, in milliseconds: a revoked key lives that much longer. */
export const API_KEY_CACHE_MS = 10_000
/** How long it may trust whose a subscription is: the customer's object refuses what is not its own, so this bounds only memory. */
export const SUBSCRIPTION_CACHE_MS = 60_000
/** How long it may trust a metric's expression: an edited expression takes effect everywhere within that time. */
export const METRIC_CACHE_MS = 10_000
/** Entries of each of these caches, against memory. */
export const MAX_CACHE_ENTRIES = 10_000

/** Columns of text that the API does not bound itself: generous for people, small against a row's 2 MB. */
export const MAX_TEXT_LENGTH = 4_096
/** Codes and external ids are parts of index keys. */
export const MAX_CODE_LENGTH = 255

/** The largest amount in minor units that is accepted as input: sums of many stay below 2^53. */
export const MAX_AMOUNT_CENTS = 1_000_000_000_000
/** Coming events, and invoices, that one timeline shows. */
export const MAX_TIMELINE_EVENTS = 1_000
/** How far a timeline looks ahead unless it is asked for another end, in milliseconds: a year and a day. */
export const TIMELINE_MS = 366 * 86_400_000

/** Days of a payment term or a grace period. */
export const MAX_DAYS = 10_000
/** Charges of one plan: a bill run loads them all in one batch. */
export const MAX_CHARGES_PER_PLAN = 500
/** Fixed charges of one plan, for the same reason. */
export const MAX_FIXED_CHARGES_PER_PLAN = 500
/** Keys of a metric's filters, and values of one key. */
export const MAX_FILTER_KEYS = 20
export const MAX_FILTER_VALUES = 10_000
/** Characters of such a key or value. */
export const MAX_FILTER_VALUE_LENGTH = 255
/** The filters of one metric as UTF-8 bytes of their JSON text: they are one column of a row, and a row holds 2 MB. */
export const MAX_METRIC_FILTERS_BYTES = 1_000_000
/** Filters of one charge: they are answered with it, in one answer. */
export const MAX_FILTERS_PER_CHARGE = 5_000
/** Characters of JSON text in the values and properties of all filters of a plan: a bill run loads them all in one batch. */
export const MAX_FILTER_TEXT_PER_PLAN = 4_000_000
/** Characters of JSON text that one parameter of a statement carries: D1 takes 2 MB of UTF-8. */
export const MAX_PARAMETER_TEXT = 500_000
/** What stands for a pricing unit wherever a currency's code would: Lago's own bound. */
export const MAX_SHORT_NAME_LENGTH = 3
/** Different terms of copies of a charge that one query reads for a cascade: properties may be some 100 kB long. */
export const CASCADED_TERMS_PER_PAGE = 200
/** Billing entities of one organization: every command of a customer loads them all. */
export const MAX_BILLING_ENTITIES = 100
/** Plans or metrics that one coupon is limited to: they are read with every customer who has it. */
export const MAX_COUPON_TARGETS = 100
/** Coupons that a customer can have at a time: each is spread over all fees of an invoice. */
export const MAX_ACTIVE_COUPONS = 100
/** Invoices that a recurring coupon can be given for. */
export const MAX_COUPON_INVOICES = 10_000
/** Credits, the last ones, that are answered with one applied coupon of a listing. */
export const MAX_LISTED_CREDITS = 100
/** Thresholds of one plan or subscription. */
export const MAX_USAGE_THRESHOLDS = 100
/** Paid fees that one run or end collects, some 2 KB of memory each: what is left is collected by the next run. */
export const MAX_COLLECTED_FEES = 10_000
/** Fees of progressive invoices before the last one of a running period that are read with a customer: some 2 MB. */
export const MAX_EARLIER_PROGRESSIVE_FEES = 5_000
/** Of purchase order numbers: Lago's own bound. */
export const MAX_ORDER_NUMBER_LENGTH = 255
/** Custom sections of one organization: all of them are read with every customer. */
export const MAX_CUSTOM_SECTIONS = 100
/** Add-ons that one request bills. */
export const MAX_ONE_OFF_FEES = 500
/** Fees that one request names of a void invoice that is to be made anew. */
export const MAX_REGENERATED_FEES = 2_000
/** Items of one credit note: they are answered with their fees, in one answer. */
export const MAX_CREDIT_NOTE_ITEMS = 2_000
/** Characters of a key and a value in the metadata of plans, wallets and credit notes: Lago's own bounds. */
export const MAX_METADATA_KEY_LENGTH = 100
export const MAX_METADATA_VALUE_LENGTH = 255
/** Fees of one draft that can be set by hand: every command of the customer reads what was set. */
export const MAX_ADJUSTED_FEES = 1_000
/** Subscriptions of one preview: each is billed as its run would. */
export const MAX_PREVIEWED_SUBSCRIPTIONS = 100
/** Taxes named by one customer, plan or charge. */
export const MAX_TAXES_PER_OWNER = 50

/** Customers that one page of a run looks up; each becomes a queue message or one call. */
export const DUE_CUSTOMERS_PER_PAGE = 100
/** Customers to whom one request has their due work done at once; the cron does that of the others. */
export const MAX_CUSTOMERS_ENQUEUED_AT_ONCE = 1_000
/** Final invoices that one seal covers: a proof reads them all, and hashes their customers anew. */
export const MAX_INVOICES_PER_SEAL = 2_000
/** Seals that one run makes: each takes two round trips to D1, of which one run may make a thousand. */
export const MAX_SEALS_PER_RUN = 300
/** Longest error text that a parked customer keeps. */
export const MAX_ERROR_TEXT = 2_000
/** Calls to customers' objects that one request or run has under way at once. */
export const CALLS_AT_ONCE = 6

/** How long the first of the requests for one customer's object waits for others that may share its call, in milliseconds. */
export const GROUP_OPEN_MS = 1
/** How long after a request others are expected to follow it, in milliseconds: a customer whose requests are rarer gains nothing by waiting. */
export const BUSY_MS = 20
/**
 * Events with which such a group is full: by then they share the price of the call, and a second one can be under way beside
 * it. The largest that fit, and a largest body on top of them, stay far below the 32 MiB of one call.
 */
export const MAX_EVENTS_PER_GROUP = 40
/** How long a request waits for the answer that it shares, in milliseconds, before it tells its client that it has none. */
export const MAX_GROUP_MS = 30_000
