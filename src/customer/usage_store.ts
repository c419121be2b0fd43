import type { CounterDefinition, CounterResult } from '../core/metering/counter.js'
import type { NewEvent } from '../core/metering/events.js'
import type { Tally } from '../core/metering/tally.js'
import type { UsageReader } from './command_context.js'
import type { EventKeys, EventQuery, StoredEvent } from './contract.js'
import { EventLog, type ReceivedEvent } from './event_log.js'
import type { ObjectSql } from './object_schema.js'
import { UsageCounters } from './usage_counters.js'

export type AppendReply =
  | { readonly outcome: 'stored'; readonly seqs: readonly number[] }
  | { readonly outcome: 'duplicates'; readonly positions: readonly number[] }

/** The customer's usage: events and what is counted of them, changed together or not at all. */
export class UsageStore implements UsageReader {
  readonly #log: EventLog
  readonly #counters: UsageCounters

  constructor(private readonly sql: ObjectSql) {
    this.#log = new EventLog(sql)
    this.#counters = new UsageCounters(sql, this.#log)
  }

  /**
   * Stores and counts all of the events; none of them, if one is a duplicate. Duplicates are the exception, so they are not
   * looked for before the unique index has met one.
   */
  append(events: readonly ReceivedEvent[]): AppendReply {
    try {
      return this.#transaction(() => {
        const logged = this.#log.append(events)
        this.#counters.fold(logged)
        return { outcome: 'stored', seqs: logged.map((event) => event.seq) }
      })
    } catch (error) {
      const positions = isConflict(error) ? this.#log.duplicates(events) : []
      if (positions.length === 0) throw error
      return { outcome: 'duplicates', positions }
    }
  }

  /** Stores and counts those of the events that are no duplicates. */
  appendNew(events: readonly ReceivedEvent[]): void {
    const duplicates = new Set(this.#log.duplicates(events))
    this.append(events.filter((_, i) => !duplicates.has(i)))
  }

  read(definition: CounterDefinition, tally: Tally | null): CounterResult {
    return this.#transaction(() => this.#counters.read(definition, tally))
  }

  maxSeq = (): number => this.#log.maxSeq()
  duplicates = (events: readonly NewEvent[]): number[] => this.#log.duplicates(events)
  keys = (query: EventQuery): EventKeys => this.#log.keys(query)
  events = (seqs: readonly number[]): StoredEvent[] => this.#log.read(seqs)

  #transaction<T>(run: () => T): T {
    try {
      return this.sql.transaction(run)
    } catch (error) {
      this.#log.forget()
      this.#counters.forget()
      throw error
    }
  }
}

const isConflict = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('UNIQUE constraint failed: events.')
