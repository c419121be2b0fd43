/** The last part of an entry's life, in which whoever asks first reads it again. */
const RENEWAL_SHARE = 1 / 5

/**
 * A small cache of one isolate: entries live for a fixed time, the oldest go first when it is full. What it holds may be
 * stale for that time, so only facts that are checked again where they matter belong in it.
 *
 * Before an entry's life ends, one request is told that it is gone, so that it reads and sets it anew; the others go on with it
 * meanwhile. Otherwise all requests of a busy isolate would read it at once.
 */
export class ExpiringCache<V> {
  readonly #entries = new Map<string, { value: V; expiresAt: number; isRenewed: boolean }>()

  constructor(
    readonly livesForMs: number,
    readonly maxEntries: number,
  ) {}

  /** `clock` is the real time in epoch milliseconds, never a test clock. */
  get(key: string, clock: number): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.expiresAt <= clock) {
      this.#entries.delete(key)
      return undefined
    }
    if (entry.isRenewed || entry.expiresAt - clock > this.livesForMs * RENEWAL_SHARE) return entry.value
    entry.isRenewed = true
    return undefined
  }

  set(key: string, value: V, clock: number): void {
    this.#entries.delete(key)
    if (this.#entries.size >= this.maxEntries) {
      const oldest = this.#entries.keys().next()
      if (!oldest.done) this.#entries.delete(oldest.value)
    }
    this.#entries.set(key, { value, expiresAt: clock + this.livesForMs, isRenewed: false })
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }
}
