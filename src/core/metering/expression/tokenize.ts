import type { EventVariable } from './ast.js'

export type Token =
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly text: EventVariable }
  | { readonly kind: 'property'; readonly text: string }
  | { readonly kind: 'function'; readonly text: string }
  /** One of + - * / ( ) and the comma. */
  | { readonly kind: 'symbol'; readonly text: string }

/** Where a word or number ends: `12abc`, `1.2.3` and `event.codes` are one wrong token, not two right ones. */
const END = '(?![A-Za-z0-9_.])'

/** The group of each pattern is the token's text. */
const PATTERNS = [
  ['number', new RegExp(`(\\d+(?:\\.\\d+)?)${END}`, 'y')],
  ['text', /'([^']*)'/y],
  ['variable', new RegExp(`event\\.(code|timestamp)${END}`, 'y')],
  ['property', new RegExp(`event\\.properties\\.([A-Za-z][A-Za-z0-9_]*)${END}`, 'y')],
  ['function', new RegExp(`([A-Za-z]+)${END}`, 'y')],
  ['symbol', /([-+*/(),])/y],
] as const

const SPACES = /[ \t\r\n]*/y

/** The tokens of a text, or the position of the first character that begins none. */
export function tokenize(source: string): readonly Token[] | { readonly wrongAt: number } {
  const tokens: Token[] = []
  let position = endOfSpaces(source, 0)
  while (position < source.length) {
    const found = tokenAt(source, position)
    if (found === null) return { wrongAt: position }
    tokens.push(found.token)
    position = endOfSpaces(source, found.end)
  }
  return tokens
}

function tokenAt(source: string, position: number): { token: Token; end: number } | null {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = position
    const match = pattern.exec(source)
    // Only the pattern of variables gives their names.
    if (match !== null) return { token: { kind, text: match[1] } as Token, end: pattern.lastIndex }
  }
  return null
}

function endOfSpaces(source: string, position: number): number {
  SPACES.lastIndex = position
  SPACES.exec(source)
  return SPACES.lastIndex
}
