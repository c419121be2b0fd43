import { describe, expect, it } from 'vitest'
import { takeOver, withAllVersions } from '../../src/customer/take_over.js'
import type { EventInboxVersionRow } from '../../src/resources/event_versions/table.js'
import type { EventInboxRow } from '../../src/resources/events/table.js'
import { wakeUp, withStorage } from '../support/object_storage.js'

const content = (n: number) => ({ code: 'calls', at: n, properties: { n }, preciseTotalAmountCents: null })
const row = (id: string, n: number, withdrawnAt: number | null = null): EventInboxRow => ({
  ...{ seq: n, id, organizationId: 'o', createdAt: 1, externalSubscriptionId: 's', transactionId: id, withdrawnAt },
  ...content(n),
})
const version = (eventId: string, n: number): EventInboxVersionRow => ({
  ...{ seq: n, id: `${eventId}${n}`, organizationId: 'o', createdAt: 100 + n, eventId, version: n },
  ...content(n),
})

describe('what waited is taken over with its past', () => {
  it('once, however often it is taken over', async () => {
    const [first, second] = await withStorage((storage) => {
      const usage = wakeUp(storage)
      const rows = [row('plain', 9), row('amended', 3), row('withdrawn', 5, 200)]
      const versions = [version('amended', 1), version('amended', 2)]
      const told = () => rows.map(({ id }) => usage.history(usage.locate('s', id)?.seq ?? 0))
      takeOver(usage, rows, versions)
      const once = told()
      takeOver(usage, rows, versions)
      return [once, told()]
    })
    const short = first?.map((history) => ({
      current: history?.current?.at ?? null,
      past: history?.past.map(({ at, endedAt, endedBy }) => [at, endedAt, endedBy]),
    }))
    expect(short).toEqual([
      { current: 9, past: [] },
      {
        current: 3,
        past: [
          [1, 101, 'amendment'],
          [2, 102, 'amendment'],
        ],
      },
      { current: null, past: [[5, 200, 'deletion']] },
    ])
    expect(second).toEqual(first)
  })

  it('in the order of reception, corrected events too', async () => {
    const places = await withStorage((storage) => {
      const usage = wakeUp(storage)
      takeOver(usage, [row('a', 1, 50), row('b', 2), row('c', 3, 60)], [])
      return ['a', 'b', 'c'].map((id) => usage.locate('s', id))
    })
    expect(places).toEqual([
      { seq: 1, isWithdrawn: true },
      { seq: 2, isWithdrawn: false },
      { seq: 3, isWithdrawn: true },
    ])
  })

  it.each([
    [[version('b', 0)], 3, ['a', 'b', 'c'], 'all versions have been read'],
    [[version('b', 0), version('b', 1)], 2, ['a'], 'the second may have more versions than were read'],
    [[version('b', 0), version('c', 0)], 2, ['a', 'b'], 'the last may have more'],
    [[version('b', 0), version('z', 0)], 2, ['a', 'b', 'c'], 'only an event behind them may have more'],
  ])('as far as its past is known: %#, %d', (versions, limit, ids) => {
    const rows = [row('a', 1), row('b', 2), row('c', 3)]
    expect(withAllVersions(rows, versions, limit).map(({ id }) => id)).toEqual(ids)
  })
})
