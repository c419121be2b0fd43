import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addFigures, type Figures, NO_FIGURES } from '../../../src/core/usage/figures.js'
import { pageWithin } from '../../../src/core/usage/group_page.js'
import { MAX_GROUP_ROWS, MAX_GROUPS_PER_PAGE } from '../../../src/core/usage/limits.js'
import { type ChargeRows, type UsageBucket, usageRows } from '../../../src/core/usage/usage_rows.js'
import { bucketOf, decimal, figuresOf, shown } from './builders.js'

const ALL = { page: 1, perPage: 100 }
const rowsOf = (buckets: UsageBucket[], hasFilters = false, page = ALL, presentationKeys: string[] = []) =>
  usageRows(buckets, { hasFilters, page, presentationKeys })

const units = ({ figures }: { figures: Figures }) => figures.units.toString()
const filterUnits = (rows: Pick<ChargeRows, 'filters'>) =>
  rows.filters.map((row) => [row.filter?.id ?? null, units(row)])
const groupUnits = (rows: ChargeRows) => rows.groups.map((row) => [row.groupedBy, units(row)])

describe('the rows of a charge', () => {
  it('are its sums alone without filters and groups', () => {
    const rows = rowsOf([bucketOf(null, {}, 3)])
    expect([units(rows), rows.filters, rows.groups]).toEqual(['3', [], []])
  })

  it('list every filter and the rest, as the filters are defined', () => {
    const buckets = [
      bucketOf(shown('c', 2), {}, 4),
      bucketOf(null, {}, 8),
      bucketOf(shown('a', 0), {}, 1),
      bucketOf(shown('b', 1), {}, 0),
    ]
    const rows = rowsOf(buckets, true)
    expect(filterUnits(rows)).toEqual([
      ['a', '1'],
      ['b', '0'],
      ['c', '4'],
      [null, '8'],
    ])
    expect([units(rows), rows.groups]).toEqual(['13', []])
  })

  it('of groups hold the filters that are in them, and make a group of what is not grouped', () => {
    const buckets = [
      bucketOf(shown('a', 0), { country: 'us' }, 1),
      bucketOf(shown('a', 0), { country: null }, 2),
      bucketOf(shown('b', 1), { country: 'us' }, 4),
      bucketOf(null, {}, 8),
    ]
    const rows = rowsOf(buckets, true)
    expect(groupUnits(rows)).toEqual([
      [{ country: 'us' }, '5'],
      [{ country: null }, '2'],
      [{}, '8'],
    ])
    expect(rows.groups.map(filterUnits)).toEqual([
      [
        ['a', '1'],
        ['b', '4'],
      ],
      [['a', '2']],
      [[null, '8']],
    ])
    expect(filterUnits(rows)).toEqual([
      ['a', '3'],
      ['b', '4'],
      [null, '8'],
    ])
  })

  it('know the same group by its values, in whatever order its keys are', () => {
    const rows = rowsOf(
      [bucketOf(shown('a', 0), { x: '1', y: '2' }, 1), bucketOf(shown('b', 1), { y: '2', x: '1' }, 2)],
      true,
    )
    expect(groupUnits(rows)).toEqual([[{ x: '1', y: '2' }, '3']])
  })

  it('list filters by themselves when not told, once any bucket has one', () => {
    const wish = { page: ALL, presentationKeys: [] }
    expect(usageRows([bucketOf(null, {}, 1)], wish).filters).toEqual([])
    expect(filterUnits(usageRows([bucketOf(shown('a', 0), {}, 1), bucketOf(null, {}, 2)], wish))).toEqual([
      ['a', '1'],
      [null, '2'],
    ])
  })

  it('break units down by presentation values, of the whole and of every part', () => {
    const breakdown = (values: [string | null, number][]) =>
      values.map(([value, n]) => ({ values: [value], units: decimal(n) }))
    const rows = rowsOf(
      [
        bucketOf(
          shown('a', 0),
          { team: 'x' },
          5,
          breakdown([
            ['r', 2],
            [null, 3],
          ]),
        ),
        bucketOf(null, { team: 'x' }, 4, breakdown([['r', 4]])),
        bucketOf(null, { team: 'y' }, 1, breakdown([['s', 1]])),
      ],
      true,
      ALL,
      ['department'],
    )
    const shownRows = (row: Pick<ChargeRows, 'breakdowns'>) =>
      row.breakdowns.map((one) => [one.presentationBy.department, `${one.units}`])
    expect(shownRows(rows)).toEqual([
      ['r', '6'],
      [null, '3'],
      ['s', '1'],
    ])
    expect(rows.filters.map(shownRows)).toEqual([
      [
        ['r', '2'],
        [null, '3'],
      ],
      [
        ['r', '4'],
        ['s', '1'],
      ],
    ])
    expect(rows.groups.map(shownRows)).toEqual([
      [
        ['r', '6'],
        [null, '3'],
      ],
      [['s', '1']],
    ])
  })
})

describe('a page of groups', () => {
  const buckets = Array.from({ length: 5 }, (_, i) => bucketOf(null, { team: `${i}` }, 1))

  it.each([
    [1, ['0', '1'], 1, 2],
    [2, ['2', '3'], 2, 3],
    [3, ['4'], 3, null],
    [4, [], 4, null],
  ])('%s of two each holds %j; every total covers them all', (page, teams, currentPage, nextPage) => {
    const rows = rowsOf(buckets, false, { page, perPage: 2 })
    expect(rows.groups.map(({ groupedBy }) => groupedBy.team)).toEqual(teams)
    expect(rows.groupsMeta).toEqual({ currentPage, nextPage, totalPages: 3, totalCount: 5 })
    expect(units(rows)).toBe('5')
  })

  it('is none where nothing is grouped', () => {
    expect(rowsOf([bucketOf(null, {}, 1)]).groupsMeta).toEqual({
      currentPage: 0,
      nextPage: null,
      totalPages: 0,
      totalCount: 0,
    })
  })

  it.each([
    [10, 1, 1, 10, 'as asked'],
    [1e9, 1, 1, MAX_GROUPS_PER_PAGE, 'the most that one charge lists'],
    [1000, 500, 1, MAX_GROUP_ROWS / 500, 'the answer is shared by all charges'],
    [1000, 500, 1e6, 1, 'one at least'],
  ])('asked for %s groups of %s charges, %s rows each, has %s: %s', (perPage, charges, rowsPerGroup, expected) => {
    expect(pageWithin({ page: 7, perPage }, charges, rowsPerGroup)).toEqual({ page: 7, perPage: expected })
  })
})

it('pricing units and projections are added where there are any', () => {
  const projected = { units: decimal(4), amountCents: decimal(40) }
  const some = figuresOf(1, { pricingUnitCents: decimal(2), projected })
  expect(addFigures(some, some)).toMatchObject({
    pricingUnitCents: decimal(4),
    projected: { units: decimal(8), amountCents: decimal(80) },
  })
  expect(addFigures(NO_FIGURES, some)).toEqual(some)
  expect(addFigures(figuresOf(1), figuresOf(2))).toMatchObject({ pricingUnitCents: null, projected: null })
})

it('the whole is the sum of its filters and the sum of its groups', () => {
  const bucket = fc.record({
    filter: fc.constantFrom(null, shown('a', 0), shown('b', 1)),
    groupedBy: fc.constantFrom<UsageBucket['groupedBy'][]>({ team: 'x' }, { team: null }, { team: 'y', user: 'u' }, {}),
    amount: fc.integer({ min: 0, max: 1000 }),
  })
  fc.assert(
    fc.property(fc.array(bucket, { minLength: 1 }), (drawn) => {
      const rows = rowsOf(
        drawn.map(({ filter, groupedBy, amount }) => bucketOf(filter, groupedBy, amount)),
        true,
      )
      const sumOf = (parts: readonly { figures: Figures }[]) =>
        parts.reduce((sum, { figures }) => addFigures(sum, figures), NO_FIGURES)
      expect(sumOf(rows.filters)).toEqual(rows.figures)
      if (rows.groups.length > 0) expect(sumOf(rows.groups)).toEqual(rows.figures)
    }),
  )
})
