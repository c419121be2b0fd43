import type { JsonState, MemberSet } from '../core/metering/aggregation.js'
import { MAX_BUFFERED_MEMBERS, MAX_BUFFERED_TEXT } from './limits.js'

/** Members in memory alone, and whether there are more of them than it is for. */
export class BoundedMembers implements MemberSet<JsonState> {
  readonly #members = new Map<string, JsonState>()
  #textLength = 0

  get size(): number {
    return this.#members.size
  }

  get isFull(): boolean {
    return this.size > MAX_BUFFERED_MEMBERS || this.#textLength > MAX_BUFFERED_TEXT
  }

  get(value: string): JsonState | undefined {
    return this.#members.get(value)
  }

  set(value: string, member: JsonState): void {
    if (!this.#members.has(value)) this.#textLength += value.length
    this.#members.set(value, member)
  }
}
