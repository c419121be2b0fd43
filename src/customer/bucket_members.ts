import type { JsonState, MemberSet } from '../core/metering/aggregation.js'
import { BufferedRows } from './buffered_rows.js'
import type { CounterRows } from './counter_rows.js'
import { MAX_BUFFERED_MEMBERS, MAX_BUFFERED_TEXT } from './limits.js'

/** The members of a counter's buckets while events are folded. What was set is in the tables after {@link flush}. */
export class BucketMembers {
  readonly #rows: BufferedRows<JsonState>
  #written = 0

  /** @param isEmpty whether the tables hold no members yet of the buckets that are asked for */
  constructor(rows: CounterRows, counterId: number, isEmpty: boolean) {
    const storage = {
      load: (key: string) => rows.member(counterId, ...partsOf(key)),
      save: (members: readonly (readonly [string, JsonState])[]) =>
        rows.saveMembers(
          counterId,
          members.map(([key, member]) => [...partsOf(key), member]),
        ),
    }
    this.#rows = new BufferedRows(storage, { rows: MAX_BUFFERED_MEMBERS, text: MAX_BUFFERED_TEXT }, isEmpty)
  }

  /** How often a member was set. */
  get written(): number {
    return this.#written
  }

  of(bucket: string): MemberSet<JsonState> {
    const prefix = `${bucket.length} ${bucket}`
    return {
      get: (value) => this.#rows.get(prefix + value),
      set: (value, member) => {
        this.#written++
        this.#rows.set(prefix + value, member)
      },
    }
  }

  flush(): void {
    this.#rows.flush()
  }
}

/** A bucket and a value, out of one text that begins with the bucket's length. */
function partsOf(key: string): [bucket: string, value: string] {
  const start = key.indexOf(' ') + 1
  const end = start + Number(key.slice(0, start - 1))
  return [key.slice(start, end), key.slice(end)]
}
