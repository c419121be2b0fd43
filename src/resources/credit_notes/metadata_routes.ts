import type { Context } from 'hono'
import type { MetadataChange } from '../../core/metadata.js'
import { customerObject } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { readSentMetadata } from '../../http/metadata.js'
import { holderOfNote } from './load.js'
import { findCreditNote } from './store.js'

const NOT_FOUND = { kind: 'not_found', thing: 'credit_note' } as const

/** The metadata of a note: a post replaces them, a patch merges, a deletion takes one key or all (API rules, section 9). */
export const creditNoteMetadataRoutes = router()
  .post('/:id/metadata', (c) => changeBySent(c, c.req.param('id'), 'replace'))
  .patch('/:id/metadata', (c) => changeBySent(c, c.req.param('id'), 'merge'))
  .delete('/:id/metadata', (c) => change(c, c.req.param('id'), { kind: 'clear' }))
  .delete('/:id/metadata/:key', (c) => {
    const { id, key } = c.req.param()
    return change(c, id, { kind: 'remove', key })
  })

async function changeBySent(c: Context<AppEnv>, id: string, kind: 'replace' | 'merge') {
  // The note is part of the path, so it comes before what is sent.
  const holder = await holderOfNote(c.var.db, c.var.organizationId, id)
  if (holder === undefined) return fail(c, NOT_FOUND)
  const sent = await readSentMetadata(c)
  return sent.ok ? change(c, id, { kind, metadata: sent.value }, holder) : fail(c, sent.failure)
}

async function change(c: Context<AppEnv>, id: string, metadata: MetadataChange, holder?: string) {
  const { db, organizationId, now } = c.var
  const customerId = holder ?? (await holderOfNote(db, organizationId, id))
  if (customerId === undefined) return fail(c, NOT_FOUND)
  const ref = { organizationId, customerId }
  const changed = await customerObject(c.env, ref).updateCreditNote(ref, id, { metadata }, now)
  if (!changed.ok) return fail(c, changed.failure)
  const found = await findCreditNote(db, organizationId, id)
  return found === undefined ? fail(c, NOT_FOUND) : c.json({ metadata: found.creditNote.metadata })
}
