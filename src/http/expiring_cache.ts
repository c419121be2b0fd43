/**
 * A small cache of one isolate: entries live for a fixed time, the oldest go first when it is full. What it holds may be
 * stale for that time, so only facts that are checked again where they matter belong in it.
 */
export class ExpiringCache<V> {
  readonly #entries = new Map<string, { value: V; expiresAt: number }>()

  constructor(
    readonly livesForMs: number,
    readonly maxEntries: number,
  ) {}

  /** `clock` is the real time in epoch milliseconds, never a test clock. */
  get(key: string, clock: number): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    if (entry.expiresAt > clock) return entry.value
    this.#entries.delete(key)
    return undefined
  }

  set(key: string, value: V, clock: number): void {
    this.#entries.delete(key)
    if (this.#entries.size >= this.maxEntries) {
      const oldest = this.#entries.keys().next()
      if (!oldest.done) this.#entries.delete(oldest.value)
    }
    this.#entries.set(key, { value, expiresAt: clock + this.livesForMs })
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }
}
