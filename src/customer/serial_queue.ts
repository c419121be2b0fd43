/**
 * Runs tasks one after the other, in the order in which they were handed in. An object interleaves its calls while one of
 * them awaits D1, so whoever decides from what it has read there does so in here. A task must not hand in another one and
 * wait for it: it would wait for itself.
 */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve()

  /** The task's own outcome. A task that fails keeps none of those behind it from running. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const outcome = this.#last.then(task)
    this.#last = outcome.catch(() => undefined)
    return outcome
  }
}
