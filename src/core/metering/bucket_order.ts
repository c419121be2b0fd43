/**
 * Compares two bucket keys as SQLite does, byte by byte in UTF-8: below 0 when a comes first. JavaScript's own order is
 * another one: it puts characters beyond U+FFFF, whose surrogates begin at U+D800, before those from U+E000 on.
 * Both texts have to be well-formed, as `bucketKey` makes them.
 */
export function compareBucketKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const [left, right] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (left !== right) return rank(left) - rank(right)
  }
  return a.length - b.length
}

/** Surrogates stand for the highest characters. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit)
