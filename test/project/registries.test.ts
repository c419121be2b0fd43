import { describe, expect, it } from 'vitest'
import { AGGREGATION_TYPES, CHARGE_MODELS } from '../../src/core/catalog.js'
import { type AstNode, matches, nodes, parseFiles, placeOf, type SourceFile, textOf } from './source.js'

/** Where a charge model or an aggregation may be called by its name: the list of names, and the files that implement them. */
const HOMES = [
  'src/core/catalog.ts',
  'src/core/rating/registry.ts',
  'src/core/rating/models/**',
  'src/core/metering/aggregations/**',
]

const NAMES: readonly string[] = [...AGGREGATION_TYPES, ...CHARGE_MODELS]
/** Names that nothing else is called by; the others are words that fit other things too (a coupon can be a percentage). */
const UNMISTAKABLE = NAMES.filter((name) => name.includes('_') || name === 'graduated')
const MODEL_LIKE = /model|aggregation/i

const source = parseFiles('src/**/*.ts').filter((file) => !matches(file.path, HOMES))

const literal = (node: AstNode | null): string | null =>
  node?.type === 'Literal' && typeof node.value === 'string' ? node.value : null

/** Whether a node compares something that looks like a model or an aggregation with one of their names. */
function branches(file: SourceFile, node: AstNode): boolean {
  if (node.type === 'BinaryExpression') {
    const sides: [AstNode, AstNode][] = [
      [node.left, node.right],
      [node.right, node.left],
    ]
    return sides.some(([name, subject]) => isName(literal(name)) && MODEL_LIKE.test(textOf(file, subject)))
  }
  if (node.type === 'SwitchStatement') {
    const onModel = MODEL_LIKE.test(textOf(file, node.discriminant))
    return onModel && node.cases.some((one) => isName(literal(one.test)))
  }
  return false
}

const isName = (text: string | null) => text !== null && NAMES.includes(text)

describe('what a charge model or an aggregation is like stands in its own file', () => {
  it('nothing else calls one by its name', () => {
    const named = source.flatMap((file) =>
      [...nodes(file.program)]
        .filter((node) => {
          const word = node.type === 'Property' && node.key.type === 'Identifier' ? node.key.name : literal(node)
          return word !== null && UNMISTAKABLE.includes(word)
        })
        .map((node) => placeOf(file, node)),
    )
    expect(named).toEqual([])
  })

  it('nothing else branches on the name of one', () => {
    const found = source.flatMap((file) =>
      [...nodes(file.program)].filter((node) => branches(file, node)).map((node) => placeOf(file, node)),
    )
    expect(found).toEqual([])
  })
})
