import { z } from 'zod'

/**
 * A field of the API that would change what is billed and that is not offered here. Null and emptiness are accepted; anything
 * else is refused, because passing it over would bill something else than was asked for.
 */
export function unavailable() {
  return z
    .custom<undefined>((sent) => isEmpty(sent), { error: 'feature_unavailable' })
    .optional()
    .transform(() => undefined)
}

function isEmpty(sent: unknown): boolean {
  if (sent === undefined || sent === null || sent === '') return true
  return typeof sent === 'object' && Object.keys(sent).length === 0
}
