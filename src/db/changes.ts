/** The row with the named fields changed; fields whose new value is undefined stay as they are. */
export function withChanges<T extends object>(row: T, changes: { readonly [K in keyof T]?: T[K] | undefined }): T {
  const named = Object.entries(changes).filter(([, value]) => value !== undefined)
  return { ...row, ...Object.fromEntries(named) }
}
