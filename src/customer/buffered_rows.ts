/** Where rows are kept. */
export interface RowStorage<Row> {
  load(key: string): Row | undefined
  save(rows: readonly (readonly [key: string, row: Row])[]): void
}

/** What is held in memory before it is written. */
export interface BufferBounds {
  readonly rows: number
  /** Characters of the keys together. */
  readonly text: number
}

/** Bits of {@link SavedKeys}: a million keys leave one in seventeen of the others in doubt, for 2 MB. */
const FILTER_BITS = 1 << 24

/**
 * Rows that are collected as they are set, and written in few statements. Nothing is lost when they grow beyond the bounds: they
 * are then written early. {@link flush} writes the rest.
 */
export class BufferedRows<Row> {
  readonly #changed = new Map<string, Row>()
  readonly #storage: RowStorage<Row>
  readonly #bounds: BufferBounds
  /** Null when the storage may hold anything. */
  #saved: SavedKeys | null
  #textLength = 0

  /** @param isEmpty whether the storage holds nothing yet: then it is asked only for what was written from here. */
  constructor(storage: RowStorage<Row>, bounds: BufferBounds, isEmpty: boolean) {
    this.#storage = storage
    this.#bounds = bounds
    this.#saved = isEmpty ? new SavedKeys() : null
  }

  get(key: string): Row | undefined {
    const changed = this.#changed.get(key)
    if (changed !== undefined) return changed
    return this.#saved === null || this.#saved.mayHave(key) ? this.#storage.load(key) : undefined
  }

  set(key: string, row: Row): void {
    if (!this.#changed.has(key)) this.#textLength += key.length
    this.#changed.set(key, row)
    if (this.#changed.size < this.#bounds.rows && this.#textLength < this.#bounds.text) return
    for (const changed of this.#changed.keys()) this.#saved?.add(changed)
    this.#write()
  }

  flush(): void {
    // Most buffers are done with now, and to remember what was written would cost more than it saves the others.
    this.#saved = null
    this.#write()
  }

  #write(): void {
    if (this.#changed.size === 0) return
    // In the order of the table's key, or nearly: neighbours share pages, and writing them in turn is several times faster.
    this.#storage.save([...this.#changed].sort(([a], [b]) => (a < b ? -1 : 1)))
    this.#changed.clear()
    this.#textLength = 0
  }
}

/** Remembers keys in little memory: what was added it may have, what was not it mostly denies. */
class SavedKeys {
  /** Null before the first. */
  #bits: Uint8Array | null = null

  add(key: string): void {
    this.#bits ??= new Uint8Array(FILTER_BITS / 8)
    const bit = bitOf(key)
    this.#bits[bit >> 3] = (this.#bits[bit >> 3] ?? 0) | (1 << (bit & 7))
  }

  mayHave(key: string): boolean {
    if (this.#bits === null) return false
    const bit = bitOf(key)
    return ((this.#bits[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0
  }
}

/** FNV-1a over the text's 16-bit units. */
function bitOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash ^ (hash >>> 15)) & (FILTER_BITS - 1)
}
