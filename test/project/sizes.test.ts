import { describe, expect, it } from 'vitest'
import { nodes, parseFiles, placeOf, textOf } from './source.js'

const MAX_FILE_LINES = 250
const MAX_FUNCTION_LINES = 70
/** Most files hold one concept: at least this share is at most this long. */
const SMALL_SHARE = 0.9
const SMALL_LINES = 150
const MEDIAN_LINES = 80

const source = parseFiles('src/**/*.ts')
const tools = parseFiles('scripts/**/*.mjs', 'bench/**/*.mjs')

describe('files and functions stay small', () => {
  it(`no file is longer than ${MAX_FILE_LINES} lines`, () => {
    const long = [...source, ...tools].filter((file) => file.lines > MAX_FILE_LINES)
    expect(long.map((file) => `${file.path}: ${file.lines}`)).toEqual([])
  })

  it('most files of the service are far shorter', () => {
    const lengths = source.map((file) => file.lines).sort((a, b) => a - b)
    expect(lengths.filter((lines) => lines <= SMALL_LINES).length / lengths.length).toBeGreaterThanOrEqual(SMALL_SHARE)
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(MEDIAN_LINES)
  })

  it(`no function is longer than ${MAX_FUNCTION_LINES} lines`, () => {
    const long: string[] = []
    for (const file of [...source, ...tools]) {
      for (const node of nodes(file.program)) {
        if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) continue
        const lines = textOf(file, node).split('\n').length
        if (lines > MAX_FUNCTION_LINES) long.push(`${placeOf(file, node)}: ${lines}`)
      }
    }
    expect(long).toEqual([])
  })
})
