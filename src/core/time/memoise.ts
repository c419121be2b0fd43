/**
 * Remembers the results of a pure function, by a text key. Once `size` results are held all are forgotten, which bounds
 * the memory without any bookkeeping per call.
 */
export function memoise<Args extends readonly unknown[], Value>(
  size: number,
  keyOf: (...args: Args) => string,
  compute: (...args: Args) => Value,
): (...args: Args) => Value {
  const results = new Map<string, Value>()
  return (...args) => {
    const key = keyOf(...args)
    const known = results.get(key)
    if (known !== undefined) return known
    const value = compute(...args)
    if (results.size >= size) results.clear()
    results.set(key, value)
    return value
  }
}
