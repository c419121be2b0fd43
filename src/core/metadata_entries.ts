import { type FieldErrors, invalid, ok, type Result } from './result.js'

/** One entry of metadata that are a list: a key and its value, each with an id of its own. */
export interface MetadataEntry {
  readonly id: string
  readonly key: string
  readonly value: string
  /** Epoch milliseconds. */
  readonly createdAt: number
}

/** An entry as a request sends it: with the id of an entry it changes that one, else it is a new one. */
export interface SentEntry {
  readonly id?: string | null | undefined
  readonly key?: string | undefined
  readonly value?: string | undefined
}

/** What an entry is made of anew, and what it keeps of the one that it changes. */
export interface EntryChange<E extends MetadataEntry, S extends SentEntry> {
  readonly sent: S
  readonly before: E | undefined
}

interface Making {
  /** Epoch milliseconds. */
  readonly now: number
  readonly newId: () => string
}

/**
 * What is sent is what there is: entries named by their id are kept and changed, others are new, the rest goes (API rules,
 * section 9). Refused: an entry without key or value, and a key that is there twice.
 */
export function changedEntries<E extends MetadataEntry, S extends SentEntry>(
  before: readonly E[],
  sent: readonly S[],
  { now, newId }: Making,
): Result<readonly (MetadataEntry & EntryChange<E, S>)[]> {
  const kept = new Map(before.map((entry) => [entry.id, entry]))
  const after = sent.map((entry) => {
    const old = kept.get(entry.id ?? '')
    // An id that is named a second time means a new entry, for two cannot have it.
    kept.delete(entry.id ?? '')
    return {
      id: old?.id ?? newId(),
      key: entry.key ?? old?.key ?? '',
      value: entry.value ?? old?.value ?? '',
      createdAt: old?.createdAt ?? now,
      sent: entry,
      before: old,
    }
  })
  const errors = errorsOf(after)
  return Object.keys(errors).length === 0 ? ok(after) : invalid(errors)
}

function errorsOf(entries: readonly MetadataEntry[]): FieldErrors {
  const keys = entries.map(({ key }) => key)
  const keyCodes = [
    ...(keys.includes('') ? ['value_is_mandatory'] : []),
    ...(new Set(keys).size < keys.length ? ['value_already_exist'] : []),
  ]
  return {
    ...(keyCodes.length > 0 ? { key: keyCodes } : {}),
    ...(entries.some(({ value }) => value === '') ? { value: ['value_is_mandatory'] } : {}),
  }
}
