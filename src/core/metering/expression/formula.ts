import { type ExpressionEvent, evaluateExpression } from './evaluate.js'
import { type Expression, parseExpression } from './parse.js'

/** What a metric computes when one of its events arrives, and the property that it is kept in. */
export interface Formula {
  readonly fieldName: string
  readonly expression: Expression
}

export interface FormulaMetric {
  readonly code: string
  readonly fieldName: string | null
  readonly expression: string | null
}

export type ComputedEvent<E> =
  | { readonly ok: true; readonly event: E }
  /** Why the expression of the event's metric gives no value. */
  | { readonly ok: false; readonly error: string }

/** Null for a metric that computes nothing. Throws for an expression that no metric can have been saved with. */
export function formulaOf({ code, fieldName, expression }: FormulaMetric): Formula | null {
  if (expression === null || fieldName === null) return null
  const parsed = parseExpression(expression)
  if (!parsed.ok) throw new Error(`the expression of metric ${code} cannot be read: ${parsed.message}`)
  return { fieldName, expression: parsed.expression }
}

/** The event with what its metric computes, in the property that the metric aggregates (metering rules, section 2). */
export function computeEvent<E extends ExpressionEvent>(event: E, formula: Formula | null): ComputedEvent<E> {
  if (formula === null) return { ok: true, event }
  const result = evaluateExpression(formula.expression, event)
  if (!result.ok) return { ok: false, error: `expression_evaluation_failed: ${result.message}` }
  return { ok: true, event: { ...event, properties: { ...event.properties, [formula.fieldName]: result.value } } }
}
