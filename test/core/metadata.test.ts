import { describe, expect, it } from 'vitest'
import { changedMetadata, type Metadata, type MetadataChange } from '../../src/core/metadata.js'

describe('metadata that are an object', () => {
  it.each<[Metadata | null, MetadataChange, Metadata | null, string]>([
    [{ a: '1' }, { kind: 'replace', metadata: { b: '2' } }, { b: '2' }, 'what is sent is what there is'],
    [{ a: '1' }, { kind: 'replace', metadata: {} }, {}, 'also when nothing is'],
    [{ a: '1', b: '2' }, { kind: 'merge', metadata: { b: null } }, { a: '1', b: null }, 'others stay'],
    [null, { kind: 'merge', metadata: { b: '2' } }, { b: '2' }, 'the first ones'],
    [null, { kind: 'merge', metadata: {} }, null, 'merging nothing makes none'],
    [{ a: '1', b: '2' }, { kind: 'remove', key: 'a' }, { b: '2' }, ''],
    [{ a: '1' }, { kind: 'remove', key: 'never' }, { a: '1' }, 'a key that is not there'],
    [{ a: '1' }, { kind: 'clear' }, null, ''],
  ])('%j after %j: %j (%s)', (before, change, after) => {
    expect(changedMetadata(before, change)).toEqual({ ok: true, value: after })
  })

  it('has no more keys than it may, however few are sent at once', () => {
    const keys = (from: number, to: number) =>
      Object.fromEntries(Array.from({ length: to - from }, (_, i) => [`k${from + i}`, 'v']))
    expect(changedMetadata(keys(0, 49), { kind: 'merge', metadata: keys(48, 50) })).toMatchObject({ ok: true })
    expect(changedMetadata(keys(0, 50), { kind: 'merge', metadata: keys(49, 51) })).toMatchObject({
      failure: { details: { value: ['invalid_count'] } },
    })
  })
})
