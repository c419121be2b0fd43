import { type ExpressionEvent, evaluateExpression } from '../../../../src/core/metering/expression/evaluate.js'
import { parseExpression } from '../../../../src/core/metering/expression/parse.js'

export const EVENT = {
  code: 'abc',
  at: 1_709_596_800_999_999,
  properties: {
    p: '12.34',
    q: 1.23,
    r: 10.4,
    two: 2,
    word: 'test',
    zip: '00123',
    empty: '',
    nothing: null,
    flag: true,
    list: [1, 2],
    long: 'x'.repeat(4096),
    huge: '9'.repeat(64),
    tiny: `0.${'0'.repeat(61)}1`,
    snake_case2: 5,
  },
}

/** The result as text, or the message of the failure after `! `. */
export function compute(source: string, event: ExpressionEvent = EVENT): string {
  const parsed = parseExpression(source)
  if (!parsed.ok) return `? ${parsed.message}`
  const evaluation = evaluateExpression(parsed.expression, event)
  return evaluation.ok ? evaluation.value : `! ${evaluation.message}`
}
