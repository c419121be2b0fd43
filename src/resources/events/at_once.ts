import { CALLS_AT_ONCE } from '../../limits.js'

/** Calls for every item, a few under way at a time. The answers are in the order of the items. */
export async function callEach<T, R>(items: readonly T[], call: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = []
  for (let at = 0; at < items.length; at += CALLS_AT_ONCE) {
    answers.push(...(await Promise.all(items.slice(at, at + CALLS_AT_ONCE).map(call))))
  }
  return answers
}
