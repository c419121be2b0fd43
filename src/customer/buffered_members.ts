import type { JsonState, MemberSet } from '../core/metering/aggregation.js'
import { MAX_BUFFERED_MEMBERS, MAX_BUFFERED_TEXT } from './limits.js'

/** Where the members of one bucket are kept. */
export interface MemberStorage {
  load(value: string): JsonState | undefined
  save(members: readonly (readonly [value: string, member: JsonState])[]): void
}

/** Bits of {@link SavedValues}: a million values leave one in seventeen of the others in doubt, for 2 MB. */
const FILTER_BITS = 1 << 24

/**
 * A member set that collects what is set and writes it in few statements. Nothing is lost when it grows beyond its bounds: it
 * then writes early and starts afresh. {@link flush} writes the rest.
 */
export class BufferedMembers implements MemberSet<JsonState> {
  readonly #changed = new Map<string, JsonState>()
  readonly #storage: MemberStorage
  /** Null when the storage may hold anything. */
  readonly #saved: SavedValues | null
  #textLength = 0

  /** @param empty whether the storage holds nothing yet: then it is asked only for what was written from here. */
  constructor(storage: MemberStorage, empty: boolean) {
    this.#storage = storage
    this.#saved = empty ? new SavedValues() : null
  }

  get(value: string): JsonState | undefined {
    const changed = this.#changed.get(value)
    if (changed !== undefined) return changed
    return this.#saved === null || this.#saved.mayHave(value) ? this.#storage.load(value) : undefined
  }

  set(value: string, member: JsonState): void {
    if (!this.#changed.has(value)) this.#textLength += value.length
    this.#changed.set(value, member)
    if (this.#changed.size >= MAX_BUFFERED_MEMBERS || this.#textLength >= MAX_BUFFERED_TEXT) this.flush()
  }

  flush(): void {
    if (this.#changed.size === 0) return
    for (const value of this.#changed.keys()) this.#saved?.add(value)
    // In the order of the table's key: neighbours share pages, and writing them in turn is several times faster.
    this.#storage.save([...this.#changed].sort(([a], [b]) => (a < b ? -1 : 1)))
    this.#changed.clear()
    this.#textLength = 0
  }
}

/** Remembers values in little memory: what was added it may have, what was not it mostly denies. */
class SavedValues {
  #bits: Uint8Array | null = null

  add(value: string): void {
    this.#bits ??= new Uint8Array(FILTER_BITS / 8)
    const bit = bitOf(value)
    this.#bits[bit >> 3] = (this.#bits[bit >> 3] ?? 0) | (1 << (bit & 7))
  }

  mayHave(value: string): boolean {
    if (this.#bits === null) return false
    const bit = bitOf(value)
    return ((this.#bits[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0
  }
}

/** FNV-1a over the text's 16-bit units. */
function bitOf(value: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 15)) & (FILTER_BITS - 1)
}
