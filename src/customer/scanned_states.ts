import type { CounterState } from '../core/metering/counter.js'
import type { BucketStates } from './bucket_fold.js'
import { MAX_BUFFERED_TEXT, MAX_SCANNED_BUCKETS } from './limits.js'

/** An answer that is not kept as a counter has more buckets than memory can be given to. Nothing was changed. */
export class TooManyBucketsError extends Error {
  override readonly name = 'TooManyBucketsError'
}

/** States of buckets that are held in memory only. */
export class ScannedStates implements BucketStates {
  readonly #states = new Map<string, CounterState>()
  #textLength = 0

  get(bucket: string): CounterState | undefined {
    return this.#states.get(bucket)
  }

  set(bucket: string, state: CounterState): void {
    if (!this.#states.has(bucket)) this.#textLength += bucket.length
    this.#states.set(bucket, state)
    if (this.#states.size > MAX_SCANNED_BUCKETS || this.#textLength > MAX_BUFFERED_TEXT) {
      throw new TooManyBucketsError(`more than ${this.#states.size - 1} buckets, or too long keys`)
    }
  }

  [Symbol.iterator](): MapIterator<[string, CounterState]> {
    return this.#states.entries()
  }
}
