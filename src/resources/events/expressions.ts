import type { NewEvent } from '../../core/metering/events.js'
import { type ComputedEvent, computeEvent, type Formula, formulaOf } from '../../core/metering/expression/formula.js'
import { ExpiringCache } from '../../http/expiring_cache.js'
import { MAX_CACHE_ENTRIES, METRIC_CACHE_MS } from '../../limits.js'
import type { Edge } from './edge.js'
import { findFormulas } from './store.js'

/** By organization and code; null for a metric without. Codes that no metric has are not remembered: one may get them at any moment. */
const remembered = new ExpiringCache<Formula | null>(METRIC_CACHE_MS, MAX_CACHE_ENTRIES)

/**
 * The events with what the expressions of their metrics compute, in the property that the metric aggregates (metering
 * rules, section 2).
 */
export async function applyExpressions(edge: Edge, events: readonly NewEvent[]): Promise<ComputedEvent<NewEvent>[]> {
  const formulas = await formulasOf(edge, new Set(events.map((event) => event.code)))
  return events.map((event) => computeEvent(event, formulas.get(event.code) ?? null))
}

async function formulasOf(edge: Edge, codes: ReadonlySet<string>): Promise<ReadonlyMap<string, Formula | null>> {
  const found = new Map<string, Formula | null>()
  const unknown: string[] = []
  for (const code of codes) {
    const known = remembered.get(cacheKey(edge, code), edge.clock)
    if (known === undefined) unknown.push(code)
    else found.set(code, known)
  }
  for (const row of await findFormulas(edge.db, edge.organizationId, unknown)) {
    const formula = formulaOf(row)
    remembered.set(cacheKey(edge, row.code), formula, edge.clock)
    found.set(row.code, formula)
  }
  return found
}

const cacheKey = ({ organizationId }: Edge, code: string) => `${organizationId} ${code}`
