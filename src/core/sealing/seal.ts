import { canonicalText } from './canonical.js'
import { leafHash, merklePath, merkleRoot, type PathStep } from './merkle.js'

/** A link that is to be sealed, with the numbers that its invoice was given. */
export interface LinkToSeal extends SealedNumber {
  readonly customerId: string
  readonly hash: string
}

/** The numbers of one invoice: no hash has them before, for they are given by the very commit that makes it final. */
export interface SealedNumber {
  readonly position: number
  readonly number: string
  readonly sequentialId: number | null
  readonly organizationSequentialId: number | null
}

/** What a seal says of one customer. */
export interface SealLeaf {
  readonly customerId: string
  /** Of the customer's last link under this seal. */
  readonly hash: string
  /** Of all links of the customer that this seal is the first to cover, in their order. */
  readonly numbers: readonly SealedNumber[]
}

/** The leaves of a seal, by customer id. */
export function sealLeaves(links: readonly LinkToSeal[]): SealLeaf[] {
  return [...Map.groupBy(links, ({ customerId }) => customerId)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([customerId, own]) => {
      const inOrder = own.toSorted((a, b) => a.position - b.position)
      return {
        customerId,
        hash: inOrder.at(-1)?.hash ?? '',
        numbers: inOrder.map(({ position, number, sequentialId, organizationSequentialId }) => ({
          position,
          number,
          sequentialId,
          organizationSequentialId,
        })),
      }
    })
}

export const sealLeafHash = (leaf: SealLeaf): Promise<string> => leafHash(canonicalText(leaf))

/** The root over the links of an organization, at least one. */
export async function sealRoot(links: readonly LinkToSeal[]): Promise<string> {
  return merkleRoot(await Promise.all(sealLeaves(links).map(sealLeafHash)))
}

/** The leaf of one customer and its way to the root of the seal that covers these links; undefined when it covers none of them. */
export async function sealPath(
  links: readonly LinkToSeal[],
  customerId: string,
): Promise<{ readonly leaf: SealLeaf; readonly path: readonly PathStep[] } | undefined> {
  const leaves = sealLeaves(links)
  const index = leaves.findIndex((leaf) => leaf.customerId === customerId)
  const leaf = leaves[index]
  if (leaf === undefined) return undefined
  return { leaf, path: await merklePath(await Promise.all(leaves.map(sealLeafHash)), index) }
}
