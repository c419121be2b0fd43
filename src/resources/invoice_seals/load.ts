import { VISIBLE_STATUSES } from '../../core/invoicing/status.js'
import type { LinkToSeal } from '../../core/sealing/seal.js'
import type { Database } from '../../db/client.js'
import { findInvoice } from '../invoices/store.js'
import type { InvoiceRow } from '../invoices/table.js'
import { findLink, linksOfSeal, linksUnderSeal } from './store.js'
import type { InvoiceLinkRow } from './table.js'

/** What an invoice's proof is made of. */
export interface ProofSources {
  readonly document: {
    readonly row: InvoiceRow
    readonly fees: readonly object[]
    readonly periods: readonly object[]
    readonly credits: readonly object[]
  }
  /** Undefined of an invoice that is in no chain: a draft. */
  readonly place: ChainPlace | undefined
}

interface ChainPlace {
  readonly link: InvoiceLinkRow
  /** Null until the hourly run. */
  readonly seal: { readonly id: string; readonly root: string; readonly at: number } | null
  /** The customer's links that follow, as far as the seal covers them. */
  readonly later: readonly InvoiceLinkRow[]
  /** All that the seal covers. */
  readonly sealedLinks: readonly LinkToSeal[]
}

/** Undefined when there is no such invoice to be seen. */
export async function readProof(
  db: Database,
  organizationId: string,
  invoiceId: string,
): Promise<ProofSources | undefined> {
  const [found, place] = await Promise.all([
    findInvoice(db, organizationId, invoiceId, VISIBLE_STATUSES),
    findLink(db, organizationId, invoiceId),
  ])
  if (found === undefined) return undefined
  const document = {
    row: found.invoice,
    fees: found.fees.map(({ fee }) => fee),
    periods: found.periods.map(({ period }) => period),
    credits: found.credits.map(({ credit }) => credit),
  }
  if (place === undefined) return { document, place }
  const { link, seal } = place
  if (seal === null) return { document, place: { link, seal, later: [], sealedLinks: [] } }
  const [later, sealedLinks] = await Promise.all([linksUnderSeal(db, link), linksOfSeal(db, organizationId, seal.id)])
  return { document, place: { link, seal, later, sealedLinks } }
}
