/**
 * The one text of a JSON value: keys in the order of their UTF-16 code units, no spaces, and what JSON leaves out left out.
 * Two values have the same text if and only if JSON cannot tell them apart.
 */
export function canonicalText(value: unknown): string {
  return written(JSON.parse(JSON.stringify(value)))
}

function written(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${written(one)}`).join(',')}}`
  }
  return JSON.stringify(value)
}
