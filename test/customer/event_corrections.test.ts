import { describe, expect, it } from 'vitest'
import type { ReceivedEvent } from '../../src/customer/event_log.js'
import { openObjectSql } from '../../src/customer/object_schema.js'
import { UsageStore } from '../../src/customer/usage_store.js'
import { tallyOf } from '../core/metering/counter_support.js'
import { FailingStorage } from '../support/failing_storage.js'
import { nodeStorage } from '../support/node_storage.js'

const event = (transactionId: string, given: Partial<ReceivedEvent> = {}): ReceivedEvent => ({
  transactionId,
  code: 'api',
  externalSubscriptionId: 's',
  externalCustomerId: null,
  at: 10,
  properties: { value: 1 },
  preciseTotalAmountCents: '5',
  createdAt: 1,
  ...given,
})

function open() {
  const storage = new FailingStorage(nodeStorage())
  return { storage, store: new UsageStore(openObjectSql(storage), tallyOf) }
}

describe('a withdrawn event', () => {
  it('is in no listing and under no id, keeps its transaction id taken, and is told by its history', () => {
    const { store } = open()
    store.append([event('a'), event('b')])
    const before = { ...event('a'), seq: 1 }
    expect(store.withdraw(1, 7)).toEqual({ outcome: 'withdrawn', event: before })
    for (const filters of [{}, { externalSubscriptionId: 's' }, { transactionId: 'a' }, { code: 'api' }]) {
      expect(store.keys({ ...filters, limit: 9, offset: 0 }).keys.map((key) => key.seq)).not.toContain(1)
    }
    expect(store.keys({ transactionId: 'a', limit: 9, offset: 0 }).totalCount).toBe(0)
    expect(store.events([1, 2]).map(({ seq }) => seq)).toEqual([2])
    expect(store.append([event('a')])).toEqual({ outcome: 'duplicates', positions: [0] })
    expect(store.locate('s', 'a')).toEqual({ seq: 1, isWithdrawn: true })
    expect(store.history(1)).toEqual({ current: null, past: [{ ...before, endedAt: 7, endedBy: 'deletion' }] })
    expect(store.maxSeq()).toBe(2)
  })

  it('is not withdrawn or amended again, nor is one that there is not', () => {
    const { store } = open()
    store.append([event('a')])
    store.withdraw(1, 7)
    expect([store.withdraw(1, 8), store.amend(1, { at: 3 }, 8)]).toEqual([
      { outcome: 'already_withdrawn' },
      { outcome: 'already_withdrawn' },
    ])
    expect(store.history(1)?.past).toHaveLength(1)
    expect([store.withdraw(2, 8), store.amend(2, {}, 8)]).toEqual([{ outcome: 'not_found' }, { outcome: 'not_found' }])
    expect([store.history(2), store.locate('s', 'b'), store.locate('t', 'a')]).toEqual([null, null, null])
  })
})

describe('an amended event', () => {
  it('keeps what identifies it, and every version it had', () => {
    const { store } = open()
    store.append([event('a'), event('b')])
    const first = { ...event('a'), seq: 1 }
    const second = { ...first, code: 'other', at: 20 }
    const third = { ...second, properties: { value: '2' }, preciseTotalAmountCents: null }
    expect(store.amend(1, { code: 'other', at: 20 }, 7)).toEqual({ outcome: 'amended', event: second })
    const changes = { properties: { value: '2' }, preciseTotalAmountCents: null }
    expect(store.amend(1, changes, 8)).toEqual({ outcome: 'amended', event: third })
    expect(store.amend(1, changes, 9)).toEqual({ outcome: 'unchanged', event: third })
    expect(store.history(1)).toEqual({
      current: third,
      past: [
        { ...first, endedAt: 7, endedBy: 'amendment' },
        { ...second, endedAt: 8, endedBy: 'amendment' },
      ],
    })
    expect([store.events([1]), store.locate('s', 'a')]).toEqual([[third], { seq: 1, isWithdrawn: false }])
    expect(store.keys({ code: 'other', limit: 9, offset: 0 }).keys).toEqual([{ at: 20, transactionId: 'a', seq: 1 }])
  })
})

it.each(['events', 'event_history', 'event_counts'])(
  'when %s cannot be written, a correction changes nothing',
  (table) => {
    const { storage, store } = open()
    store.append([event('a')])
    storage.failing = new RegExp(`^(INSERT INTO|UPDATE) ${table}\\b`)
    expect(() => store.withdraw(1, 7)).toThrow('the disk is gone')
    expect(() => store.amend(1, { code: 'new', at: 3 }, 7)).toThrow('the disk is gone')
    storage.failing = null
    expect(store.history(1)).toEqual({ current: { ...event('a'), seq: 1 }, past: [] })
    expect(store.counts('s').map(({ code, withdrawn, amended }) => [code, withdrawn, amended])).toEqual([['api', 0, 0]])
    expect(store.amend(1, { code: 'new' }, 8).outcome).toBe('amended')
    expect(store.counts('s').map(({ code }) => code)).toEqual(['api', 'new'])
  },
)
