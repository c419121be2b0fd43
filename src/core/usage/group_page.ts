import { MAX_GROUP_ROWS, MAX_GROUPS_PER_PAGE } from './limits.js'

type GroupedBy = Readonly<Record<string, string | null>>

/** Which groups of each charge are wanted. */
export interface PageOfGroups {
  /** From 1. */
  readonly page: number
  readonly perPage: number
}

export interface GroupPageMeta {
  /** 0 where nothing is grouped, as in listings. */
  readonly currentPage: number
  readonly nextPage: number | null
  readonly totalPages: number
  readonly totalCount: number
}

/**
 * The page that an answer can hold: what is asked for, but never more than what all its charges, each with so many rows in a
 * group, may have together.
 */
export function pageWithin(page: PageOfGroups, charges: number, rowsPerGroup: number): PageOfGroups {
  const bound = Math.floor(MAX_GROUP_ROWS / (Math.max(1, charges) * Math.max(1, rowsPerGroup)))
  return { page: page.page, perPage: Math.max(1, Math.min(page.perPage, MAX_GROUPS_PER_PAGE, bound)) }
}

/** Keeps something for each group of one page, in the order in which the groups first come, and counts the others. */
export class GroupPage<Kept> {
  readonly #places = new Map<string, number>()
  readonly #kept = new Map<number, { readonly groupedBy: GroupedBy; readonly kept: Kept }>()
  readonly #from: number

  constructor(
    private readonly page: PageOfGroups,
    private readonly make: () => Kept,
  ) {
    this.#from = (page.page - 1) * page.perPage
  }

  /** What is kept for the group; undefined when it is on another page. */
  of(groupedBy: GroupedBy): Kept | undefined {
    const name = JSON.stringify(Object.entries(groupedBy).sort(([a], [b]) => (a < b ? -1 : 1)))
    const place = this.#places.get(name) ?? this.#places.size
    this.#places.set(name, place)
    if (place < this.#from || place >= this.#from + this.page.perPage) return undefined
    const group = this.#kept.get(place) ?? { groupedBy, kept: this.make() }
    this.#kept.set(place, group)
    return group.kept
  }

  rows() {
    return [...this.#kept.values()]
  }

  meta(grouped: boolean): GroupPageMeta {
    const totalCount = grouped ? this.#places.size : 0
    const totalPages = Math.ceil(totalCount / this.page.perPage)
    return {
      currentPage: totalCount === 0 ? 0 : this.page.page,
      nextPage: this.page.page < totalPages ? this.page.page + 1 : null,
      totalPages,
      totalCount,
    }
  }
}
