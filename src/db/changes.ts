/** The row with the named fields changed; fields whose new value is undefined stay as they are. */
export function withChanges<T extends object>(row: T, changes: { readonly [K in keyof T]?: T[K] | undefined }): T {
  const named = Object.entries(changes).filter(([, value]) => value !== undefined)
  return { ...row, ...Object.fromEntries(named) }
}

/**
 * Of a row's fields those that differ from what they were. Only they are to be written: another edit may be changing the others in the
 * same moment. Null when none differs.
 */
export function changedFields<T extends object>(before: T | undefined, after: T): Partial<T> | null {
  const known: Readonly<Record<string, unknown>> = { ...before }
  const changes = Object.entries(after).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(known[name]))
  return changes.length === 0 ? null : (Object.fromEntries(changes) as Partial<T>)
}
