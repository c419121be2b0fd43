import { MAX_BOUND_TEXT } from './limits.js'

/**
 * Rows as JSON texts for `json_each(?)`, each small enough to be bound: so a statement takes any number of rows with one
 * parameter. A row that is too long by itself still gets a text of its own.
 */
export function* boundRows(rows: readonly (readonly (string | number | null)[])[]): Generator<string> {
  let texts: string[] = []
  let length = 0
  for (const row of rows) {
    const text = JSON.stringify(row)
    if (length > 0 && length + text.length > MAX_BOUND_TEXT) {
      yield `[${texts.join(',')}]`
      texts = []
      length = 0
    }
    texts.push(text)
    length += text.length
  }
  if (length > 0) yield `[${texts.join(',')}]`
}
