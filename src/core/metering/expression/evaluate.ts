import type { RoundingFunction } from '../../catalog.js'
import { EXPRESSION_PLACES, MAX_EXPRESSION_TEXT, MAX_NUMERIC_TEXT, MAX_ROUNDING_PLACES } from '../../limits.js'
import { Decimal } from '../../money/decimal.js'
import { roundHalfUp } from '../../money/rounding.js'
import { roundToPlaces } from '../metric_rounding.js'
import { isPlainDecimal, propertyText } from '../property.js'
import type { EventVariable, Expression, FunctionName, Operator } from './ast.js'

/** What an expression may look at. */
export interface ExpressionEvent {
  readonly code: string
  /** Epoch microseconds. */
  readonly at: number
  readonly properties: Readonly<Record<string, unknown>>
}

export type Evaluation =
  /** Text to be stored as a property: of at most MAX_EXPRESSION_TEXT characters, a plain decimal if it is a number. */
  | { readonly ok: true; readonly value: string }
  /** What follows `expression_evaluation_failed: ` in an answer. */
  | { readonly ok: false; readonly message: string }

/**
 * Computes the expression of a metric for one event (metering rules, section 2).
 *
 * Numbers are computed with the decimal type's 100 significant digits. The result is written exactly where that makes a
 * plain number of at most MAX_NUMERIC_TEXT characters; a longer one (a quotient as a rule) is rounded once, half up, to
 * EXPRESSION_PLACES, and fails if its whole part alone is too long.
 * A property that is only passed on or concatenated keeps the text that was sent, leading zeros included.
 */
export function evaluateExpression(expression: Expression, event: ExpressionEvent): Evaluation {
  try {
    return { ok: true, value: bounded(textOf(evaluate(expression, event))) }
  } catch (error) {
    if (error instanceof EvaluationFailure) return { ok: false, message: error.message }
    throw error
  }
}

/** Leaves the recursion; never leaves this file. */
class EvaluationFailure extends Error {}

interface Value {
  /** Null for text. */
  readonly number: Decimal | null
  /** Null for a computed number. */
  readonly text: string | null
}

function evaluate(expression: Expression, event: ExpressionEvent): Value {
  switch (expression.kind) {
    case 'number':
      return computed(new Decimal(expression.value))
    case 'text':
      return { number: null, text: expression.value }
    case 'variable':
      return VARIABLES[expression.name](event)
    case 'property':
      return propertyValue(event, expression.name)
    case 'negation':
      return computed(numberOf(evaluate(expression.operand, event)).neg())
    case 'binary': {
      const left = numberOf(evaluate(expression.left, event))
      return computed(OPERATIONS[expression.operator](left, numberOf(evaluate(expression.right, event))))
    }
    case 'call':
      return FUNCTIONS[expression.name](expression.args.map((argument) => evaluate(argument, event)))
  }
}

const VARIABLES: Record<EventVariable, (event: ExpressionEvent) => Value> = {
  code: (event) => ({ number: null, text: event.code }),
  timestamp: (event) => computed(new Decimal(Math.floor(event.at / 1_000_000))),
}

const OPERATIONS: Record<Operator, (left: Decimal, right: Decimal) => Decimal> = {
  '+': (left, right) => left.plus(right),
  '-': (left, right) => left.minus(right),
  '*': (left, right) => left.times(right),
  '/': (left, right) => {
    if (right.isZero()) throw new EvaluationFailure('Division by zero')
    return left.div(right)
  },
}

const FUNCTIONS: Record<FunctionName, (args: readonly Value[]) => Value> = {
  round: rounding('round'),
  ceil: rounding('ceil'),
  floor: rounding('floor'),
  least: (args) => computed(Decimal.min(...args.map(numberOf))),
  greatest: (args) => computed(Decimal.max(...args.map(numberOf))),
  concat: (args) => ({ number: null, text: bounded(args.map(textOf).join('')) }),
}

function rounding(mode: RoundingFunction): (args: readonly Value[]) => Value {
  return ([value, places]) => computed(roundToPlaces(settled(numberOf(value)), mode, places ? placesOf(places) : 0))
}

function placesOf(value: Value): number {
  const places = numberOf(value)
  if (!places.isInteger() || places.abs().gt(MAX_ROUNDING_PLACES)) throw new EvaluationFailure('Invalid decimal places')
  return places.toNumber()
}

/** A property that holds a plain decimal is a number, whether it was sent as a JSON number or as text. */
function propertyValue(event: ExpressionEvent, name: string): Value {
  const text = propertyText(event.properties, name)
  if (text === null) throw new EvaluationFailure(`Variable: ${name} not found`)
  return { number: isPlainDecimal(text) ? new Decimal(text) : null, text }
}

const computed = (number: Decimal): Value => ({ number, text: null })

function numberOf(value: Value | undefined): Decimal {
  if (!value?.number) throw new EvaluationFailure('Expected a number, found text')
  return value.number
}

/**
 * The number without what divisions leave at the far end, so that ceil(1 / 7 * 63) is 9 and not 10. No number that was sent
 * has as many decimal places as are kept.
 */
const settled = (number: Decimal): Decimal => roundHalfUp(number, MAX_NUMERIC_TEXT)

/** What divisions leave at the far end is smaller than this; what settling cuts off an endless fraction is larger. */
const DUST = new Decimal('1e-80')

function textOf(value: Value): string {
  if (value.text !== null) return value.text
  const number = numberOf(value)
  const whole = settled(number)
  // An endless fraction may have zeros just where it is cut off: it is no shorter number for that.
  const exact = whole.minus(number).abs().lt(DUST) ? [whole] : []
  const text = [...exact, roundHalfUp(whole, EXPRESSION_PLACES)].map((n) => n.toFixed()).find(isPlainDecimal)
  if (text === undefined) throw new EvaluationFailure('Number out of range')
  return text
}

function bounded(text: string): string {
  if (text.length > MAX_EXPRESSION_TEXT) throw new EvaluationFailure('Text too long')
  return text
}
