import { describe, expect, it } from 'vitest'
import { type AstNode, calleeOf, matches, nodes, parseFiles, placeOf, type SourceFile, textOf } from './source.js'

/** Where the clock and chance may enter, and why there. Below these files they are arguments. */
const EDGES: Readonly<Record<string, { readonly uses: readonly string[]; readonly why: string }>> = {
  'src/resources/api_keys/authentication.ts': {
    uses: ['Date.now', 'crypto.randomUUID'],
    why: "reads a request's moment once, and hands out ids with it",
  },
  'src/resources/admin/authentication.ts': {
    uses: ['Date.now', 'crypto.randomUUID'],
    why: 'the same for the calls of an operator, who belongs to no organization',
  },
  'src/resources/events/routes.ts': {
    uses: ['Date.now'],
    why: 'caches of the isolate expire by the real clock, whatever clock the organization lives by',
  },
  'src/resources/events/coalescing.ts': {
    uses: ['scheduler.wait'],
    why: 'a request waits a moment for others that may share its call, and only so long for their answer',
  },
  'src/customer/metering_object.ts': {
    uses: ['Date.now', 'crypto.randomUUID'],
    why: 'the entry of commands, which are given their ids, and of alarms, which are set by the real clock',
  },
}

const source = parseFiles('src/**/*.ts')
const FORBIDDEN = [
  'Date.now',
  'Math.random',
  'crypto.randomUUID',
  'crypto.getRandomValues',
  'performance.now',
  'scheduler.wait',
  'Temporal.Now',
]

/** The clock or chance that a node is, null for any other. */
function impurity(file: SourceFile, node: AstNode): string | null {
  if (node.type === 'NewExpression' && textOf(file, node.callee) === 'Date' && node.arguments.length === 0) {
    return 'new Date()'
  }
  if (calleeOf(file, node) === 'Date') return 'Date()'
  if (node.type !== 'MemberExpression') return null
  const name = textOf(file, node).replace(/^globalThis\./, '')
  return FORBIDDEN.includes(name) ? name : null
}

const impurities = (file: SourceFile) =>
  [...nodes(file.program)].flatMap((node) => {
    const what = impurity(file, node)
    return what === null ? [] : [{ what, at: placeOf(file, node) }]
  })

describe('the clock and chance enter at the edges only', () => {
  it('nothing below the edges reads the clock or draws a random value', () => {
    const wrong = source.flatMap((file) =>
      impurities(file)
        .filter(({ what }) => !EDGES[file.path]?.uses.includes(what))
        .map(({ what, at }) => `${at} uses ${what}`),
    )
    expect(wrong).toEqual([])
  })

  it.each(Object.entries(EDGES))('%s still needs what it is allowed', (path, edge) => {
    const file = source.find((one) => one.path === path)
    const used = new Set(file === undefined ? [] : impurities(file).map(({ what }) => what))
    expect([...used].sort()).toEqual([...edge.uses].sort())
  })
})

describe('SQL has few homes', () => {
  const D1_HOMES = ['src/**/store.ts', 'src/**/table.ts', 'src/**/load.ts', 'src/db/**']
  const OBJECT_HOMES = [
    'event_log',
    'usage_counters',
    'owned_subscriptions',
    'object_schema',
    'advance_ledgers',
    'advance_queue',
    'object_owner',
    'counter_rows',
    'event_counts',
    'event_listing',
    'event_slices',
    'event_versions',
    'kept_texts',
    'ledger',
    'live_counters',
  ].map((name) => `src/customer/${name}.ts`)

  const places = (homes: readonly string[], test: (file: SourceFile, node: AstNode) => boolean) =>
    source
      .filter((file) => !matches(file.path, homes))
      .flatMap((file) => [...nodes(file.program)].filter((node) => test(file, node)).map((node) => placeOf(file, node)))

  it('queries on D1 are built in stores, tables and loads only', () => {
    const wrong = source
      .filter((file) => !matches(file.path, D1_HOMES))
      .filter((file) => file.imports.some(({ to, typeOnly }) => /^drizzle-orm(\/|$)/.test(to) && !typeOnly))
    expect(wrong.map((file) => file.path)).toEqual([])
  })

  it("SQL on an object's own storage is run in its storage files only", () => {
    expect(places(OBJECT_HOMES, (file, node) => /\bsql\.exec$/.test(calleeOf(file, node) ?? ''))).toEqual([])
  })

  it('nothing talks to D1 behind the back of the query builder', () => {
    expect(places([], (file, node) => /\.(prepare|withSession)$/.test(calleeOf(file, node) ?? ''))).toEqual([])
  })
})

describe('only commit() writes to D1', () => {
  const WRITE = /\b(db|database)\s*\.(insert|update|delete)\(/
  const COMMIT = ['src/db/commit.ts']
  const others = source.filter((file) => !matches(file.path, COMMIT))
  const found = (test: (file: SourceFile, node: AstNode) => boolean) =>
    others.flatMap((file) =>
      [...nodes(file.program)].filter((node) => test(file, node)).map((node) => placeOf(file, node)),
    )

  it('a batch outside it only reads', () => {
    const writes = found((file, node) => /\.batch$/.test(calleeOf(file, node) ?? '') && WRITE.test(textOf(file, node)))
    expect(writes).toEqual([])
  })

  it('a batch outside it lists its queries, so that they can be seen to read', () => {
    const opaque = found((file, node) => {
      // Takes queries by name, and by its types nothing but queries.
      if (file.path === 'src/db/read_together.ts') return false
      if (node.type !== 'CallExpression' || !/\.batch$/.test(textOf(file, node.callee))) return false
      const [list] = node.arguments
      return list?.type !== 'ArrayExpression' || list.elements.some((element) => element?.type === 'SpreadElement')
    })
    expect(opaque).toEqual([])
  })

  it('no write is sent on its own', () => {
    const sent = found((file, node) => {
      if (node.type === 'AwaitExpression') return WRITE.test(textOf(file, outermostCall(node.argument)))
      const callee = calleeOf(file, node) ?? ''
      return WRITE.test(callee) && /\.(run|execute|then|all|get|values)$/.test(callee) && !/\.values$/.test(callee)
    })
    expect(sent).toEqual([])
  })
})

/** The chain of calls that an expression starts with, without the arguments of the last call. */
function outermostCall(node: AstNode): AstNode {
  return node.type === 'CallExpression' && node.callee.type === 'MemberExpression' ? node.callee : node
}
