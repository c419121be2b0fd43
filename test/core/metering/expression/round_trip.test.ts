import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Expression, FunctionName, Operator } from '../../../../src/core/metering/expression/ast.js'
import { parseExpression } from '../../../../src/core/metering/expression/parse.js'
import { compute } from './support.js'

/** Exact fractions, against which decimals are held. */
interface Fraction {
  readonly n: bigint
  /** Above 0. */
  readonly d: bigint
}

const EVENT = {
  code: 'abc',
  at: 7_000_000,
  properties: { a: 3, b: '-0.25', c: 1.5, z: '000' } as Record<string, unknown>,
}

const decimal = fc
  .tuple(fc.integer({ min: 0, max: 30 }), fc.constantFrom('', '.5', '.25', '.1', '.70'))
  .map(([whole, fraction]) => `${whole}${fraction}`)

const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    decimal.map((value): Expression => ({ kind: 'number', value })),
    fc.constantFrom<Expression>(
      ...Object.keys(EVENT.properties).map((name): Expression => ({ kind: 'property', name })),
      { kind: 'variable', name: 'timestamp' },
    ),
    tie('expression').map((operand): Expression => ({ kind: 'negation', operand })),
    fc.record({
      kind: fc.constant('binary' as const),
      operator: fc.constantFrom<Operator>('+', '-', '*', '/'),
      left: tie('expression'),
      right: tie('expression'),
    }),
    fc
      .tuple(fc.constantFrom<FunctionName>('round', 'ceil', 'floor'), tie('expression'), fc.integer({ min: 0, max: 3 }))
      .map(([name, value, places]): Expression => {
        return { kind: 'call', name, args: places === 3 ? [value] : [value, { kind: 'number', value: String(places) }] }
      }),
    fc
      .tuple(
        fc.constantFrom<FunctionName>('least', 'greatest'),
        fc.array(tie('expression'), { minLength: 1, maxLength: 3 }),
      )
      .map(([name, args]): Expression => ({ kind: 'call', name, args })),
  ),
}))

/** As few parentheses as the grammar allows; `binding` is the least that what surrounds it asks for. */
function print(node: Expression, binding = 0): string {
  switch (node.kind) {
    case 'number':
      return node.value
    case 'text':
      return `'${node.value}'`
    case 'variable':
      return `event.${node.name}`
    case 'property':
      return `event.properties.${node.name}`
    case 'call':
      return `${node.name}(${node.args.map((argument) => print(argument)).join(', ')})`
    case 'negation':
      return binding > 2 ? `(${print(node)})` : `-${print(node.operand, 2)}`
    case 'binary': {
      const own = node.operator === '+' || node.operator === '-' ? 0 : 1
      const text = `${print(node.left, own)} ${node.operator} ${print(node.right, own + 1)}`
      return binding > own ? `(${text})` : text
    }
  }
}

const fraction = (n: bigint, d = 1n): Fraction => (d < 0n ? { n: -n, d: -d } : { n, d })
const less = (a: Fraction, b: Fraction) => a.n * b.d < b.n * a.d
const floorDiv = (n: bigint, d: bigint) => (n - (((n % d) + d) % d)) / d
const roundDiv = (n: bigint, d: bigint) => (n < 0n ? -floorDiv(-2n * n + d, 2n * d) : floorDiv(2n * n + d, 2n * d))

function read(text: string): Fraction {
  const [whole = '', decimals = ''] = text.split('.')
  return fraction(BigInt(whole + decimals), 10n ** BigInt(decimals.length))
}

const ROUNDINGS = { round: roundDiv, floor: floorDiv, ceil: (n: bigint, d: bigint) => -floorDiv(-n, d) }

/** Null when something is divided by zero. */
function reference(node: Expression): Fraction | null {
  switch (node.kind) {
    case 'number':
      return read(node.value)
    case 'property':
      return read(String(EVENT.properties[node.name]))
    case 'variable':
      return fraction(7n)
    case 'negation': {
      const operand = reference(node.operand)
      return operand && fraction(-operand.n, operand.d)
    }
    case 'binary': {
      const [a, b] = [reference(node.left), reference(node.right)]
      if (a === null || b === null) return null
      if (node.operator === '*') return fraction(a.n * b.n, a.d * b.d)
      if (node.operator === '/') return b.n === 0n ? null : fraction(a.n * b.d, a.d * b.n)
      return fraction(node.operator === '+' ? a.n * b.d + b.n * a.d : a.n * b.d - b.n * a.d, a.d * b.d)
    }
    case 'call': {
      const args = node.args.map(reference)
      const [value] = args
      if (!value || !args.every((argument) => argument !== null)) return null
      if (node.name === 'least') return args.reduce((a, b) => (less(b, a) ? b : a))
      if (node.name === 'greatest') return args.reduce((a, b) => (less(a, b) ? b : a))
      const unit = 10n ** (args[1]?.n ?? 0n)
      return fraction(ROUNDINGS[node.name as keyof typeof ROUNDINGS](value.n * unit, value.d), unit)
    }
    default:
      throw new Error(`no number: ${node.kind}`)
  }
}

/** Exactly if that takes at most 64 characters, else half up to 20 places. */
function write(value: Fraction): string {
  const exact = (value.n * 10n ** 64n) % value.d === 0n ? toText((value.n * 10n ** 64n) / value.d, 64) : null
  return exact !== null && exact.length <= 64 ? exact : toText(roundDiv(value.n * 10n ** 20n, value.d), 20)
}

function toText(scaled: bigint, places: number): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0')
  const decimals = digits.slice(-places).replace(/0+$/, '')
  return `${scaled < 0n ? '-' : ''}${digits.slice(0, -places)}${decimals && `.${decimals}`}`
}

test('an expression that is printed with the fewest parentheses parses into itself', () => {
  fc.assert(
    fc.property(expression, (node) => {
      const parsed = parseExpression(print(node))
      if (!parsed.ok) throw new Error(`${parsed.message}: ${print(node)}`)
      expect(parsed.expression).toEqual(node)
    }),
    { numRuns: 500 },
  )
})

test('what it computes is what exact fractions give', () => {
  const computes = expression.filter((node) => node.kind !== 'property')
  fc.assert(
    fc.property(computes, (node) => {
      const expected = reference(node)
      fc.pre(expected !== null)
      expect(compute(print(node), EVENT)).toBe(write(expected))
    }),
    { numRuns: 1_000 },
  )
})

test('an endless fraction with zeros where it is cut off is rounded like any other', () => {
  expect(compute('14.5 / 4 / (24.70 / 12.5)', EVENT)).toBe('1.83451417004048582996')
})
