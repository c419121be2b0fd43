import type { NewEvent } from '../core/metering/events.js'
import type { Result } from '../core/result.js'
import type { Env } from '../env.js'
import type { ApplicationInput } from '../resources/applied_coupons/terms.js'
import type { CustomerInput } from '../resources/customers/terms.js'
import type { EventReceipt } from '../resources/event_counts/serialize.js'
import type { PlanEdit } from '../resources/plan_overrides/terms.js'
import type { SubscriptionChanges, SubscriptionInput } from '../resources/subscriptions/terms.js'
import type { UsageAnswer } from '../resources/usage/serialize.js'
import type { EventOfCustomer, SentFields } from './commands/correct_event.js'
import type { ProjectionQuestion, UsageQuestion } from './commands/current_usage.js'
import type { EditedPlace } from './commands/edit_own_plan.js'
import type { Estimate, EstimateKind } from './commands/estimate_fees.js'
import type {
  CodeCount,
  CountsQuestion,
  EventCounts,
  UnmatchedEvents,
  UnmatchedQuestion,
} from './commands/event_counts.js'
import type { PlanChangePreview, PlanChangeQuestion } from './commands/preview_plan_change.js'
import type { TerminationInput } from './commands/terminate_subscription.js'
import type { EventHistory, EventPlace } from './event_contract.js'
import type { EventExplanation, EventExplanationQuestion } from './explain_event.js'
import type { UsageExplanation, UsageExplanationQuestion } from './explain_usage.js'
import type { InvoiceApi } from './invoice_contract.js'
import type { WalletApi } from './wallet_contract.js'

export type { InvoicePreview, PreviewQuestion } from './commands/preview_invoice.js'
export type { PlanChangePreview } from './commands/preview_plan_change.js'
export type {
  CodeCount,
  Estimate,
  EstimateKind,
  EventExplanation,
  EventHistory,
  EventOfCustomer,
  UnmatchedEvents,
  UnmatchedQuestion,
  UsageExplanation,
}

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

/** The same for a single event, with what it did. */
export type ReceiptReply =
  | Exclude<IngestReply, { outcome: 'stored' }>
  | (Extract<IngestReply, { outcome: 'stored' }> & { readonly receipt: EventReceipt })

/** What {@link CustomerApi.checkIngest} finds: a request that could be stored, or what {@link IngestReply} would refuse. */
export type IngestCheck = Exclude<IngestReply, { outcome: 'stored' }> | { readonly outcome: 'storable' }

/** An event as the log holds it. */
export interface StoredEvent extends NewEvent {
  readonly seq: number
  /** When it was received, epoch milliseconds. */
  readonly createdAt: number
}

/** An event of the log, found by its transaction id. */
export interface LocatedEvent extends EventPlace {
  readonly externalSubscriptionId: string
}

export interface EventFilters {
  readonly externalSubscriptionId?: string
  readonly transactionId?: string
  readonly code?: string
  /** Inclusive bounds, epoch microseconds. */
  readonly from?: number
  readonly to?: number
}

export interface EventQuery extends EventFilters {
  readonly limit: number
  readonly offset: number
}

/** What a listing is ordered by, and where its row is found. Small: many of them cross in one answer. */
export interface EventKey {
  /** Epoch microseconds. */
  readonly at: number
  readonly transactionId: string
  readonly seq: number
}

export interface EventKeys {
  readonly keys: readonly EventKey[]
  /** The number of all that match, whatever the limit. */
  readonly totalCount: number
}

/**
 * The commands and questions of one customer's object. Commands that read D1 run one after the other; ingestion does not
 * wait for them, except for the first event of a subscription that the object does not know yet. Arguments and answers
 * are plain JSON, for they cross processes.
 */
export interface CustomerApi extends InvoiceApi, WalletApi {
  /**
   * Stores the events of requests in turn, in one transaction: each request for itself, whole or not at all.
   * @param again whether an earlier try of this very call may have had its effect: what that stored is told as stored
   */
  ingest(ref: CustomerRef, requests: readonly IngestRequest[], again: boolean): Promise<readonly IngestReply[]>
  /** {@link ingest} of one event, whose effect is read in the same turn. */
  ingestWithReceipt(ref: CustomerRef, request: IngestRequest): Promise<ReceiptReply>
  /** What {@link ingest} would answer, for a request whose events belong to several customers: it stores none of them. */
  checkIngest(ref: CustomerRef, request: IngestRequest): Promise<IngestCheck>
  /** Takes what waits for a subscription in D1's inbox into the log, and marks the subscription as own if it is running. */
  adoptSubscription(ref: CustomerRef, externalSubscriptionId: string): Promise<void>
  /** The latest first (by time, then by transaction id). */
  listEventKeys(ref: CustomerRef, query: EventQuery): Promise<EventKeys>
  /** The events at these places in the log, in no particular order; places without an event are passed over. */
  readEvents(ref: CustomerRef, seqs: readonly number[]): Promise<readonly StoredEvent[]>
  /** Where the events of a transaction id stand, one at most under each of these external ids. Withdrawn ones too. */
  locateEvents(
    ref: CustomerRef,
    externalSubscriptionIds: readonly string[],
    transactionId: string,
  ): Promise<readonly LocatedEvent[]>
  /** Takes an event out of usage, and gives it as it was. */
  withdrawEvent(ref: CustomerRef, event: EventOfCustomer, now: number): CommandResult<StoredEvent>
  /** Changes an event, and gives it as it is then. */
  amendEvent(ref: CustomerRef, event: EventOfCustomer, sent: SentFields, now: number): CommandResult<StoredEvent>
  eventHistory(ref: CustomerRef, event: EventOfCustomer): Promise<EventHistory | null>
  eventCounts(ref: CustomerRef, question: CountsQuestion, now: number): Promise<EventCounts>
  unmatchedEvents(ref: CustomerRef, question: UnmatchedQuestion, now: number): Promise<UnmatchedEvents>
  /**
   * Creates the customer, or changes it. `taken` means that the external id is not, or no longer, this customer's: the
   * caller looks again whose it is.
   */
  saveCustomer(ref: CustomerRef, input: CustomerInput, now: number): CommandResult<null>
  /** Ends what the customer has, and frees the external id. */
  deleteCustomer(ref: CustomerRef, now: number): CommandResult<null>
  /** Gives the id of the subscription that runs, or is to run, under the external id. `taken`: look again whose it is. */
  startSubscription(ref: CustomerRef, input: SubscriptionInput, now: number): CommandResult<string>
  updateSubscription(ref: CustomerRef, id: string, input: SubscriptionChanges, now: number): CommandResult<null>
  /** Changes a charge of the subscription alone, on a plan of its own. */
  editOwnPlan(ref: CustomerRef, id: string, edit: PlanEdit, now: number): CommandResult<EditedPlace>
  /** What a change of plan would invoice and credit. A question: nothing is changed. */
  previewPlanChange(
    ref: CustomerRef,
    id: string,
    question: PlanChangeQuestion,
    now: number,
  ): CommandResult<PlanChangePreview>
  terminateSubscription(ref: CustomerRef, id: string, input: TerminationInput, now: number): CommandResult<null>
  cancelSubscription(ref: CustomerRef, id: string, now: number): CommandResult<null>
  /** Gives the customer a coupon. Gives the id of the application. */
  applyCoupon(ref: CustomerRef, couponId: string, input: ApplicationInput, now: number): CommandResult<string>
  /** Takes a coupon from the customer, by the id of its application. */
  endCoupon(ref: CustomerRef, appliedCouponId: string, now: number): CommandResult<null>
  /** Does everything that is due up to `now`. What fails parks the customer. */
  billDue(ref: CustomerRef, now: number): Promise<void>
  /** What each of these events, all of running subscriptions, would be charged in advance if it came now. */
  estimateFees(
    ref: CustomerRef,
    events: readonly NewEvent[],
    kind: EstimateKind,
    now: number,
  ): CommandResult<readonly Estimate[]>
  /** Charges everything that waits to be charged in advance. What fails parks the customer. */
  settle(ref: CustomerRef, now: number): Promise<void>
  currentUsage(ref: CustomerRef, question: UsageQuestion, now: number): CommandResult<UsageAnswer>
  /** What the running charge period of a subscription has come to in arrears, whole minor units without taxes. */
  arrearsUsage(ref: CustomerRef, externalSubscriptionId: string, now: number): CommandResult<number>
  projectedUsage(ref: CustomerRef, question: ProjectionQuestion, now: number): CommandResult<UsageAnswer>
  /** What the log has to say to a fee of usage, or to one in advance. A question: nothing is changed. */
  explainUsage(ref: CustomerRef, question: UsageExplanationQuestion): Promise<UsageExplanation>
  explainEvent(ref: CustomerRef, question: EventExplanationQuestion): Promise<EventExplanation>
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

/**
 * Calls the customer's object, once more through a new stub if the runtime lost it in the middle. Only for questions and for
 * what may be done twice: the first call may have had its effect, and the second is told so by `again`.
 */
export async function callCustomer<T>(
  env: Env,
  ref: CustomerRef,
  call: (object: CustomerApi, again: boolean) => Promise<T>,
): Promise<T> {
  try {
    return await call(customerObject(env, ref), false)
  } catch (error) {
    if (!isRetryable(error)) throw error
    return await call(customerObject(env, ref), true)
  }
}

/** An overloaded object would only be burdened further. */
function isRetryable(error: unknown): boolean {
  const { retryable, overloaded } = error as { retryable?: unknown; overloaded?: unknown }
  return retryable === true && overloaded !== true
}
