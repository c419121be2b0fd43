import type { Charge } from '../core/catalog.js'
import { bucketOfKey } from '../core/metering/divider.js'
import type { ChargedBucket } from '../core/usage/charged_ledgers.js'
import { AdvanceLedgers } from './advance_ledgers.js'
import { AdvanceQueue, type AdvanceStream } from './advance_queue.js'
import { chargeLedger } from './charge_ledger.js'
import type { AdvanceBook } from './command_context.js'
import type { StoredEvent } from './contract.js'
import type { LoggedEvent, Stream } from './event_log.js'
import type { Ledger, LedgerDefinition } from './ledger.js'
import type { ObjectSql } from './object_schema.js'
import type { UsageFrame } from './rated_usage.js'

/** An event that waits to be charged. */
export interface WaitingEvent {
  readonly seq: number
  /** Null when it was withdrawn since. */
  readonly event: StoredEvent | null
}

/** Charges in advance, as far as the object keeps them: events that wait, and what was charged. */
export class AdvanceBooks implements AdvanceBook {
  readonly #queue: AdvanceQueue
  readonly #ledgers: AdvanceLedgers

  constructor(
    private readonly sql: ObjectSql,
    private readonly eventsAt: (seqs: readonly number[]) => readonly StoredEvent[],
    onQueued: () => void,
  ) {
    this.#queue = new AdvanceQueue(sql, onQueued)
    this.#ledgers = new AdvanceLedgers(sql)
  }

  get hasEvents(): boolean {
    return this.#queue.hasEvents
  }

  /** Takes up those of the events that are paid in advance. Within the transaction that logs them. */
  add(events: readonly LoggedEvent[]): void {
    this.#queue.add(events)
  }

  waiting(limit: number): WaitingEvent[] {
    const seqs = this.#queue.next(limit)
    const events = new Map(this.eventsAt(seqs).map((event) => [event.seq, event]))
    return seqs.map((seq) => ({ seq, event: events.get(seq) ?? null }))
  }

  open(definition: LedgerDefinition): Ledger {
    return this.#ledgers.open(definition)
  }

  settle(waiting: readonly WaitingEvent[], ledgers: readonly Ledger[]): void {
    this.sql.transaction(() => {
      for (const ledger of ledgers) ledger.save()
      for (const { seq, event } of waiting) {
        this.#queue.remove(seq)
        if (event !== null) this.#ledgers.forgetBehind(streamed(event), ledgers)
      }
    })
  }

  forget(stream: Stream): void {
    this.#ledgers.forget(stream)
  }

  refresh(streams: readonly AdvanceStream[], askedAfterSeq: number): void {
    this.#queue.refresh(streams, askedAfterSeq)
  }

  /** By the key of the bucket: what has been charged, and will have been with the events that wait. */
  *charged(charge: Charge, frame: UsageFrame): Generator<ChargedBucket> {
    const definition = chargeLedger(charge, frame)
    for (const [key, state] of this.preview(definition).buckets()) {
      yield { bucket: bucketOfKey(key), ledger: definition.charged(key, state) }
    }
  }

  /** A ledger with the events that wait, of which nothing is kept. */
  preview(definition: LedgerDefinition): Ledger {
    // Only who charges keeps a ledger: by then, every event that is to be charged stands in the queue.
    const ledger = this.#ledgers.find(definition) ?? this.#ledgers.scan(definition)
    for (const { event } of this.waiting(Number.MAX_SAFE_INTEGER)) {
      if (event !== null && isOf(event, definition)) ledger.takeUp(definition, event)
    }
    return ledger
  }
}

const isOf = (event: StoredEvent, { stream }: LedgerDefinition): boolean =>
  event.code === stream.code && event.externalSubscriptionId === stream.externalSubscriptionId

/** An event of the log, which always names a subscription. */
export const streamed = (event: StoredEvent): StoredEvent & Stream => ({
  ...event,
  externalSubscriptionId: event.externalSubscriptionId ?? '',
})
