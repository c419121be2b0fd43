import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareBucketKeys } from '../../../src/core/metering/bucket_order.js'
import { bucketKey, bucketOfKey, Divider } from '../../../src/core/metering/divider.js'
import type { Bucket } from '../../../src/core/metering/division.js'
import { divisions, eventProperties } from './division_support.js'

const bucketsOf = (value: fc.Arbitrary<string>): fc.Arbitrary<Bucket> =>
  fc.record({
    filter: fc.option(fc.nat(12), { nil: null }),
    group: fc.array(fc.option(value, { nil: null }), { maxLength: 3 }),
  })

const anyBucket = bucketsOf(fc.string({ unit: 'binary', maxLength: 6 }))
/** Texts that look like something else where they are written, so that keys could run together. */
const lookalike = bucketsOf(fc.constantFrom('', 'null', '0', '"', ',', '","', 'a', ']', '[]', '\\', 'a","b'))
/** Characters on both sides of each place where the orders of UTF-8 and UTF-16 could part. */
const edges = bucketsOf(
  fc.string({
    unit: fc.constantFrom('a', '\u007f', 'é', '\ud7ff', '\ue000', '\ufffd', '\u{10000}', '😀', '\u{10ffff}'),
  }),
)

describe('the key of a bucket', () => {
  test.each<[Bucket, string, string]>([
    [{ filter: null, group: [] }, '', 'all that is not divided'],
    [{ filter: null, group: [null] }, '[null,null]', 'the rest, with nothing to group it by'],
    [{ filter: 0, group: [] }, '[0]', 'the first filter'],
    [{ filter: 3, group: ['a', null, '7'] }, '[3,"a",null,"7"]', 'a group of a filter'],
  ])('of %j is %j: %s', (bucket, key) => {
    expect(bucketKey(bucket)).toBe(key)
  })

  test('gives the bucket back', () => {
    for (const buckets of [anyBucket, lookalike, edges]) {
      fc.assert(
        fc.property(buckets, (bucket) => {
          expect(bucketOfKey(bucketKey(bucket))).toEqual(bucket)
        }),
        { numRuns: 1_000 },
      )
    }
  })

  test('is the same only for the same bucket', () => {
    const same = (a: Bucket, b: Bucket) =>
      a.filter === b.filter && a.group.length === b.group.length && a.group.every((value, i) => value === b.group[i])
    fc.assert(
      fc.property(lookalike, lookalike, (a, b) => {
        expect(bucketKey(a) === bucketKey(b)).toBe(same(a, b))
      }),
      { numRuns: 3_000 },
    )
  })

  test('is what an event is counted under', () => {
    fc.assert(
      fc.property(divisions([null]), eventProperties, (division, properties) => {
        const divider = new Divider(division)
        const bucket = divider.bucketOf(properties)
        expect(divider.keyOf(properties)).toBe(bucket && bucketKey(bucket))
      }),
    )
  })
})

describe('the order of bucket keys', () => {
  const bytes = (text: string) => Buffer.from(text, 'utf8')

  test('is that of their bytes in UTF-8', () => {
    for (const buckets of [anyBucket, lookalike, edges]) {
      fc.assert(
        fc.property(buckets, buckets, (one, other) => {
          const [a, b] = [bucketKey(one), bucketKey(other)]
          expect(Math.sign(compareBucketKeys(a, b))).toBe(Buffer.compare(bytes(a), bytes(b)))
        }),
        { numRuns: 1_000 },
      )
    }
  })

  test('is the one in which SQLite gives them back', () => {
    const keys = [...new Set(fc.sample(fc.oneof(anyBucket, edges), 2_000).map(bucketKey))]
    const db = new DatabaseSync(':memory:')
    db.exec('CREATE TABLE buckets (key TEXT PRIMARY KEY)')
    const insert = db.prepare('INSERT INTO buckets VALUES (?)')
    for (const key of keys) insert.run(key)
    const stored = db.prepare('SELECT key FROM buckets ORDER BY key').all()
    expect(stored.map(({ key }) => key)).toEqual(keys.toSorted(compareBucketKeys))
  })

  test('is not the order of JavaScript texts', () => {
    const [below, beyond] = [bucketKey({ filter: 0, group: ['\ufffd'] }), bucketKey({ filter: 0, group: ['😀'] })]
    expect(below > beyond).toBe(true)
    expect(compareBucketKeys(below, beyond)).toBeLessThan(0)
  })
})
