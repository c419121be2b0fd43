import { chainFaults, type InvoiceProof, proofFaults } from '../../src/core/sealing/check_proof.js'
import type { AccountApi, Json } from './account_api.js'

/** The proofs of all final invoices of an organization. */
export async function proofsOf(api: AccountApi): Promise<InvoiceProof[]> {
  const proofs: InvoiceProof[] = []
  for (let page: number | null = 1; page !== null; ) {
    const query = `statuses[]=finalized&statuses[]=voided&per_page=100&page=${page}`
    const answer: Json = await api.done('GET', `/invoices?${query}`)
    for (const { lago_id } of answer.invoices) proofs.push(await proofOf(api, lago_id))
    page = answer.meta.next_page
  }
  return proofs
}

export const proofOf = async (api: AccountApi, id: string): Promise<InvoiceProof> =>
  (await api.done('GET', `/invoices/${id}/proof`)).invoice_proof

/** Everything that is wrong with these proofs, by themselves and as chains. */
export async function faultsOf(proofs: readonly InvoiceProof[]): Promise<string[]> {
  const own = await Promise.all(proofs.map(proofFaults))
  const chains = [...Map.groupBy(proofs, (proof) => proof.lago_customer_id).values()]
  return [...own.flat(), ...chains.flatMap(chainFaults)]
}
