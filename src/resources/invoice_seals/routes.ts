import { invoiceContent } from '../../core/sealing/content.js'
import { sealPath } from '../../core/sealing/seal.js'
import { router } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { readProof } from './load.js'
import { serializeProof, serializeSeal } from './serialize.js'
import { listSeals } from './store.js'

/** The roots, for who keeps them outside of the service. */
export const invoiceSealRoutes = router().get('/', async (c) => {
  const page = pageOf(c)
  const { rows, totalCount } = await listSeals(c.var.db, c.var.organizationId, page)
  return c.json({ invoice_seals: rows.map(serializeSeal), meta: meta(page, totalCount) })
})

/** What shows that a final invoice is what it was: nothing in it is taken from anywhere but the rows as they are now. */
export const invoiceProofRoutes = router().get('/:id/proof', async (c) => {
  const found = await readProof(c.var.db, c.var.organizationId, c.req.param('id'))
  if (found === undefined) return fail(c, { kind: 'not_found', thing: 'invoice' })
  const { document, place } = found
  if (place === undefined) return c.json({ invoice_proof: serializeProof(document, null, null) })
  const { link, seal, sealedLinks } = place
  const content = invoiceContent(document, link.contentVersion)
  const way = seal === null ? undefined : await sealPath(sealedLinks, link.customerId)
  const sealed = seal === null ? null : { ...seal, links: place.later, way }
  return c.json({ invoice_proof: serializeProof(document, { link, content }, sealed) })
})
