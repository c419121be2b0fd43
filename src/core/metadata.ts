import { invalid, notFound, ok, type Result } from './result.js'

/** Metadata that are an object of their own: of plans, wallets and credit notes. */
export type Metadata = Readonly<Record<string, string | null>>

/** Keys of one owner: Lago's own bound. */
export const MAX_METADATA_KEYS = 50

/** What a request does to them. */
export type MetadataChange =
  | { readonly kind: 'replace'; readonly metadata: Metadata }
  | { readonly kind: 'merge'; readonly metadata: Metadata }
  | { readonly kind: 'remove'; readonly key: string }
  | { readonly kind: 'clear' }

/**
 * The metadata after a change, null where there are none (API rules, section 9). Merging nothing makes none, and a key that is not
 * there can be removed all the same, unless there are none at all. Refused: more keys than there may be.
 */
export function changedMetadata(before: Metadata | null, change: MetadataChange): Result<Metadata | null> {
  if (change.kind === 'remove' && before === null) return notFound('metadata')
  const after = changed(before, change)
  return Object.keys(after ?? {}).length > MAX_METADATA_KEYS ? invalid({ value: ['invalid_count'] }) : ok(after)
}

function changed(before: Metadata | null, change: MetadataChange): Metadata | null {
  switch (change.kind) {
    case 'replace':
      return change.metadata
    case 'merge':
      return Object.keys(change.metadata).length === 0 ? before : { ...before, ...change.metadata }
    case 'remove':
      return before && Object.fromEntries(Object.entries(before).filter(([key]) => key !== change.key))
    case 'clear':
      return null
  }
}
