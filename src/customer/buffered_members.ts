import type { JsonState, MemberSet } from '../core/metering/aggregation.js'
import { MAX_BUFFERED_MEMBERS, MAX_BUFFERED_TEXT } from './limits.js'

/** Where the members of one bucket are kept. */
export interface MemberStorage {
  load(value: string): JsonState | undefined
  save(members: ReadonlyMap<string, JsonState>): void
}

/**
 * A member set that collects what is set and writes it in few statements. Nothing is lost when it grows beyond its bounds: it
 * then writes early and starts afresh. {@link flush} writes the rest.
 */
export class BufferedMembers implements MemberSet<JsonState> {
  readonly #changed = new Map<string, JsonState>()
  #textLength = 0

  /** @param empty whether the storage is known to hold nothing yet, so that it need not be asked. */
  constructor(
    private readonly storage: MemberStorage,
    private empty = false,
  ) {}

  get(value: string): JsonState | undefined {
    return this.#changed.get(value) ?? (this.empty ? undefined : this.storage.load(value))
  }

  set(value: string, member: JsonState): void {
    if (!this.#changed.has(value)) this.#textLength += value.length
    this.#changed.set(value, member)
    if (this.#changed.size >= MAX_BUFFERED_MEMBERS || this.#textLength >= MAX_BUFFERED_TEXT) this.flush()
  }

  flush(): void {
    if (this.#changed.size === 0) return
    this.storage.save(this.#changed)
    this.#changed.clear()
    this.#textLength = 0
    this.empty = false
  }
}
