import type { Context } from 'hono'
import type { PageOfGroups } from '../../core/usage/group_page.js'
import { MAX_GROUPS_PER_PAGE } from '../../core/usage/limits.js'
import { wholePositive } from '../../http/pagination.js'
import type { Filters } from '../../http/query.js'

/** Which groups of each charge are asked for: all that an answer lists, unless told otherwise. */
export function groupsOf(c: Context): PageOfGroups {
  return {
    page: wholePositive(c.req.query('groups_page')) ?? 1,
    perPage: wholePositive(c.req.query('groups_per_page')) ?? MAX_GROUPS_PER_PAGE,
  }
}

/** What narrows the current usage, under its present names and those it had before. */
export function narrowingOf(filters: Filters) {
  const only = [...filters.entries('filter_by_group'), ...filters.entries('group')]
  return {
    chargeId: filters.text('charge_id') ?? filters.text('filter_by_charge_id'),
    chargeCode: filters.text('charge_code') ?? filters.text('filter_by_charge_code'),
    metricCode: filters.text('billable_metric_code') ?? filters.text('filter_by_metric_code'),
    only: Object.fromEntries(only.map(([key, value]) => [key, value === '' ? null : value])),
    skipsGrouping: filters.flag('skip_grouping') ?? false,
    isFull: filters.flag('full_usage') ?? false,
    presentation: filters.text('filter_by_presentation'),
  }
}
