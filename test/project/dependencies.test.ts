import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { matches, parseFiles, readProjectFile } from './source.js'

interface Layer {
  readonly name: string
  readonly files: readonly string[]
  /** What of the project it may import, besides itself. */
  readonly own: readonly string[]
  /** Except these, unless they stand in the importing file's own folder. */
  readonly never?: readonly string[]
  /** Of these it may import types only. */
  readonly types?: readonly string[]
  readonly packages: readonly string[]
}

/** What reads, keeps and tells a resource, without the HTTP that serves it. */
const STORED = ['table', 'store', 'load', 'serialize', 'terms'].map((name) => `src/resources/*/${name}.ts`)
const BASE = ['src/core/**', 'src/db/**', 'src/limits.ts', 'src/env.ts']
const DRIZZLE = ['drizzle-orm', 'drizzle-orm/**']

/** Which way dependencies point. A file belongs to the first layer that names it. */
const LAYERS: readonly Layer[] = [
  { name: 'the decimals', files: ['src/core/money/decimal.ts'], own: [], packages: ['decimal.js'] },
  { name: 'the core', files: ['src/core/**'], own: [], packages: ['@js-temporal/polyfill'] },
  { name: 'the bounds', files: ['src/limits.ts'], own: ['src/core/limits.ts'], packages: [] },
  { name: 'the bindings', files: ['src/env.ts'], own: [], types: ['src/customer/customer_object.ts'], packages: [] },
  { name: 'the database', files: ['src/db/**'], own: ['src/limits.ts'], packages: DRIZZLE },
  {
    name: 'HTTP',
    files: ['src/http/**'],
    own: ['src/core/**', 'src/limits.ts'],
    types: ['src/db/**', 'src/env.ts'],
    packages: ['hono', 'hono/**', 'zod'],
  },
  { name: 'the providers', files: ['src/providers/**'], own: ['src/core/**'], packages: [] },
  { name: 'the outbox', files: ['src/outbox/**'], own: [...BASE, ...STORED], packages: DRIZZLE },
  {
    name: 'the agenda',
    files: ['src/agenda/**'],
    own: [...BASE, ...STORED, 'src/outbox/store.ts', 'src/customer/contract.ts'],
    packages: DRIZZLE,
  },
  {
    name: 'the resources',
    files: ['src/resources/**'],
    own: [
      ...BASE,
      'src/resources/**',
      'src/http/**',
      'src/agenda/**',
      'src/outbox/store.ts',
      'src/customer/contract.ts',
    ],
    never: ['src/resources/*/routes.ts'],
    packages: [...DRIZZLE, 'hono', 'hono/**', 'zod', 'cloudflare:workers'],
  },
  { name: 'the providers', files: ['src/providers/**'], own: ['src/core/**'], packages: [] },
  {
    name: 'the customer',
    files: ['src/customer/**'],
    own: [...BASE, ...STORED, 'src/agenda/**', 'src/outbox/**', 'src/providers/**'],
    packages: [...DRIZZLE, 'cloudflare:workers', 'node:crypto', '@js-temporal/polyfill'],
  },
  { name: 'the entry', files: ['src/index.ts', 'src/app.ts'], own: ['src/**'], packages: ['hono', 'hono/**'] },
]

const source = parseFiles('src/**/*.ts')
const layerOf = (file: string) => LAYERS.find((layer) => matches(file, layer.files))

describe('dependencies point one way', () => {
  it('every file belongs to a layer', () => {
    expect(source.map((file) => file.path).filter((file) => layerOf(file) === undefined)).toEqual([])
  })

  it.each(LAYERS.map((layer) => [layer.name, layer] as const))('%s imports only what its layer may', (_, layer) => {
    const wrong: string[] = []
    for (const file of source.filter((one) => layerOf(one.path) === layer)) {
      for (const { to, own, typeOnly } of file.imports) {
        const inOwnFolder = path.dirname(to) === path.dirname(file.path)
        const named = matches(to, layer.own) && (inOwnFolder || !matches(to, layer.never ?? []))
        const allowed = own
          ? named ||
            (layer.never === undefined && matches(to, layer.files)) ||
            (typeOnly && matches(to, layer.types ?? []))
          : matches(to, layer.packages)
        if (!allowed) wrong.push(`${file.path} imports ${to}`)
      }
    }
    expect(wrong).toEqual([])
  })
})

describe('packages', () => {
  const manifest = JSON.parse(readProjectFile('package.json'))
  const packageOf = (specifier: string) =>
    specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/')
  const builtIn = /^(node|cloudflare):/
  const undeclared = (files: ReturnType<typeof parseFiles>, declared: Record<string, string>) =>
    files.flatMap((file) =>
      file.imports
        .filter(({ to, own }) => !own && !builtIn.test(to) && declared[packageOf(to)] === undefined)
        .map(({ to }) => `${file.path} imports ${to}`),
    )

  it('the service runs on declared dependencies only', () => {
    expect(undeclared(source, manifest.dependencies)).toEqual([])
  })

  it('tests and tools use declared dependencies only', () => {
    const files = parseFiles('test/**/*.ts', 'scripts/**/*.mjs', 'bench/**/*.mjs', '*.config.ts')
    expect(undeclared(files, { ...manifest.dependencies, ...manifest.devDependencies })).toEqual([])
  })

  it('every declared dependency is pinned to one version', () => {
    const versions = Object.entries<string>({ ...manifest.dependencies, ...manifest.devDependencies })
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([])
  })

  it('the lock file names no registry', () => {
    expect(readProjectFile('package-lock.json')).not.toMatch(/"resolved": "https?:/)
    expect(readProjectFile('.npmrc')).toContain('omit-lockfile-registry-resolved=true')
  })
})
