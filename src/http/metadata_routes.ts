import type { Context } from 'hono'
import type { Metadata, MetadataChange } from '../core/metadata.js'
import type { Failure, Result } from '../core/result.js'
import { type AppEnv, router } from './app_env.js'
import { fail } from './errors.js'
import { readSentMetadata } from './metadata.js'

/** What has metadata that are an object of their own: found by the first part of the path. */
export interface MetadataOwner {
  readonly unknown: Failure
  isKnown(c: Context<AppEnv>, id: string): Promise<boolean>
  /** Gives the metadata as they are then; or refuses, as unknown what is not there. */
  change(c: Context<AppEnv>, id: string, change: MetadataChange): Promise<Result<Metadata | null>>
}

/** A post replaces them, a patch merges, a deletion takes one key or all (API rules, section 9). */
export function metadataRoutes(owner: MetadataOwner) {
  return router()
    .post('/:id/metadata', (c) => changeBySent(c, owner, c.req.param('id'), 'replace'))
    .patch('/:id/metadata', (c) => changeBySent(c, owner, c.req.param('id'), 'merge'))
    .delete('/:id/metadata', (c) => change(c, owner, c.req.param('id'), { kind: 'clear' }))
    .delete('/:id/metadata/:key', (c) =>
      change(c, owner, c.req.param('id'), { kind: 'remove', key: c.req.param('key') }),
    )
}

async function changeBySent(c: Context<AppEnv>, owner: MetadataOwner, id: string, kind: 'replace' | 'merge') {
  // The owner is part of the path, so it comes before what is sent.
  if (!(await owner.isKnown(c, id))) return fail(c, owner.unknown)
  const sent = await readSentMetadata(c)
  return sent.ok ? change(c, owner, id, { kind, metadata: sent.value }) : fail(c, sent.failure)
}

async function change(c: Context<AppEnv>, owner: MetadataOwner, id: string, what: MetadataChange) {
  const changed = await owner.change(c, id, what)
  return changed.ok ? c.json({ metadata: changed.value }) : fail(c, changed.failure)
}
