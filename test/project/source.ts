import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type ESTree, parseSync } from 'vite'

export const PROJECT = path.resolve(import.meta.dirname, '../..')

export type AstNode = ESTree.Node

/** One file of the project, parsed. */
export interface SourceFile {
  /** From the project's directory, with forward slashes: `src/app.ts`. */
  readonly path: string
  readonly text: string
  readonly lines: number
  readonly imports: readonly ImportOf[]
  readonly program: AstNode
}

export interface ImportOf {
  /** A path from the project's directory for the project's own files (`src/app.ts`), else the package as it is written. */
  readonly to: string
  readonly own: boolean
  /** Only types cross: nothing of it is left when the program runs. */
  readonly typeOnly: boolean
}

/** All files below the project that match, in order of their paths. */
export const projectFiles = (...patterns: string[]): string[] =>
  [...new Set(globSync(patterns, { cwd: PROJECT, exclude: ['node_modules/**'] }))]
    .map((file) => file.replaceAll('\\', '/'))
    .sort()

export const readProjectFile = (file: string): string => readFileSync(path.join(PROJECT, file), 'utf8')

export const parseFiles = (...patterns: string[]): SourceFile[] => projectFiles(...patterns).map(parseFile)

function parseFile(file: string): SourceFile {
  const text = readProjectFile(file)
  const { program, errors } = parseSync(file, text)
  if (errors[0] !== undefined) throw new Error(`${file}: ${errors[0].message}`)
  const imports: ImportOf[] = []
  for (const node of nodes(program)) {
    const found = importOf(file, node)
    if (found !== null) imports.push(found)
  }
  return { path: file, text, lines: text.split('\n').length - 1, imports, program }
}

function importOf(file: string, node: AstNode): ImportOf | null {
  if (node.type === 'ImportExpression') return { ...target(file, specifierOf(node.source)), typeOnly: false }
  if (node.type === 'ImportDeclaration') {
    const names = node.specifiers
    const allTypes = names.length > 0 && names.every((name) => 'importKind' in name && name.importKind === 'type')
    return { ...target(file, node.source.value), typeOnly: node.importKind === 'type' || allTypes }
  }
  if (node.type === 'ExportAllDeclaration' || (node.type === 'ExportNamedDeclaration' && node.source !== null)) {
    return { ...target(file, node.source?.value ?? ''), typeOnly: node.exportKind === 'type' }
  }
  return null
}

/** The module that an expression names; of a computed one its beginning, which tells a file from a package. */
function specifierOf(node: AstNode): string {
  if (node.type === 'Literal') return String(node.value)
  return node.type === 'TemplateLiteral' ? `${node.quasis[0]?.value.raw ?? ''}<computed>` : '<computed>'
}

function target(file: string, specifier: string): { to: string; own: boolean } {
  if (!specifier.startsWith('.')) return { to: specifier, own: false }
  return { to: path.posix.join(path.posix.dirname(file), specifier).replace(/\.js$/, '.ts'), own: true }
}

/** The node and everything below it, parents first. */
export function* nodes(node: AstNode): Generator<AstNode> {
  yield node
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) yield* nodes(child)
  }
}

const isNode = (value: unknown): value is AstNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'

export const textOf = (file: SourceFile, node: AstNode): string => file.text.slice(node.start, node.end)

/** `src/app.ts:12`, for messages. */
export const placeOf = (file: SourceFile, node: AstNode): string =>
  `${file.path}:${file.text.slice(0, node.start).split('\n').length}`

/** What is called, as it is written: `Date.now`, `db.batch`; null for anything but a call. */
export function calleeOf(file: SourceFile, node: AstNode): string | null {
  return node.type === 'CallExpression' ? textOf(file, node.callee) : null
}

/** Whether a path is one of the patterns: `*` stands for one name, `**` for any number of them. */
export function matches(file: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => path.matchesGlob(file, pattern))
}
