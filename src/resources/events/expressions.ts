import type { NewEvent } from '../../core/metering/events.js'
import { evaluateExpression } from '../../core/metering/expression/evaluate.js'
import { type Expression, parseExpression } from '../../core/metering/expression/parse.js'
import { ExpiringCache } from '../../http/expiring_cache.js'
import { MAX_CACHE_ENTRIES, METRIC_CACHE_MS } from '../../limits.js'
import type { Edge } from './edge.js'
import { findFormulas, type MetricFormula } from './store.js'

interface Formula {
  readonly fieldName: string
  readonly expression: Expression
}

/** By organization and code; null for a metric without. Codes that no metric has are not remembered: one may get them at any moment. */
const remembered = new ExpiringCache<Formula | null>(METRIC_CACHE_MS, MAX_CACHE_ENTRIES)

export type ComputedEvent =
  | { readonly ok: true; readonly event: NewEvent }
  /** Why the expression of the event's metric gives no value. */
  | { readonly ok: false; readonly error: string }

/**
 * The events with what the expressions of their metrics compute, in the property that the metric aggregates (metering
 * rules, section 2).
 */
export async function applyExpressions(edge: Edge, events: readonly NewEvent[]): Promise<ComputedEvent[]> {
  const formulas = await formulasOf(edge, new Set(events.map((event) => event.code)))
  return events.map((event) => compute(event, formulas.get(event.code) ?? null))
}

function compute(event: NewEvent, formula: Formula | null): ComputedEvent {
  if (formula === null) return { ok: true, event }
  const result = evaluateExpression(formula.expression, event)
  if (!result.ok) return { ok: false, error: `expression_evaluation_failed: ${result.message}` }
  return { ok: true, event: { ...event, properties: { ...event.properties, [formula.fieldName]: result.value } } }
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

function formulaOf({ code, fieldName, expression }: MetricFormula): Formula | null {
  if (expression === null || fieldName === null) return null
  const parsed = parseExpression(expression)
  if (!parsed.ok) throw new Error(`the expression of metric ${code} cannot be read: ${parsed.message}`)
  return { fieldName, expression: parsed.expression }
}

const cacheKey = ({ organizationId }: Edge, code: string) => `${organizationId} ${code}`
