import { linkHash } from './chain.js'
import { contentHash, type InvoiceContent } from './content.js'
import { type PathStep, rootOfPath } from './merkle.js'
import { sealLeafHash } from './seal.js'

/** The proof of an invoice, as the API answers it. */
export interface InvoiceProof {
  readonly lago_invoice_id: string
  readonly lago_customer_id: string
  readonly number: string
  readonly sequential_id: number | null
  readonly organization_sequential_id: number | null
  readonly state: string
  readonly content: InvoiceContent | null
  readonly content_hash: string | null
  readonly position: number | null
  readonly previous_hash: string | null
  readonly hash: string | null
  readonly links: readonly {
    readonly position: number
    readonly content_hash: string
    readonly hash: string
  }[]
  readonly leaf: ProofLeaf | null
  readonly path: readonly PathStep[]
  readonly root: string | null
  readonly lago_invoice_seal_id: string | null
}

interface ProofLeaf {
  readonly lago_customer_id: string
  readonly hash: string
  readonly numbers: readonly {
    readonly position: number
    readonly number: string
    readonly sequential_id: number | null
    readonly organization_sequential_id: number | null
  }[]
}

/**
 * What is wrong with the proof of one final invoice, in words; nothing when it holds. Every hash is computed anew but the root,
 * each from the one that was given below it, so that one fault is told once.
 */
export async function proofFaults(proof: InvoiceProof): Promise<string[]> {
  const { content, content_hash, position, hash } = proof
  if (content === null || content_hash === null || position === null || hash === null) {
    return ['it is final, but in no chain']
  }
  const { invoice } = content
  const hashed = await contentHash(content)
  const chained = await hashOfLink(proof, { position, content_hash }, proof.previous_hash)
  const faults = [
    invoice.id === proof.lago_invoice_id && invoice.customer_id === proof.lago_customer_id
      ? null
      : 'its content is that of another invoice',
    hashed === content_hash ? null : 'its content is not what was hashed when it became final',
    chained === hash ? null : 'its place in the chain is not what it was given',
  ]
  const sealed = proof.state === 'sealed' ? await sealFaults(proof, { position, hash }) : []
  return [...faults.filter((fault) => fault !== null), ...sealed]
}

async function sealFaults(proof: InvoiceProof, own: { position: number; hash: string }): Promise<string[]> {
  const { leaf } = proof
  if (leaf === null) return ['the seal does not cover it any more']
  let last = own
  for (const link of proof.links) {
    const position = last.position + 1
    last = { position, hash: await hashOfLink(proof, { ...link, position }, last.hash) }
  }
  const numbered = leaf.numbers.find(({ position }) => position === own.position)
  const root = await rootOfPath(await leafHashOf(leaf), proof.path)
  const faults = [
    last.hash === leaf.hash && leaf.lago_customer_id === proof.lago_customer_id
      ? null
      : 'its chain does not lead to what is sealed of its customer',
    numbered?.number === proof.number &&
    numbered.sequential_id === proof.sequential_id &&
    numbered.organization_sequential_id === proof.organization_sequential_id
      ? null
      : 'its number is not the one that is sealed',
    root === proof.root ? null : 'its path does not lead to the root of its seal',
  ]
  return faults.filter((fault) => fault !== null)
}

const hashOfLink = (
  { lago_customer_id: customerId }: InvoiceProof,
  { position, content_hash }: { position: number; content_hash: string },
  previousHash: string | null,
) => linkHash({ customerId, position, contentHash: content_hash, previousHash })

const leafHashOf = ({ lago_customer_id: customerId, hash, numbers }: ProofLeaf) =>
  sealLeafHash({
    customerId,
    hash,
    numbers: numbers.map((one) => ({
      position: one.position,
      number: one.number,
      sequentialId: one.sequential_id,
      organizationSequentialId: one.organization_sequential_id,
    })),
  })

/** What is wrong with the chain that the proofs of all of a customer's invoices make. */
export function chainFaults(proofs: readonly InvoiceProof[]): string[] {
  const inOrder = proofs.filter(({ hash }) => hash !== null).toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0))
  return inOrder.flatMap((proof, i) => {
    const before = inOrder[i - 1]
    if (proof.position !== (before?.position ?? 0) + 1) return [`before ${proof.number} an invoice is missing`]
    return proof.previous_hash === (before?.hash ?? null) ? [] : [`${proof.number} does not follow the one before it`]
  })
}
