/** An expression over an event, as the parser makes it and the evaluator walks it. Plain JSON. */
export type Expression =
  /** Plain decimal text without a sign. */
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'variable'; readonly name: EventVariable }
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'negation'; readonly operand: Expression }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Expression[] }

export type EventVariable = 'code' | 'timestamp'

export type Operator = '+' | '-' | '*' | '/'

/** The least and most arguments of each function. */
export const FUNCTION_ARITIES = {
  round: [1, 2],
  ceil: [1, 2],
  floor: [1, 2],
  least: [1, Number.POSITIVE_INFINITY],
  greatest: [1, Number.POSITIVE_INFINITY],
  concat: [1, Number.POSITIVE_INFINITY],
} as const

export type FunctionName = keyof typeof FUNCTION_ARITIES
