import type { CustomerRef } from './contract.js'
import { CHARGE_ALARM_MS, LONGEST_CHARGE_WAIT_MS, STREAMS_KEPT_MS } from './limits.js'
import type { ObjectOwner } from './object_owner.js'

/** What charging in the background needs of the object. Clocks are real ones, in epoch milliseconds. */
export interface AdvanceHost {
  readonly storage: Pick<DurableObjectStorage, 'setAlarm' | 'deleteAlarm'>
  readonly owner: ObjectOwner
  clock(): number
  /** Whether events may wait to be charged, a threshold may have been passed, or wallets be looked at. */
  hasWork(): boolean
  /** Milliseconds until there will be such work though there is none now; null when none is known of. */
  wait(): number | null
  /** Asks D1 what is paid in advance. */
  refresh(ref: CustomerRef, now: number): Promise<void>
  /** The same, and charges a round of what waits. False when it failed and the customer was parked. */
  settle(ref: CustomerRef, now: number): Promise<boolean>
  /** The organization's now, if it is frozen. */
  testClockOf(ref: CustomerRef): Promise<number | null>
  /** Keeps the object alive until it is done. */
  waitUntil(work: Promise<void>): void
}

/**
 * Sees to it that events are charged in advance without anybody waiting for it. The events stand in a queue of the object's, so
 * this is only about when: at once after they were stored, round by round while there are more, and by alarm where that was cut
 * short or failed, later and later.
 */
export class AdvanceWork {
  /** When D1 was last asked what is paid in advance; never since the object woke, at first. */
  #askedAt = Number.NEGATIVE_INFINITY
  #isCharging = false
  #failures = 0
  #retryAt = 0

  constructor(private readonly host: AdvanceHost) {}

  /** Within the transaction that puts events into the queue: from then on the alarm looks after them, after `wait` milliseconds. */
  queued = (wait: number = CHARGE_ALARM_MS): void => this.#wakeAt(this.host.clock() + wait)

  /** After work that may have changed what the customer pays in advance: events that come from then on find it known. */
  async after<T>(ref: CustomerRef, now: number, work: Promise<T>): Promise<T> {
    const outcome = await work
    try {
      await this.host.refresh(ref, now)
      this.#askedAt = this.host.clock()
    } catch (error) {
      // What changed it stands all the same; the next event makes up for it.
      console.error('not known what is paid in advance', ref, error)
      this.#askedAt = Number.NEGATIVE_INFINITY
    }
    this.start(ref, now)
    return outcome
  }

  /** After work of any other kind: it may have left something to be done. Nobody waits for it. */
  follow(ref: CustomerRef, now: number, work: Promise<unknown>): void {
    const next = () => {
      const wait = this.host.wait()
      // Should what follows be cut short, or be for later, the alarm looks after it.
      if (wait !== null) this.queued(wait > 0 ? wait + 1 : CHARGE_ALARM_MS)
      if (this.host.hasWork()) this.start(ref, now)
    }
    this.host.waitUntil(work.then(next, next))
  }

  /** After events were stored. */
  start(ref: CustomerRef, now: number): void {
    const clock = this.host.clock()
    const isStale = clock - this.#askedAt >= STREAMS_KEPT_MS
    if (this.#isCharging || clock < this.#retryAt || !(isStale || this.host.hasWork())) return
    this.host.waitUntil(this.#charge(ref, now))
  }

  async alarm(): Promise<void> {
    const ref = this.host.owner.ref
    // Should the object have slept since the alarm was set, it does not know any more what for.
    if (ref === null || this.#isCharging) return
    try {
      await this.#charge(ref, (await this.host.testClockOf(ref)) ?? this.host.clock())
    } catch (error) {
      this.#failed(error)
    }
  }

  async #charge(ref: CustomerRef, now: number): Promise<void> {
    this.#isCharging = true
    this.#askedAt = this.host.clock()
    try {
      if (!(await this.host.settle(ref, now))) return this.#failed('the customer is parked')
      this.#failures = 0
      // What is left goes on as a call of its own, for one call can only ask so much of D1.
      const wait = this.host.hasWork() ? 0 : this.host.wait()
      if (wait === null) void this.host.storage.deleteAlarm()
      else this.#wakeAt(this.host.clock() + wait + 1)
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#isCharging = false
    }
  }

  /** The runtime gives an alarm up that fails a few times: so it never fails, and is set anew. */
  #failed(error: unknown): void {
    console.error('events were not charged in advance and will be tried again', this.host.owner.ref, error)
    const wait = Math.min(CHARGE_ALARM_MS * 2 ** this.#failures, LONGEST_CHARGE_WAIT_MS)
    this.#failures++
    this.#retryAt = this.host.clock() + wait
    this.#wakeAt(this.#retryAt)
  }

  #wakeAt(at: number): void {
    void this.host.storage.setAlarm(at)
  }
}
