import { createHash } from 'node:crypto'
import { Counter, type CounterDefinition, definitionKey } from '../core/metering/counter.js'
import type { TallyOf } from '../core/metering/division.js'
import { textParts } from '../db/text_chunks.js'
import type { CounterRows } from './counter_rows.js'
import type { Stream } from './event_log.js'
import { MAX_LIVE_DEFINITIONS, MAX_LIVE_STREAMS } from './limits.js'
import type { ObjectSql } from './object_schema.js'

export interface LiveCounter {
  readonly id: number
  /** {@link counterKey} of its definition. */
  readonly key: string
  readonly counter: Counter
}

/** The identity of a definition, short whatever the number of filters. */
export const counterKey = (definition: CounterDefinition): string =>
  createHash('sha256').update(definitionKey(definition)).digest('base64url')

/** Which counters are live, with their definitions ready to divide events. */
export class LiveCounters {
  /** What the tables hold, for the streams that were asked for since the object woke: each definition is made ready once. */
  readonly #byStream = new Map<string, LiveCounter[]>()
  #textLength = 0

  constructor(
    private readonly sql: ObjectSql,
    private readonly rows: CounterRows,
    private readonly tallyOf: TallyOf,
  ) {}

  forget(): void {
    this.#byStream.clear()
    this.#textLength = 0
  }

  of(stream: Stream): readonly LiveCounter[] {
    const key = streamKey(stream)
    const known = this.#byStream.get(key)
    if (known !== undefined) return known
    if (this.#byStream.size >= MAX_LIVE_STREAMS || this.#textLength >= MAX_LIVE_DEFINITIONS) this.forget()
    const loaded = this.#load(stream)
    this.#byStream.set(key, loaded)
    return loaded
  }

  /** Makes a counter live, without buckets yet. */
  add(key: string, definition: CounterDefinition): LiveCounter {
    const { externalSubscriptionId, code } = definition
    const counter = new Counter(definition, this.tallyOf)
    const { id } = this.sql
      .exec<{ id: number }>(
        'INSERT INTO counters (key, external_subscription_id, code) VALUES (?, ?, ?) RETURNING id',
        ...[key, externalSubscriptionId, code],
      )
      .one()
    const text = JSON.stringify(definition)
    textParts(text).forEach((part, i) => {
      this.sql.exec('INSERT INTO counter_definitions (counter_id, part, text) VALUES (?, ?, ?)', id, i, part)
    })
    const live = { id, key, counter }
    const known = this.#byStream.get(streamKey(definition))
    // Where the stream was not asked for, all of its counters are read when it is.
    if (known !== undefined) {
      known.push(live)
      this.#textLength += text.length
    }
    return live
  }

  remove(stream: Stream, isUnwanted: (live: LiveCounter) => boolean): void {
    const [unwanted, kept] = [this.of(stream).filter(isUnwanted), this.of(stream).filter((live) => !isUnwanted(live))]
    if (unwanted.length === 0) return
    for (const { id } of unwanted) this.#delete(id)
    this.#byStream.set(streamKey(stream), kept)
  }

  #load({ externalSubscriptionId, code }: Stream): LiveCounter[] {
    const rows = this.sql.exec<{ id: number; key: string; text: string }>(
      `SELECT id, key, text FROM counters JOIN counter_definitions ON counter_id = id
       WHERE external_subscription_id = ? AND code = ? ORDER BY id, part`,
      ...[externalSubscriptionId, code],
    )
    const counters = Map.groupBy(rows.toArray(), ({ id }) => id)
    return [...counters].flatMap(([id, parts]) => {
      const text = parts.map((part) => part.text).join('')
      const definition = JSON.parse(text) as CounterDefinition
      const key = counterKey(definition)
      // The key of a definition changes when states are kept in another form: such a counter cannot be read any more.
      if (parts[0]?.key !== key) {
        this.#delete(id)
        return []
      }
      this.#textLength += text.length
      return [{ id, key, counter: new Counter(definition, this.tallyOf) }]
    })
  }

  #delete(id: number): void {
    this.sql.exec('DELETE FROM counters WHERE id = ?', id)
    this.sql.exec('DELETE FROM counter_definitions WHERE counter_id = ?', id)
    this.rows.deleteAll(id)
  }
}

const streamKey = ({ externalSubscriptionId, code }: Stream): string => JSON.stringify([externalSubscriptionId, code])
