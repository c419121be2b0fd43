import { canonicalText } from './canonical.js'
import { sha256 } from './sha256.js'

/** A final invoice's place among all of its customer's, in the order in which they became final. */
export interface InvoiceLink {
  readonly customerId: string
  /** From 1, without gaps. */
  readonly position: number
  readonly contentHash: string
  /** The hash of the link before; null of the first. */
  readonly previousHash: string | null
}

/** The hash of a link: it stands for the invoice's content and, by the link before, for all that were final earlier. */
export function linkHash({ customerId, position, contentHash, previousHash }: InvoiceLink): Promise<string> {
  return sha256(`invoice link\n${canonicalText({ customerId, position, contentHash, previousHash })}`)
}
