import { linkHash } from '../core/sealing/chain.js'
import { CONTENT_VERSION, contentHash, invoiceContent } from '../core/sealing/content.js'
import type { Statement } from '../db/commit.js'
import { insertLink } from '../resources/invoice_seals/store.js'
import type { CommandContext } from './command_context.js'
import type { PreparedInvoice } from './prepared.js'

const UNSEALED = { sealId: null, number: null, sequentialId: null, organizationSequentialId: null }

/** The end of a customer's chain of final invoices, which grows by what one command makes final. */
export class InvoiceChain {
  #latest: { readonly position: number; readonly hash: string | null }

  /** @param latest the last link, undefined when the customer has none yet */
  constructor(latest: { readonly position: number; readonly hash: string } | undefined) {
    this.#latest = latest ?? { position: 0, hash: null }
  }

  /** The next link. Links are made one after the other. */
  async extend(customerId: string, content: string) {
    const { position: last, hash: previousHash } = this.#latest
    const position = last + 1
    const hash = await linkHash({ customerId, position, contentHash: content, previousHash })
    this.#latest = { position, hash }
    return { position, contentHash: content, previousHash, hash }
  }
}

/** An invoice that a commit makes final, and the chain that it comes into. */
export interface FinalInvoice {
  readonly document: PreparedInvoice
  readonly chain: InvoiceChain
}

/**
 * Puts invoices into their customer's chain, in their order: the last statements of the commit that makes them final, for from there
 * on they cannot be changed. The number, which the database gives within the same commit, is not part of the content: the
 * next seal binds it.
 */
export async function linkStatements(
  { db, ref, now }: CommandContext,
  finals: readonly FinalInvoice[],
): Promise<Statement[]> {
  const statements: Statement[] = []
  for (const { document, chain } of finals) {
    const content = await contentHash(invoiceContent(document, CONTENT_VERSION))
    const link = await chain.extend(ref.customerId, content)
    const invoice = { ...ref, invoiceId: document.row.id, createdAt: now, contentVersion: CONTENT_VERSION }
    statements.push(insertLink(db, { ...invoice, ...link, ...UNSEALED }))
  }
  return statements
}
