import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changedEntries, type MetadataEntry, type SentEntry } from '../../src/core/metadata_entries.js'

const making = (prefix = 'new') => {
  let made = 0
  return { now: 9, newId: () => `${prefix}${made++}` }
}
const entry = (id: string, key: string, value = 'v'): MetadataEntry => ({ id, key, value, createdAt: 1 })
const before = [entry('a', 'x', '1'), entry('b', 'y', '2')]

function changed(sent: readonly SentEntry[]) {
  const outcome = changedEntries(before, sent, making())
  return outcome.ok
    ? outcome.value.map(({ id, key, value, createdAt }) => ({ id, key, value, createdAt }))
    : outcome.failure
}

describe('metadata that are a list', () => {
  it('are what is sent: an id changes what it names, the rest is new or gone', () => {
    expect(
      changed([
        { id: 'b', value: '3' },
        { key: 'z', value: '4' },
      ]),
    ).toEqual([
      { id: 'b', key: 'y', value: '3', createdAt: 1 },
      { id: 'new0', key: 'z', value: '4', createdAt: 9 },
    ])
    expect(changed([])).toEqual([])
  })

  it('take an unknown id, or one that is named again, for a new entry', () => {
    expect(
      changed([{ id: 'none', key: 'k', value: 'v' }, { id: 'a' }, { id: 'a', key: 'l', value: 'v' }]),
    ).toMatchObject([{ id: 'new0' }, { id: 'a', key: 'x' }, { id: 'new1', key: 'l' }])
  })

  it.each<[readonly SentEntry[], Record<string, string[]>]>([
    [[{ value: 'v' }], { key: ['value_is_mandatory'] }],
    [[{ key: 'k' }], { value: ['value_is_mandatory'] }],
    [[{ id: 'a' }, { key: 'x', value: '2' }], { key: ['value_already_exist'] }],
  ])('are refused whole: %j', (sent, details) => {
    expect(changed(sent)).toEqual({ kind: 'invalid', details })
  })

  it('are the same when they are sent back', () => {
    const keys = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 5 })
    fc.assert(
      fc.property(keys, (names) => {
        const first = changedEntries(
          [],
          names.map((key) => ({ key, value: 'v' })),
          making(),
        )
        if (!first.ok) throw new Error('refused')
        const again = changedEntries(first.value, first.value, making('other'))
        expect(again.ok && again.value.map(({ id }) => id)).toEqual(first.value.map(({ id }) => id))
      }),
      { numRuns: 1_000 },
    )
  })
})
