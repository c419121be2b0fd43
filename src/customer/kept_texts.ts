import { MAX_LIVE_STREAMS } from './limits.js'
import type { ObjectSql } from './object_schema.js'

const COLUMNS = { subscriptions: 'external_id', codes: 'code' } as const

type Kind = keyof typeof COLUMNS

/** External ids and codes, which the tables of events keep once and refer to by number, from 1. */
export class KeptTexts {
  /** What has been read of the storage since the object woke: {@link forget} drops it after a transaction was taken back. */
  readonly #numbers = { subscriptions: new Map<string, number>(), codes: new Map<string, number>() }

  constructor(private readonly sql: ObjectSql) {}

  forget(): void {
    this.#numbers.subscriptions.clear()
    this.#numbers.codes.clear()
  }

  /** The number of a text, given to it now if it is new. */
  numberOf(kind: Kind, text: string): number {
    const numbers = this.#numbers[kind]
    const known = numbers.get(text)
    if (known !== undefined) return known
    const column = COLUMNS[kind]
    this.sql.exec(`INSERT INTO ${kind} (${column}) VALUES (?) ON CONFLICT DO NOTHING`, text)
    const { id } = this.sql.exec<{ id: number }>(`SELECT id FROM ${kind} WHERE ${column} = ?`, text).one()
    if (numbers.size >= MAX_LIVE_STREAMS) numbers.clear()
    numbers.set(text, id)
    return id
  }
}
