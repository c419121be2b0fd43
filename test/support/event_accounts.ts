import { expect } from 'vitest'
import type { EventCount, TimeRange } from '../../src/customer/event_contract.js'
import type { UsageStore } from '../../src/customer/usage_store.js'

/** An event as the log has it by now. */
export interface AccountedEvent {
  readonly seq: number
  readonly transactionId: string
  readonly externalSubscriptionId: string
  readonly code: string
  readonly at: number
  readonly isWithdrawn: boolean
}

type Kind = 'accepted' | 'duplicates' | 'withdrawn' | 'amended'
type Counts = Record<Kind, number>

const NOTHING: Counts = { accepted: 0, duplicates: 0, withdrawn: 0, amended: 0 }
const CODES = ['api', 'other']
const WINDOWS: readonly (readonly TimeRange[])[] = [
  [],
  [{ from: null, to: 40 }],
  [
    { from: 50, to: 60 },
    { from: 20, to: 40 },
    { from: 30, to: 35 },
    { from: 40, to: 45 },
  ],
  [
    { from: 10, to: 70, lastSeq: 6 },
    { from: 30, to: 50, lastSeq: 9 },
    { from: 60, to: 90 },
  ],
]

/** Every event that was sent, accounted for by hand. */
export class EventAccounts {
  readonly #counts = new Map<string, Counts>()

  add(kind: Kind, { externalSubscriptionId, code }: Pick<AccountedEvent, 'externalSubscriptionId' | 'code'>): void {
    const key = JSON.stringify([externalSubscriptionId, code])
    const known = this.#counts.get(key) ?? NOTHING
    this.#counts.set(key, { ...known, [kind]: known[kind] + 1 })
  }

  /** A code that events got later is told too, even if none was accepted under it. */
  know({ externalSubscriptionId, code }: Pick<AccountedEvent, 'externalSubscriptionId' | 'code'>): void {
    const key = JSON.stringify([externalSubscriptionId, code])
    this.#counts.set(key, this.#counts.get(key) ?? NOTHING)
  }

  check(store: UsageStore, log: readonly AccountedEvent[]): void {
    for (const externalSubscriptionId of ['s', 's2', 'unknown']) {
      const own = log.filter((event) => event.externalSubscriptionId === externalSubscriptionId && !event.isWithdrawn)
      expect(store.counts(externalSubscriptionId)).toEqual(this.#expected(externalSubscriptionId, own))
      for (const windows of WINDOWS) checkUnmatched(store, externalSubscriptionId, own, windows)
    }
  }

  #expected(externalSubscriptionId: string, own: readonly AccountedEvent[]): EventCount[] {
    return CODES.flatMap((code) => {
      const counts = this.#counts.get(JSON.stringify([externalSubscriptionId, code]))
      const moments = own.filter((event) => event.code === code).map(({ at }) => at)
      const ends = moments.length === 0 ? [null, null] : [Math.min(...moments), Math.max(...moments)]
      return counts === undefined ? [] : [{ code, ...counts, firstAt: ends[0] ?? null, lastAt: ends[1] ?? null }]
    })
  }
}

function checkUnmatched(
  store: UsageStore,
  externalSubscriptionId: string,
  own: readonly AccountedEvent[],
  windows: readonly TimeRange[],
): void {
  const isOutside = ({ at, seq }: AccountedEvent) =>
    !windows.some(
      ({ from, to, lastSeq }) => (from ?? at) <= at && at < to && seq <= (lastSeq ?? Number.MAX_SAFE_INTEGER),
    )
  const outside = own.filter((event) => event.code !== 'api' || isOutside(event))
  const ofCode = outside.filter((event) => event.code === 'api')
  expect(store.countsOutside(externalSubscriptionId, 'api', windows)).toBe(ofCode.length)
  const keys = outside
    .map(({ at, transactionId, seq }) => ({ at, transactionId, seq }))
    .sort((a, b) => b.at - a.at || (a.transactionId < b.transactionId ? -1 : 1))
  const query = { externalSubscriptionId, counted: [{ code: 'api', windows }] }
  for (const [offset, limit] of [
    [0, 3],
    [3, 100],
  ] as const) {
    const page = store.unmatched({ ...query, offset, limit })
    expect(page).toEqual({ totalCount: keys.length, keys: keys.slice(offset, offset + limit) })
  }
}
