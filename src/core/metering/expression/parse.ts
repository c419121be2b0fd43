import { MAX_EXPRESSION_DEPTH, MAX_EXPRESSION_LENGTH } from '../../limits.js'
import { isPlainDecimal } from '../property.js'
import { type Expression, FUNCTION_ARITIES, type FunctionName, type Operator } from './ast.js'
import { type Token, tokenize } from './tokenize.js'

export type { Expression }

export type ParsedExpression =
  | { readonly ok: true; readonly expression: Expression }
  /** What is wrong, in words for people; the API answers `invalid_expression`. */
  | { readonly ok: false; readonly message: string }

/**
 * Parses the expression of a metric (metering rules, section 2). Bounded in length, nesting and digits; never throws,
 * whatever the text.
 */
export function parseExpression(source: string): ParsedExpression {
  if (source.length > MAX_EXPRESSION_LENGTH) return { ok: false, message: 'Expression too long' }
  const tokens = tokenize(source)
  if ('wrongAt' in tokens) return { ok: false, message: `Unexpected character at ${tokens.wrongAt + 1}` }
  try {
    return { ok: true, expression: new Parser(tokens).parse() }
  } catch (error) {
    if (error instanceof SyntaxFailure) return { ok: false, message: error.message }
    throw error
  }
}

/** Leaves the recursion; never leaves this file. */
class SyntaxFailure extends Error {}

/** Recursive descent: a sum of products of signed operands, all left-associative. */
class Parser {
  readonly #tokens: readonly Token[]
  #position = 0
  #depth = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  parse(): Expression {
    const expression = this.#sum()
    const rest = this.#tokens[this.#position]
    if (rest !== undefined) throw unexpected(rest)
    return expression
  }

  #sum(): Expression {
    return this.#operations(['+', '-'], () => this.#product())
  }

  #product(): Expression {
    return this.#operations(['*', '/'], () => this.#signed())
  }

  #operations(operators: readonly Operator[], operand: () => Expression): Expression {
    let left = operand()
    for (;;) {
      const operator = operators.find((symbol) => this.#takeSymbol(symbol))
      if (operator === undefined) return left
      left = { kind: 'binary', operator, left, right: operand() }
    }
  }

  #signed(): Expression {
    if (!this.#takeSymbol('-')) return this.#operand()
    return this.#nested(() => ({ kind: 'negation', operand: this.#signed() }))
  }

  #operand(): Expression {
    const token = this.#tokens[this.#position++]
    switch (token?.kind) {
      case 'number':
        if (!isPlainDecimal(token.text)) throw new SyntaxFailure('Number too long')
        return { kind: 'number', value: token.text }
      case 'text':
        return { kind: 'text', value: token.text }
      case 'variable':
        return { kind: 'variable', name: token.text }
      case 'property':
        return { kind: 'property', name: token.text }
      case 'function':
        return this.#call(token.text)
      default:
        if (token?.text !== '(') throw unexpected(token)
        return this.#nested(() => this.#closed(this.#sum()))
    }
  }

  #call(written: string): Expression {
    const name = functionName(written)
    if (name === null) throw new SyntaxFailure(`Unknown function: ${written}`)
    this.#expectSymbol('(')
    const args = this.#nested(() => this.#arguments())
    const [least, most] = FUNCTION_ARITIES[name]
    if (args.length < least || args.length > most) throw new SyntaxFailure(`Wrong number of arguments: ${written}`)
    return { kind: 'call', name, args }
  }

  #arguments(): Expression[] {
    const args: Expression[] = []
    do args.push(this.#sum())
    while (this.#takeSymbol(','))
    return this.#closed(args)
  }

  #closed<T>(inside: T): T {
    this.#expectSymbol(')')
    return inside
  }

  #nested<T>(parse: () => T): T {
    if (++this.#depth > MAX_EXPRESSION_DEPTH) throw new SyntaxFailure('Expression too deep')
    const inside = parse()
    this.#depth--
    return inside
  }

  #takeSymbol(symbol: string): boolean {
    const token = this.#tokens[this.#position]
    if (token?.kind !== 'symbol' || token.text !== symbol) return false
    this.#position++
    return true
  }

  #expectSymbol(symbol: string): void {
    if (!this.#takeSymbol(symbol)) throw unexpected(this.#tokens[this.#position])
  }
}

/** Function names may be written lower, UPPER or Capitalised. */
function functionName(written: string): FunctionName | null {
  const lower = written.toLowerCase()
  const forms = [lower, written.toUpperCase(), `${written.slice(0, 1).toUpperCase()}${lower.slice(1)}`]
  return forms.includes(written) && isFunctionName(lower) ? lower : null
}

function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(FUNCTION_ARITIES, name)
}

function unexpected(token: Token | undefined): SyntaxFailure {
  return new SyntaxFailure(token === undefined ? 'Unexpected end' : `Unexpected: ${token.text}`)
}
