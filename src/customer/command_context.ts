import type { UsageSpan } from '../core/metering/aggregation.js'
import type { BucketUsage, CounterDefinition } from '../core/metering/counter.js'
import type { Database } from '../db/client.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import type { CustomerRef } from './contract.js'

/** What a command may ask of the object's own storage. */
export interface UsageReader {
  /**
   * The usage of one window, from its running counter: built from the log when missing, live from then on. Gives the
   * buckets that any counted event fell into, in the order of their keys. They are read as they are asked for: they have to be
   * consumed before anything is awaited.
   */
  read(definition: CounterDefinition, span: UsageSpan): Iterable<BucketUsage>
  /** The place of the last event in the log, 0 with none. */
  maxSeq(): number
}

/** The object's own marks of whose events it takes. */
export interface SubscriptionMarks {
  /** Takes what waits for a subscription in D1's inbox into the log, and marks it as own if it runs here. */
  adopt(externalId: string): Promise<void>
  markEnded(externalId: string): void
  /** Brings the marks in line with what was just read in D1. */
  refresh(subscriptions: readonly Pick<SubscriptionRow, 'externalId' | 'status'>[]): Promise<void>
}

/** What every command is given besides its own input. */
export interface CommandContext {
  readonly ref: CustomerRef
  readonly db: Database
  /** Epoch milliseconds, of the organization's clock. */
  readonly now: number
  readonly newId: () => string
  readonly usage: UsageReader
  readonly marks: SubscriptionMarks
}
