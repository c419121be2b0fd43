import type { Context } from 'hono'
import { DEFAULT_PER_PAGE, MAX_PAGE, MAX_PER_PAGE } from '../limits.js'

export interface Page {
  /** From 1. */
  readonly page: number
  readonly perPage: number
}

export interface Paged<T> {
  readonly rows: readonly T[]
  readonly totalCount: number
}

/** Which page is asked for. Anything that is no positive whole number counts as the default. */
export function pageOf(c: Context): Page {
  return {
    page: Math.min(wholePositive(c.req.query('page')) ?? 1, MAX_PAGE),
    perPage: Math.min(wholePositive(c.req.query('per_page')) ?? DEFAULT_PER_PAGE, MAX_PER_PAGE),
  }
}

export const limitOf = (page: Page): number => page.perPage
export const offsetOf = (page: Page): number => (page.page - 1) * page.perPage

/** `meta` of a listing. With nothing found at all the current page is 0. */
export function meta(page: Page, totalCount: number) {
  const totalPages = Math.ceil(totalCount / page.perPage)
  return {
    current_page: totalCount === 0 ? 0 : page.page,
    next_page: page.page < totalPages ? page.page + 1 : null,
    prev_page: page.page > 1 && totalCount > 0 ? page.page - 1 : null,
    total_pages: totalPages,
    total_count: totalCount,
  }
}

/** A positive whole number; null for anything else. */
export function wholePositive(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return null
  const value = Number(text)
  return value > 0 ? value : null
}
