import type { NewEvent } from '../core/metering/events.js'
import type { Result } from '../core/result.js'
import type { Env } from '../env.js'

/** Whose object is meant. Every call carries it: the object keeps no name of its own. */
export interface CustomerRef {
  readonly organizationId: string
  /** The customer's own id: external ids are given again after a deletion. */
  readonly customerId: string
}

export interface IngestRequest {
  /** All of them are stored, or none. Each names a subscription. */
  readonly events: readonly NewEvent[]
  /** Epoch milliseconds. */
  readonly now: number
  /** Whether the caller has just read in D1 that the subscriptions are this customer's, rather than remembered it. */
  readonly confirmed: boolean
}

export type IngestReply =
  /** The place of each event in the customer's log, in the order of the request. */
  | { readonly outcome: 'stored'; readonly seqs: readonly number[] }
  /** Positions in the request whose transaction id the subscription has already; nothing was stored. */
  | { readonly outcome: 'duplicates'; readonly positions: readonly number[] }
  /** Subscriptions that the object does not know as its own and running; nothing was stored. */
  | { readonly outcome: 'not_mine'; readonly externalSubscriptionIds: readonly string[] }

/** An event as the log holds it. */
export interface StoredEvent extends NewEvent {
  readonly seq: number
  /** When it was received, epoch milliseconds. */
  readonly createdAt: number
}

export interface EventQuery {
  readonly externalSubscriptionId?: string
  readonly transactionId?: string
  readonly code?: string
  /** Inclusive bounds, epoch microseconds. */
  readonly from?: number
  readonly to?: number
  readonly limit: number
}

/**
 * The commands and questions of one customer's object. Commands that read D1 run one after the other; ingestion does not
 * wait for them. Arguments and answers are plain JSON, for they cross processes.
 */
export interface CustomerApi {
  ingest(ref: CustomerRef, request: IngestRequest): Promise<IngestReply>
  /** Positions of the events that the log has already, for batches that concern several customers. */
  findDuplicates(ref: CustomerRef, events: readonly NewEvent[]): Promise<readonly number[]>
  /** Takes what waits for a subscription in D1's inbox into the log, and marks the subscription as this customer's own. */
  adoptSubscription(ref: CustomerRef, externalSubscriptionId: string): Promise<void>
  /** The latest first (by time, then by transaction id), with the number of all that match. */
  listEvents(ref: CustomerRef, query: EventQuery): Promise<{ rows: readonly StoredEvent[]; totalCount: number }>
}

/** The part of {@link CustomerApi} that an answer of several kinds is made of. */
export type CommandResult<T> = Promise<Result<T>>

/** The name of a customer's object. Permanent: the version and, later, a shard are part of it. */
export const objectName = (ref: CustomerRef): string => `v1:${ref.organizationId}:${ref.customerId}`

/** The customer's object, to be called. */
export function customerObject(env: Env, ref: CustomerRef): CustomerApi {
  // The generated stub type turns `unknown` in answers into `never`; the class implements this very interface.
  return env.CUSTOMER.getByName(objectName(ref)) as unknown as CustomerApi
}
