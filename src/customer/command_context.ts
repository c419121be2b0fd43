import type { Charge } from '../core/catalog.js'
import type { UsageSpan } from '../core/metering/aggregation.js'
import type { BucketUsage, CounterDefinition } from '../core/metering/counter.js'
import type { ChargedBucket } from '../core/usage/charged_ledgers.js'
import type { Database } from '../db/client.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import type { WaitingEvent } from './advance_books.js'
import type { AdvanceStream } from './advance_queue.js'
import type { CustomerRef } from './contract.js'
import type { EventAudit, EventCorrections } from './event_contract.js'
import type { Stream } from './event_log.js'
import type { Ledger, LedgerDefinition } from './ledger.js'
import type { WatchedUsage } from './progress_watch.js'
import type { UsageFrame } from './rated_usage.js'

/** What a command may ask of the object's own storage. */
export interface UsageReader {
  /**
   * The usage of one window, from its running counter: built from the log when missing, live from then on. Gives the
   * buckets that any counted event fell into, in the order of their keys. They are read as they are asked for: they have to be
   * consumed before anything is awaited.
   */
  read(definition: CounterDefinition, span: UsageSpan): Iterable<BucketUsage>
  /** The same from the log, once: nothing stays behind that events to come would have to be counted in. */
  scan(definition: CounterDefinition, span: UsageSpan): Iterable<BucketUsage>
  /** Builds the counter of a definition if it is missing, so that who reads it need not wait. */
  build(definition: CounterDefinition): void
  /** The place of the last event in the log, 0 with none. */
  maxSeq(): number
}

/** What charges in advance have charged, event by event. */
export interface AdvanceReader {
  /**
   * The ledger of each bucket of the charge, as an invoice would divide it, of which anything was charged in the frame's stretch,
   * or is about to be. To be consumed before anything is awaited.
   */
  charged(charge: Charge, frame: UsageFrame): Iterable<ChargedBucket>
}

/** The events that are still to be charged in advance, and the ledgers they are charged by. */
export interface AdvanceBook extends AdvanceReader {
  /** Whether there may be any such event. */
  readonly hasEvents: boolean
  /** The first of them, in the order of their reception. */
  waiting(limit: number): WaitingEvent[]
  /** The ledger of a charge, to be changed by taking up events. */
  open(definition: LedgerDefinition): Ledger
  /** A ledger with the events that wait, to look ahead by: it cannot be kept. */
  preview(definition: LedgerDefinition): Ledger
  /** Takes events off, and keeps what taking them up has changed: all or nothing, once D1 has their fees. */
  settle(waiting: readonly WaitingEvent[], ledgers: readonly Ledger[]): void
  /** Drops what was kept of a stream: for who changes its past, in the same turn. */
  forget(stream: Stream): void
  /** Heeds what D1 says that the customer pays in advance, asked when the log had come to `askedAfterSeq`. */
  refresh(streams: readonly AdvanceStream[], askedAfterSeq: number): void
}

/** The object's own marks of whose events it takes. */
export interface SubscriptionMarks {
  /** Takes what waits for a subscription in D1's inbox into the log, and marks it as own if it runs here. */
  adopt(externalId: string): Promise<void>
  markEnded(externalId: string): void
  /** Brings the marks in line with what was just read in D1. */
  refresh(subscriptions: readonly Pick<SubscriptionRow, 'externalId' | 'status'>[]): Promise<void>
}

/** What the object remembers of thresholds, to see when one is passed. */
export interface ProgressMarks {
  watch(found: readonly WatchedUsage[]): void
  /** Has thresholds looked at again after the command. */
  doubt(hasNew: boolean): void
}

/** What the object remembers of wallets, to see when what they will have to pay may have changed. */
export interface WalletMarks {
  readonly isDue: boolean
  doubt(): void
  heed(hasWallets: boolean): void
  look(): void
  looked(fees: number): void
}

/** What every command is given besides its own input. */
export interface CommandContext {
  readonly ref: CustomerRef
  readonly db: Database
  /** Epoch milliseconds, of the organization's clock. */
  readonly now: number
  readonly newId: () => string
  readonly usage: UsageReader
  readonly events: EventCorrections
  readonly audit: EventAudit
  readonly advance: AdvanceBook
  readonly marks: SubscriptionMarks
  readonly progress: ProgressMarks
  readonly wallets: WalletMarks
}
