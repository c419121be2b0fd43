import { describe, expect, test } from 'vitest'
import { ALL_FILTER_VALUES, type MetricFilter } from '../../../src/core/catalog.js'
import { filterRules } from '../../../src/core/metering/all_values.js'
import { Divider } from '../../../src/core/metering/divider.js'

type Values = Record<string, readonly string[]>

const ALL = [ALL_FILTER_VALUES]
const CLOUDS: MetricFilter = { key: 'cloud', values: ['aws', 'gcp'] }
const REGIONS: MetricFilter = { key: 'region', values: ['eu', 'us'] }
const PROTO: MetricFilter = { key: '__proto__', values: ['x'] }

const charge = (filters: readonly Values[]) => ({
  filters: filters.map((values, i) => ({ id: `filter ${i}`, values, properties: {}, invoiceDisplayName: null })),
})

const rulesOf = (filters: readonly Values[], listed: readonly MetricFilter[]) =>
  filterRules(charge(filters), { filters: listed }).map(({ values }) => Object.entries(values))

describe('the filters of a charge', () => {
  test.each<[Values[], MetricFilter[], [string, readonly string[]][][], string]>([
    [[], [CLOUDS], [], 'none'],
    [[{ cloud: ['gcp'] }], [CLOUDS], [[['cloud', ['gcp']]]], 'values that are named are taken as they are'],
    [[{ cloud: ALL }], [CLOUDS], [[['cloud', ['aws', 'gcp']]]], 'all values are those that the metric lists'],
    [
      [{ region: ALL, cloud: ['aws'] }, { region: ['us'] }],
      [CLOUDS, REGIONS],
      [
        [
          ['region', ['eu', 'us']],
          ['cloud', ['aws']],
        ],
        [['region', ['us']]],
      ],
      'each filter at its place, each key by itself',
    ],
    [[{ region: ALL }], [CLOUDS], [[['region', []]]], 'of a key that the metric no longer lists there are none'],
    [[{ region: ['us'] }], [CLOUDS], [[['region', []]]], 'nor is a value of it there that is named'],
    [[{ cloud: ALL }], [{ key: 'cloud', values: [] }], [[['cloud', []]]], 'of a key without values there are none'],
    [[{ cloud: ['aws', 'ibm'] }], [CLOUDS], [[['cloud', ['aws']]]], 'a value that the metric no longer lists is gone'],
    [[{ cloud: ['ibm'] }], [CLOUDS], [[['cloud', []]]], 'also when it was the only one'],
    [[{ constructor: ALL } as never], [CLOUDS], [[['constructor', []]]], 'nothing is inherited'],
    [[JSON.parse('{"__proto__":["x"]}')], [PROTO], [[['__proto__', ['x']]]], 'a key may have any name'],
  ])('%j, of a metric with %j, take %j: %s', (filters, listed, expected) => {
    expect(rulesOf(filters, listed)).toEqual(expected)
  })

  test('take nothing once a key is not listed any more, and leave the others their places', () => {
    const rule = { groupKeys: [], tallyKey: null }
    const filters = filterRules(charge([{ cloud: ALL, region: ['us'] }, { cloud: ALL }]), { filters: [CLOUDS] })
    const divider = new Divider({ filters: filters.map((values) => ({ ...rule, ...values })), rest: rule, only: {} })
    expect(divider.bucketOf({ cloud: 'aws', region: 'us' })?.filter).toBe(1)
    expect(divider.bucketOf({ cloud: 'ibm', region: 'us' })?.filter).toBeNull()
  })

  test('of a value that the metric gains are taken by all values, not by a list', () => {
    const more = { ...CLOUDS, values: ['aws', 'azure', 'gcp'] }
    expect(rulesOf([{ cloud: ALL }, { cloud: ['aws', 'gcp'] }], [more])).toEqual([
      [['cloud', ['aws', 'azure', 'gcp']]],
      [['cloud', ['aws', 'gcp']]],
    ])
  })
})
