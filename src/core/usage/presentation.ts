import { MAX_PRESENTATION_WISHES } from './limits.js'

/** What `filter_by_presentation` asks for; null where it was not given: everything. */
export type PresentationFilter = readonly string[] | null

/** Reads the parameter: a JSON list of texts. Undefined for anything else. */
export function parsePresentationFilter(text: string | undefined): PresentationFilter | undefined {
  if (text === undefined) return null
  const list = parsed(text)
  if (!Array.isArray(list) || list.length > MAX_PRESENTATION_WISHES) return undefined
  return list.every((entry) => typeof entry === 'string') ? list : undefined
}

/**
 * The presentation keys of a charge that its usage is broken down by: of the wanted ones those that it has. A list that names none of
 * them asks for certain values instead, of any key; the empty one for no breakdown at all.
 */
export function presentationWish(keys: readonly string[], filter: PresentationFilter) {
  if (filter === null) return { keys, values: null }
  const named = keys.filter((key) => filter.includes(key))
  const others = filter.filter((entry) => !keys.includes(entry))
  return {
    keys: named.length > 0 ? named : others.length > 0 ? keys : [],
    /** Null: any. Else one of a breakdown's values has to be among them. */
    values: others.length > 0 ? new Set(others) : null,
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
