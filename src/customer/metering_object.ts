import { DurableObject } from 'cloudflare:workers'
import type { NewEvent } from '../core/metering/events.js'
import { tallyOf } from '../core/rating/tallies.js'
import { databaseOf } from '../db/client.js'
import type { Env } from '../env.js'
import { readTestClock } from '../resources/organizations/store.js'
import type { UsageAnswer } from '../resources/usage/serialize.js'
import { AdvanceBooks } from './advance_books.js'
import { AdvanceWork } from './advance_work.js'
import type { CommandContext } from './command_context.js'
import { refreshAdvance, settleAdvance } from './commands/charge_events.js'
import { amendEvent, type EventOfCustomer, type SentFields, withdrawEvent } from './commands/correct_event.js'
import {
  arrearsUsage,
  currentUsage,
  type ProjectionQuestion,
  projectedUsage,
  type UsageQuestion,
} from './commands/current_usage.js'
import { type EstimateKind, estimateFees } from './commands/estimate_fees.js'
import { type CountsQuestion, eventCounts, type UnmatchedQuestion, unmatchedEvents } from './commands/event_counts.js'
import { eventReceipt, receiptSources } from './commands/event_receipt.js'
import type {
  CommandResult,
  CustomerRef,
  EventKeys,
  EventQuery,
  IngestCheck,
  IngestReply,
  IngestRequest,
  ReceiptReply,
  StoredEvent,
} from './contract.js'
import { type EventExplanation, type EventExplanationQuestion, explainEvent } from './explain_event.js'
import { explainUsage, type UsageExplanation, type UsageExplanationQuestion } from './explain_usage.js'
import { Ingestion } from './ingestion.js'
import { eventHistory, locateEvents } from './located_events.js'
import { ObjectOwner } from './object_owner.js'
import { openObjectSql } from './object_schema.js'
import { OwnedSubscriptions } from './owned_subscriptions.js'
import { ProgressWatch } from './progress_watch.js'
import { SerialQueue } from './serial_queue.js'
import { UsageStore } from './usage_store.js'
import { WalletWatch } from './wallet_watch.js'

/**
 * The part of a customer's object that takes events and answers questions about them: its storage, its serial queue, and what
 * commands are run with.
 */
export abstract class MeteringObject extends DurableObject<Env> {
  readonly #queue = new SerialQueue()
  /** The latest moment that a command has been run at, epoch milliseconds. */
  #latestNow = Number.MIN_SAFE_INTEGER
  readonly #usage: UsageStore
  readonly #owned: OwnedSubscriptions
  readonly #ingestion: Ingestion
  readonly #owner: ObjectOwner
  readonly #advance: AdvanceBooks
  readonly #charging: AdvanceWork
  readonly #progress = new ProgressWatch()
  readonly #wallets = new WalletWatch(() => Date.now())

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const sql = openObjectSql(ctx.storage)
    this.#owner = new ObjectOwner(sql)
    this.#usage = new UsageStore(sql, tallyOf, (events) => {
      this.#advance.add(events)
      this.#progress.add(events)
      this.#wallets.doubt()
    })
    this.#advance = new AdvanceBooks(sql, this.#usage.events, () => this.#charging.queued())
    this.#charging = new AdvanceWork({
      storage: ctx.storage,
      owner: this.#owner,
      clock: () => Date.now(),
      hasWork: () =>
        this.#advance.hasEvents || this.#progress.isDue || (this.#wallets.isDue && this.#wallets.wait === 0),
      wait: () => (this.#wallets.isDue ? this.#wallets.wait : null),
      refresh: (ref, now) => this.command(ref, now, refreshAdvance, 'settles'),
      settle: (ref, now) => this.command(ref, now, (context) => settleAdvance(context, 1), 'settles'),
      testClockOf: ({ organizationId: id }) => readTestClock(databaseOf(env, id), id),
      waitUntil: (work) => ctx.waitUntil(work),
    })
    this.#owned = new OwnedSubscriptions(sql, this.#usage)
    this.#ingestion = new Ingestion({
      usage: this.#usage,
      owned: this.#owned,
      adopt: (ref, externalId) => this.adoptSubscription(ref, externalId),
      stored: (ref, now) => {
        this.#owner.remember(ref)
        this.#look(now)
        this.#charging.start(ref, now)
      },
    })
  }

  /** Looks after events that should have been charged in advance by now. */
  override async alarm(): Promise<void> {
    await this.#charging.alarm()
  }

  async ingest(ref: CustomerRef, requests: readonly IngestRequest[], again: boolean): Promise<readonly IngestReply[]> {
    await this.#ingestion.adoptConfirmed(ref, requests)
    return this.#ingestion.ingest(ref, requests, again)
  }

  async ingestWithReceipt(ref: CustomerRef, request: IngestRequest): Promise<ReceiptReply> {
    const [event] = request.events
    if (event === undefined) throw new Error('a receipt is for an event')
    const context = this.context(ref, request.now)
    const sources = await receiptSources(context, event)
    await this.#ingestion.adoptConfirmed(ref, [request])
    const reply = this.#ingestion.ingestOne(ref, request)
    if (reply.outcome !== 'stored') return reply
    return { ...reply, receipt: eventReceipt(context, sources, { ...event, seq: reply.seqs[0] ?? 0 }) }
  }

  async checkIngest(ref: CustomerRef, request: IngestRequest): Promise<IngestCheck> {
    await this.#ingestion.adoptConfirmed(ref, [request])
    return this.#ingestion.check(request)
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

  async locateEvents(_ref: CustomerRef, externalIds: readonly string[], transactionId: string) {
    return locateEvents(this.#usage, externalIds, transactionId)
  }

  async eventHistory(_ref: CustomerRef, event: EventOfCustomer) {
    return eventHistory(this.#usage, event)
  }

  withdrawEvent(ref: CustomerRef, event: EventOfCustomer, now: number): CommandResult<StoredEvent> {
    return this.command(ref, now, (context) => withdrawEvent(context, event))
  }

  amendEvent(ref: CustomerRef, event: EventOfCustomer, sent: SentFields, now: number): CommandResult<StoredEvent> {
    return this.command(ref, now, (context) => amendEvent(context, event, sent))
  }

  eventCounts(ref: CustomerRef, question: CountsQuestion, now: number) {
    return eventCounts(this.context(ref, now), question)
  }

  unmatchedEvents(ref: CustomerRef, question: UnmatchedQuestion, now: number) {
    return unmatchedEvents(this.context(ref, now), question)
  }

  estimateFees(ref: CustomerRef, events: readonly NewEvent[], kind: EstimateKind, now: number) {
    return estimateFees(this.context(ref, now), events, kind)
  }

  /** A question changes nothing, so it need not wait for commands. */
  currentUsage(ref: CustomerRef, question: UsageQuestion, now: number): CommandResult<UsageAnswer> {
    return currentUsage(this.context(ref, now), question)
  }

  arrearsUsage(ref: CustomerRef, externalSubscriptionId: string, now: number): CommandResult<number> {
    return arrearsUsage(this.context(ref, now), externalSubscriptionId)
  }

  projectedUsage(ref: CustomerRef, question: ProjectionQuestion, now: number): CommandResult<UsageAnswer> {
    return projectedUsage(this.context(ref, now), question)
  }

  explainUsage(_ref: CustomerRef, question: UsageExplanationQuestion): Promise<UsageExplanation> {
    return explainUsage(this.#usage.slices, question)
  }

  explainEvent(_ref: CustomerRef, question: EventExplanationQuestion): Promise<EventExplanation> {
    return explainEvent(this.#usage.slices, question)
  }

  protected command<T>(
    ref: CustomerRef,
    now: number,
    run: (context: CommandContext) => Promise<T>,
    what?: 'changes_plans' | 'settles',
  ) {
    this.#owner.remember(ref)
    const outcome = this.#queue.run(async () => {
      // A call that was read at the edge before another may be run after it: to commands, time never goes back.
      this.#latestNow = Math.max(this.#latestNow, now)
      try {
        return await run(this.context(ref, this.#latestNow))
      } finally {
        // What comes behind it in the queue does not take back that it may have changed what is billed on the way.
        if (what !== 'settles') this.#progress.doubt(what === 'changes_plans')
        if (what !== 'settles') this.#wallets.doubt()
      }
    })
    if (what === 'changes_plans') return this.#charging.after(ref, now, outcome)
    if (what === undefined) this.#charging.follow(ref, now, outcome)
    return outcome
  }

  /** Whether events have passed a threshold, or wallets have to be looked at: the alarm looks after it, should what follows be cut short. */
  #look(now: number): void {
    const isPutOff = this.#progress.look(now, Date.now())
    if (isPutOff || this.#progress.isDue) this.#charging.queued()
    else if (this.#wallets.isDue) this.#charging.queued(this.#wallets.wait || undefined)
  }

  protected context(ref: CustomerRef, now: number): CommandContext {
    const db = databaseOf(this.env, ref.organizationId)
    return {
      ref,
      db,
      now,
      newId: () => crypto.randomUUID(),
      usage: this.#usage,
      events: this.#usage,
      audit: this.#usage,
      advance: this.#advance,
      marks: this.#owned.marksFor(db, ref),
      progress: this.#progress,
      wallets: this.#wallets,
    }
  }
}
