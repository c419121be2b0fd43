import { Breakdown, type PresentationBreakdown } from './breakdown.js'
import { addFigures, type Figures, NO_FIGURES } from './figures.js'
import { GroupPage, type GroupPageMeta, type PageOfGroups } from './group_page.js'

/** The filter of some usage, as it is shown. */
export interface ShownFilter {
  /** Tells filters of one charge apart. */
  readonly id: string
  /** Its place among them. */
  readonly position: number
  readonly values: Readonly<Record<string, readonly string[]>>
  readonly invoiceDisplayName: string | null
}

/** Usage that is priced by itself: one filter of a charge, or what matches none, and one group. */
export interface UsageBucket {
  readonly filter: ShownFilter | null
  /** Empty where nothing is grouped. */
  readonly groupedBy: Readonly<Record<string, string | null>>
  readonly figures: Figures
  /** Units by the values of the presentation keys. */
  readonly breakdown: readonly BrokenDownUnits[]
}

export interface BrokenDownUnits {
  readonly values: readonly (string | null)[]
  readonly units: Figures['units']
}

export interface FilterRow {
  /** Null is the row of what matches no filter. */
  readonly filter: ShownFilter | null
  readonly figures: Figures
  readonly breakdowns: readonly PresentationBreakdown[]
}

export interface GroupRow {
  readonly groupedBy: Readonly<Record<string, string | null>>
  readonly figures: Figures
  readonly filters: readonly FilterRow[]
  readonly breakdowns: readonly PresentationBreakdown[]
}

/** The rows of one charge in a usage answer. */
export interface ChargeRows {
  readonly figures: Figures
  /** Empty for a charge without filters. */
  readonly filters: readonly FilterRow[]
  /** One page of them; empty where nothing is grouped. */
  readonly groups: readonly GroupRow[]
  readonly groupsMeta: GroupPageMeta
  readonly breakdowns: readonly PresentationBreakdown[]
}

export interface RowsWish {
  /** Whether the charge has filters at all: then what matches none is a row too. Absent: if any bucket is of one. */
  readonly hasFilters?: boolean
  readonly page: PageOfGroups
  readonly presentationKeys: readonly string[]
}

/**
 * Puts a charge's buckets together into the rows of a usage answer (metering rules, section 6). Every row is the sum of its
 * buckets, so rows of different cuts add up to the same whole. Buckets of no group form a group of their own once any other is
 * grouped. Of the groups only one page is kept in memory, and of the others their names.
 */
export class UsageRows {
  readonly #whole: RowSum
  readonly #filters: FilterSums
  readonly #groups: GroupPage<{ readonly sum: RowSum; readonly filters: FilterSums }>
  #isGrouped = false
  #hasFilters: boolean

  constructor(private readonly wish: RowsWish) {
    const { page, presentationKeys } = wish
    this.#hasFilters = wish.hasFilters ?? false
    this.#whole = new RowSum(presentationKeys)
    this.#filters = new FilterSums(presentationKeys)
    this.#groups = new GroupPage(page, () => ({
      sum: new RowSum(presentationKeys),
      filters: new FilterSums(presentationKeys),
    }))
  }

  add(bucket: UsageBucket): void {
    this.#hasFilters ||= this.wish.hasFilters === undefined && bucket.filter !== null
    this.#isGrouped ||= Object.keys(bucket.groupedBy).length > 0
    this.#whole.add(bucket)
    this.#filters.add(bucket)
    const group = this.#groups.of(bucket.groupedBy)
    group?.sum.add(bucket)
    group?.filters.add(bucket)
  }

  rows(): ChargeRows {
    const filtersOf = (sums: FilterSums) => (this.#hasFilters ? sums.rows() : [])
    return {
      ...this.#whole.row(),
      filters: filtersOf(this.#filters),
      groups: this.#isGrouped
        ? this.#groups.rows().map(({ groupedBy, kept }) => ({
            groupedBy,
            ...kept.sum.row(),
            filters: filtersOf(kept.filters),
          }))
        : [],
      groupsMeta: this.#groups.meta(this.#isGrouped),
    }
  }
}

export function usageRows(buckets: Iterable<UsageBucket>, wish: RowsWish): ChargeRows {
  const rows = new UsageRows(wish)
  for (const bucket of buckets) rows.add(bucket)
  return rows.rows()
}

/** The running sum of one row. */
class RowSum {
  #figures = NO_FIGURES
  readonly #breakdown: Breakdown

  constructor(presentationKeys: readonly string[]) {
    this.#breakdown = new Breakdown(presentationKeys)
  }

  add({ figures, breakdown }: UsageBucket): void {
    this.#figures = addFigures(this.#figures, figures)
    for (const { values, units } of breakdown) this.#breakdown.add(values, units)
  }

  row() {
    return { figures: this.#figures, breakdowns: this.#breakdown.rows() }
  }
}

/** The sums of the filters of one charge, or of one group of it. */
class FilterSums {
  readonly #sums = new Map<string | null, { readonly filter: ShownFilter | null; readonly sum: RowSum }>()

  constructor(private readonly presentationKeys: readonly string[]) {}

  add(bucket: UsageBucket): void {
    const { filter } = bucket
    const id = filter?.id ?? null
    const found = this.#sums.get(id) ?? { filter, sum: new RowSum(this.presentationKeys) }
    this.#sums.set(id, found)
    found.sum.add(bucket)
  }

  /** As the filters are defined, and last what matches none. */
  rows(): FilterRow[] {
    return [...this.#sums.values()].map(({ filter, sum }) => ({ filter, ...sum.row() })).sort(byPlace)
  }
}

const byPlace = (a: FilterRow, b: FilterRow): number => place(a) - place(b)
const place = ({ filter }: FilterRow): number => filter?.position ?? Number.MAX_SAFE_INTEGER
