import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { leafHash, merklePath, merkleRoot, rootOfPath } from '../../../src/core/sealing/merkle.js'
import { sha256 } from '../../../src/core/sealing/sha256.js'

const RUNS = { numRuns: 1_000 }
const texts = fc.array(fc.string(), { minLength: 1, maxLength: 20 })
const hex = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))

async function tree(leaves: readonly string[]) {
  const hashes = await Promise.all(leaves.map(leafHash))
  return { hashes, root: await merkleRoot(hashes) }
}

describe('SHA-256', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 'nothing'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'the example of the standard'],
    ['é', '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c', 'bytes of UTF-8'],
  ])('of %j is %s: %s', async (text, hash) => {
    expect(await sha256(text)).toBe(hash)
  })
})

describe('a tree of hashes', () => {
  it('of one leaf has that leaf for its root, and of two the hash of both behind a mark', async () => {
    const [a, b] = await Promise.all([leafHash('a'), leafHash('b')])
    expect(a).toBe(await sha256(new Uint8Array([0, 0x61])))
    expect(await merkleRoot([a])).toBe(a)
    expect(await merkleRoot([a, b])).toBe(await sha256(new Uint8Array([1, ...Buffer.from(a + b, 'hex')])))
  })

  it('leads from every leaf to its root', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(), async (leaves, n) => {
        const { hashes, root } = await tree(leaves)
        const index = n % leaves.length
        expect(await rootOfPath(hashes[index] ?? '', await merklePath(hashes, index))).toBe(root)
      }),
      RUNS,
    )
  })

  it('leads from no other leaf, and by no changed way, to its root', async () => {
    await fc.assert(
      fc.asyncProperty(texts, fc.nat(), fc.string(), hex, async (leaves, n, other, forged) => {
        const { hashes, root } = await tree(leaves)
        const index = n % leaves.length
        const path = await merklePath(hashes, index)
        fc.pre(other !== leaves[index])
        expect(await rootOfPath(await leafHash(other), path)).not.toBe(root)
        for (const [at, step] of path.entries()) {
          if (step.hash === forged) continue
          expect(await rootOfPath(hashes[index] ?? '', path.with(at, { ...step, hash: forged }))).not.toBe(root)
          expect(await rootOfPath(hashes[index] ?? '', path.toSpliced(at, 1))).not.toBe(root)
        }
        expect(await rootOfPath(hashes[index] ?? '', [...path, { side: 'left', hash: forged }])).not.toBe(root)
      }),
      RUNS,
    )
  })

  it('has another root for any other list of leaves', async () => {
    await fc.assert(
      fc.asyncProperty(texts, texts, async (leaves, others) => {
        const isSame = JSON.stringify(leaves) === JSON.stringify(others)
        expect((await tree(leaves)).root === (await tree(others)).root).toBe(isSame)
      }),
      RUNS,
    )
  })

  it('never takes an inner node for a leaf', async () => {
    const { hashes, root } = await tree(['a', 'b'])
    expect(await sha256(new Uint8Array([0, ...Buffer.from(hashes.join(''), 'hex')]))).not.toBe(root)
  })
})
