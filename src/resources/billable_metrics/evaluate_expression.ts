import type { Context } from 'hono'
import { type NewEvent, parseEvent } from '../../core/metering/events.js'
import { evaluateExpression as evaluate } from '../../core/metering/expression/evaluate.js'
import { type Expression, parseExpression } from '../../core/metering/expression/parse.js'
import type { FieldErrors } from '../../core/result.js'
import type { AppEnv } from '../../http/app_env.js'
import { isObject, readBody } from '../../http/body.js'
import { fail } from '../../http/errors.js'

/** What an expression would make of an event. Nothing is stored, and no metric need have the expression. */
export async function evaluateExpression(c: Context<AppEnv>) {
  const body = await readBody(c)
  if (!body.ok) return fail(c, body.failure)
  const expression = readExpression(body.value.expression)
  const event = readEvent(body.value.event, c.var.now)
  if (typeof expression === 'string' || event === null) {
    const details: FieldErrors = {
      ...(typeof expression === 'string' ? { expression: [expression] } : {}),
      ...(event === null ? INVALID_EVENT : {}),
    }
    return fail(c, { kind: 'invalid', details })
  }
  const result = evaluate(expression, event)
  if (!result.ok) return fail(c, { kind: 'invalid', details: INVALID_EVENT })
  return c.json({ expression_result: { value: result.value } })
}

const INVALID_EVENT: FieldErrors = { event: ['invalid_event'] }

/** The expression, or the code that refuses it. */
function readExpression(sent: unknown): Expression | string {
  const text = typeof sent === 'number' ? String(sent) : (sent ?? '')
  if (typeof text !== 'string') return 'invalid_expression'
  if (text.trim() === '') return 'value_is_mandatory'
  const parsed = parseExpression(text)
  return parsed.ok ? parsed.expression : 'invalid_expression'
}

function readEvent(sent: unknown, now: number): NewEvent | null {
  if (!isObject(sent)) return null
  const { code, timestamp, properties } = sent
  // It is never stored, so that any transaction id does.
  const parsed = parseEvent({ transaction_id: 'none', code, timestamp, properties }, now)
  return parsed.ok ? parsed.event : null
}
