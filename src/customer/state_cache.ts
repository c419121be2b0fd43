import type { CounterState } from '../core/metering/counter.js'
import { MAX_LIVE_STATES, MAX_LIVE_STATES_TEXT } from './limits.js'

/** States of buckets that were in use lately, so that the next event need not read them. Null stands for a stale bucket. */
export class StateCache {
  readonly #counters = new Map<number, Map<string, CounterState | null>>()
  #size = 0
  #textLength = 0

  get(counterId: number, bucket: string): CounterState | null | undefined {
    return this.#counters.get(counterId)?.get(bucket)
  }

  set(counterId: number, bucket: string, state: CounterState | null): void {
    if (this.#size >= MAX_LIVE_STATES || this.#textLength >= MAX_LIVE_STATES_TEXT) this.clear()
    const states = this.#counters.get(counterId) ?? new Map<string, CounterState | null>()
    this.#counters.set(counterId, states)
    if (!states.has(bucket)) this.#count(1, bucket)
    states.set(bucket, state)
  }

  delete(counterId: number, bucket: string): void {
    if (this.#counters.get(counterId)?.delete(bucket)) this.#count(-1, bucket)
  }

  drop(counterId: number): void {
    for (const bucket of this.#counters.get(counterId)?.keys() ?? []) this.#count(-1, bucket)
    this.#counters.delete(counterId)
  }

  clear(): void {
    this.#counters.clear()
    this.#size = 0
    this.#textLength = 0
  }

  #count(states: 1 | -1, bucket: string): void {
    this.#size += states
    this.#textLength += states * bucket.length
  }
}
