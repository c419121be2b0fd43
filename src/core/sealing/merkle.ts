import { bytesOf, sha256 } from './sha256.js'

/** A hash beside the way from a leaf to the root, and on which side it stands. */
export interface PathStep {
  readonly side: 'left' | 'right'
  readonly hash: string
}

// A leaf can never be taken for an inner node, nor the other way round.
const LEAF = 0
const INNER = 1

export const leafHash = (text: string): Promise<string> =>
  sha256(new Uint8Array([LEAF, ...new TextEncoder().encode(text)]))

const innerHash = (left: string, right: string): Promise<string> =>
  sha256(new Uint8Array([INNER, ...bytesOf(left), ...bytesOf(right)]))

/** All levels of the tree over these leaves, from the leaves up to the root. A node without a partner goes up as it is. */
async function levels(leaves: readonly string[]): Promise<readonly (readonly string[])[]> {
  const all = [leaves]
  for (let level = leaves; level.length > 1; all.push(level)) {
    const pairs = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => level.slice(2 * i, 2 * i + 2))
    level = await Promise.all(
      pairs.map(async ([left = '', right]) => (right === undefined ? left : innerHash(left, right))),
    )
  }
  return all
}

/** The root over hashes of leaves, at least one. */
export async function merkleRoot(leaves: readonly string[]): Promise<string> {
  const [root] = (await levels(leaves)).at(-1) ?? []
  if (root === undefined) throw new Error('a tree has leaves')
  return root
}

/** The way from a leaf up to the root. */
export async function merklePath(leaves: readonly string[], index: number): Promise<PathStep[]> {
  if (leaves[index] === undefined) throw new Error(`no leaf ${index}`)
  return (await levels(leaves)).flatMap((level, height) => {
    const at = Math.floor(index / 2 ** height)
    const side = at % 2 === 0 ? 'right' : 'left'
    const hash = level[side === 'right' ? at + 1 : at - 1]
    return hash === undefined ? [] : [{ side, hash } as const]
  })
}

/** The root that a leaf's way leads to: the tree's own only if leaf and way are of that tree. */
export async function rootOfPath(leaf: string, path: readonly PathStep[]): Promise<string> {
  let hash = leaf
  for (const step of path) {
    hash = step.side === 'left' ? await innerHash(step.hash, hash) : await innerHash(hash, step.hash)
  }
  return hash
}
