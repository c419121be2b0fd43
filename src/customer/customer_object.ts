import { DurableObject } from 'cloudflare:workers'
import { databaseOf } from '../db/client.js'
import type { Env } from '../env.js'
import type { CustomerInput } from '../resources/customers/terms.js'
import type { SubscriptionChanges, SubscriptionInput } from '../resources/subscriptions/terms.js'
import type { CurrentUsage } from '../resources/usage/serialize.js'
import type { CommandContext } from './command_context.js'
import { billDue } from './commands/bill_due.js'
import { currentUsage, type UsageQuestion } from './commands/current_usage.js'
import { deleteCustomer } from './commands/delete_customer.js'
import { finalizeInvoice } from './commands/finalize_invoice.js'
import { saveCustomer } from './commands/save_customer.js'
import { startSubscription } from './commands/start_subscription.js'
import { cancelSubscription, type TerminationInput, terminateSubscription } from './commands/terminate_subscription.js'
import { updateSubscription } from './commands/update_subscription.js'
import type {
  CommandResult,
  CustomerApi,
  CustomerRef,
  EventKeys,
  EventQuery,
  IngestCheck,
  IngestReply,
  IngestRequest,
  StoredEvent,
} from './contract.js'
import { openObjectSql } from './object_schema.js'
import { OwnedSubscriptions } from './owned_subscriptions.js'
import { SerialQueue } from './serial_queue.js'
import { UsageStore } from './usage_store.js'

type NotMine = Extract<IngestReply, { outcome: 'not_mine' }>

/** One customer's object: the only writer of the customer's usage and money. What it does is written elsewhere. */
export class CustomerObject extends DurableObject<Env> implements CustomerApi {
  readonly #queue = new SerialQueue()
  readonly #usage: UsageStore
  readonly #owned: OwnedSubscriptions

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const sql = openObjectSql(ctx.storage)
    this.#usage = new UsageStore(sql)
    this.#owned = new OwnedSubscriptions(sql, this.#usage)
  }

  async ingest(ref: CustomerRef, request: IngestRequest): Promise<IngestReply> {
    const refusal = await this.#claim(ref, request)
    if (refusal !== null) return refusal
    return this.#usage.append(request.events.map((event) => ({ ...event, createdAt: request.now })))
  }

  async checkIngest(ref: CustomerRef, request: IngestRequest): Promise<IngestCheck> {
    const refusal = await this.#claim(ref, request)
    if (refusal !== null) return refusal
    const positions = this.#usage.duplicates(request.events)
    return positions.length > 0 ? { outcome: 'duplicates', positions } : { outcome: 'storable' }
  }

  adoptSubscription(ref: CustomerRef, externalSubscriptionId: string): Promise<void> {
    const db = databaseOf(this.env, ref.organizationId)
    return this.#queue.run(() => this.#owned.adopt(db, ref, externalSubscriptionId))
  }

  async listEventKeys(_ref: CustomerRef, query: EventQuery): Promise<EventKeys> {
    return this.#usage.keys(query)
  }

  async readEvents(_ref: CustomerRef, seqs: readonly number[]): Promise<readonly StoredEvent[]> {
    return this.#usage.events(seqs)
  }

  saveCustomer(ref: CustomerRef, input: CustomerInput, now: number): CommandResult<null> {
    return this.#command(ref, now, (context) => saveCustomer(context, input))
  }

  deleteCustomer(ref: CustomerRef, now: number): CommandResult<null> {
    return this.#command(ref, now, deleteCustomer)
  }

  startSubscription(ref: CustomerRef, input: SubscriptionInput, now: number): CommandResult<string> {
    return this.#command(ref, now, (context) => startSubscription(context, input))
  }

  updateSubscription(ref: CustomerRef, id: string, input: SubscriptionChanges, now: number): CommandResult<null> {
    return this.#command(ref, now, (context) => updateSubscription(context, id, input))
  }

  terminateSubscription(ref: CustomerRef, id: string, input: TerminationInput, now: number): CommandResult<null> {
    return this.#command(ref, now, (context) => terminateSubscription(context, id, input))
  }

  cancelSubscription(ref: CustomerRef, id: string, now: number): CommandResult<null> {
    return this.#command(ref, now, (context) => cancelSubscription(context, id))
  }

  finalizeInvoice(ref: CustomerRef, invoiceId: string, now: number): CommandResult<null> {
    return this.#command(ref, now, (context) => finalizeInvoice(context, invoiceId))
  }

  billDue(ref: CustomerRef, now: number): Promise<void> {
    return this.#command(ref, now, billDue)
  }

  /** A question changes nothing, so it need not wait for commands. */
  currentUsage(ref: CustomerRef, question: UsageQuestion, now: number): CommandResult<CurrentUsage> {
    return currentUsage(this.#context(ref, now), question)
  }

  #command<T>(ref: CustomerRef, now: number, run: (context: CommandContext) => Promise<T>): Promise<T> {
    return this.#queue.run(() => run(this.#context(ref, now)))
  }

  #context(ref: CustomerRef, now: number): CommandContext {
    const db = databaseOf(this.env, ref.organizationId)
    return {
      ref,
      db,
      now,
      newId: () => crypto.randomUUID(),
      usage: this.#usage,
      marks: this.#owned.marksFor(db, ref),
    }
  }

  /** Null when the request's subscriptions are this customer's: known as such, or confirmed by who asks. */
  async #claim(ref: CustomerRef, { events, confirmed }: IngestRequest): Promise<NotMine | null> {
    const foreign = this.#owned.foreign(events.map((event) => event.externalSubscriptionId ?? ''))
    if (foreign.length > 0 && !confirmed) return { outcome: 'not_mine', externalSubscriptionIds: foreign }
    for (const externalSubscriptionId of foreign) await this.adoptSubscription(ref, externalSubscriptionId)
    return null
  }
}
