import type { InvoiceContent } from '../../core/sealing/content.js'
import type { PathStep } from '../../core/sealing/merkle.js'
import type { SealLeaf } from '../../core/sealing/seal.js'
import { seconds } from '../../http/timestamps.js'
import type { InvoiceRow } from '../invoices/table.js'
import type { ProofSources } from './load.js'
import type { InvoiceLinkRow, InvoiceSealRow } from './table.js'

export const serializeSeal = (seal: InvoiceSealRow) => ({
  lago_id: seal.id,
  sequential_id: seal.sequentialId,
  root: seal.root,
  customers_count: seal.customersCount,
  invoices_count: seal.invoicesCount,
  sealed_at: seconds(seal.createdAt),
})

/** How far an invoice has come. Nothing is in a chain that was final before there were any. */
type ProofState = 'not_final' | 'not_chained' | 'not_sealed' | 'sealed'

interface Sealed {
  readonly id: string
  readonly root: string
  readonly at: number
  readonly links: readonly InvoiceLinkRow[]
  /** Undefined when the rows that are there now do not hold the invoice any more. */
  readonly way: { readonly leaf: SealLeaf; readonly path: readonly PathStep[] } | undefined
}

/**
 * @param chained what the invoice says, and its link; null without one
 * @param sealed the seal that covers it; null without one
 */
export function serializeProof(
  { row }: ProofSources['document'],
  chained: { readonly link: InvoiceLinkRow; readonly content: InvoiceContent } | null,
  sealed: Sealed | null,
) {
  return {
    lago_invoice_id: row.id,
    number: row.number,
    sequential_id: row.sequentialId,
    organization_sequential_id: row.organizationSequentialId,
    state: stateOf(row, chained !== null, sealed !== null),
    lago_customer_id: row.customerId,
    content: chained?.content ?? null,
    content_hash: chained?.link.contentHash ?? null,
    position: chained?.link.position ?? null,
    previous_hash: chained?.link.previousHash ?? null,
    hash: chained?.link.hash ?? null,
    /** The links of the customer that follow, up to the one whose hash is sealed. */
    links: (sealed?.links ?? []).map(serializeLink),
    leaf: sealed?.way === undefined ? null : serializeLeaf(sealed.way.leaf),
    path: (sealed?.way?.path ?? []).map(({ side, hash }) => ({ side, hash })),
    root: sealed?.root ?? null,
    lago_invoice_seal_id: sealed?.id ?? null,
    sealed_at: seconds(sealed?.at ?? null),
  }
}

function stateOf({ status }: InvoiceRow, isChained: boolean, isSealed: boolean): ProofState {
  if (isSealed) return 'sealed'
  if (isChained) return 'not_sealed'
  return status === 'finalized' || status === 'voided' ? 'not_chained' : 'not_final'
}

const serializeLink = (link: InvoiceLinkRow) => ({
  lago_invoice_id: link.invoiceId,
  position: link.position,
  content_hash: link.contentHash,
  hash: link.hash,
})

const serializeLeaf = ({ customerId, hash, numbers }: SealLeaf) => ({
  lago_customer_id: customerId,
  hash,
  numbers: numbers.map(({ position, number, sequentialId, organizationSequentialId }) => ({
    position,
    number,
    sequential_id: sequentialId,
    organization_sequential_id: organizationSequentialId,
  })),
})
