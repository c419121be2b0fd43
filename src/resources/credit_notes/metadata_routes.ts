import { notFound, ok } from '../../core/result.js'
import { customerObject } from '../../customer/contract.js'
import { metadataRoutes } from '../../http/metadata_routes.js'
import { holderOfNote } from './load.js'
import { findCreditNote } from './store.js'

export const creditNoteMetadataRoutes = metadataRoutes({
  unknown: { kind: 'not_found', thing: 'credit_note' },
  async isKnown({ var: { db, organizationId } }, id) {
    return (await holderOfNote(db, organizationId, id)) !== undefined
  },
  async change(c, id, metadata) {
    const { db, organizationId, now } = c.var
    const customerId = await holderOfNote(db, organizationId, id)
    if (customerId === undefined) return notFound('credit_note')
    const ref = { organizationId, customerId }
    const changed = await customerObject(c.env, ref).updateCreditNote(ref, id, { metadata }, now)
    if (!changed.ok) return changed
    const found = await findCreditNote(db, organizationId, id)
    return found === undefined ? notFound('credit_note') : ok(found.creditNote.metadata)
  },
})
