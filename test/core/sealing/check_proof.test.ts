import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkHash } from '../../../src/core/sealing/chain.js'
import { chainFaults, type InvoiceProof, proofFaults } from '../../../src/core/sealing/check_proof.js'
import { contentHash } from '../../../src/core/sealing/content.js'
import { type LinkToSeal, sealLeaves, sealPath, sealRoot } from '../../../src/core/sealing/seal.js'

const RUNS = { numRuns: 1_000 }
const numberOf = (customerId: string, position: number) => `ACME-${customerId}-${position}`
const contentOf = (customerId: string, position: number) => ({
  version: 1,
  invoice: { id: `${customerId}-${position}`, customer_id: customerId, total_amount_cents: 100 * position },
  fees: [{ amount_cents: 100 * position }],
  billing_periods: [],
  credits: [],
})

interface Link extends LinkToSeal {
  readonly contentHash: string
  readonly previousHash: string | null
}

async function chainOf(customerId: string, length: number): Promise<Link[]> {
  const links: Link[] = []
  for (let position = 1; position <= length; position++) {
    const content = await contentHash(contentOf(customerId, position))
    const previousHash = links.at(-1)?.hash ?? null
    const hash = await linkHash({ customerId, position, contentHash: content, previousHash })
    const numbers = { number: numberOf(customerId, position), sequentialId: position, organizationSequentialId: null }
    links.push({ customerId, position, contentHash: content, previousHash, hash, ...numbers })
  }
  return links
}

/** The proofs of all invoices of customers with so many each, of which the first ones are under one seal and the others under a second. */
async function proofsOf(lengths: readonly number[], underFirst: number): Promise<InvoiceProof[]> {
  const links = (await Promise.all(lengths.map((length, i) => chainOf(`c${i}`, length)))).flat()
  const seals = [
    links.filter((link) => link.position <= underFirst),
    links.filter((link) => link.position > underFirst),
  ]
  return Promise.all(
    links.map(async (link) => {
      const seal = seals.find((sealed) => sealed.includes(link)) ?? []
      const way = await sealPath(seal, link.customerId)
      const later = seal.filter((one) => one.customerId === link.customerId && one.position > link.position)
      return {
        lago_invoice_id: `${link.customerId}-${link.position}`,
        lago_customer_id: link.customerId,
        number: link.number,
        sequential_id: link.sequentialId,
        organization_sequential_id: null,
        state: 'sealed',
        content: contentOf(link.customerId, link.position),
        content_hash: link.contentHash,
        position: link.position,
        previous_hash: link.previousHash,
        hash: link.hash,
        links: later.map(({ position, contentHash: content_hash, hash }) => ({ position, content_hash, hash })),
        leaf: {
          lago_customer_id: link.customerId,
          hash: way?.leaf.hash ?? '',
          numbers: (way?.leaf.numbers ?? []).map(({ position, number, sequentialId, organizationSequentialId }) => ({
            position,
            number,
            sequential_id: sequentialId,
            organization_sequential_id: organizationSequentialId,
          })),
        },
        path: way?.path ?? [],
        root: await sealRoot(seal),
        lago_invoice_seal_id: 'seal',
      }
    }),
  )
}

const lengths = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 })

describe('the proofs of invoices', () => {
  it('hold, wherever they stand', async () => {
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 1, max: 4 }), async (of, underFirst) => {
        const proofs = await proofsOf(of, underFirst)
        expect(await Promise.all(proofs.map(proofFaults))).toEqual(proofs.map(() => []))
        const chains = [...Map.groupBy(proofs, (proof) => proof.lago_customer_id).values()]
        expect(chains.flatMap(chainFaults)).toEqual([])
      }),
      RUNS,
    )
  })

  it('do not hold with any hash, number or place of another', async () => {
    const fields = [
      'content',
      'content_hash',
      'number',
      'sequential_id',
      'position',
      'hash',
      'leaf',
      'lago_customer_id',
      'root',
    ] as const
    await fc.assert(
      fc.asyncProperty(lengths, fc.nat(), fc.nat(), fc.constantFrom(...fields), async (of, a, b, field) => {
        const proofs = await proofsOf(of, 2)
        const [one, other] = [proofs[a % proofs.length], proofs[b % proofs.length]]
        if (one === undefined || other === undefined) throw new Error('no proofs')
        fc.pre(JSON.stringify(one[field]) !== JSON.stringify(other[field]))
        expect(await proofFaults({ ...one, [field]: other[field] })).not.toEqual([])
      }),
      RUNS,
    )
  })

  it.each<[Partial<InvoiceProof>, string]>([
    [{ content: contentOf('c0', 3) }, 'its content is that of another invoice'],
    [{ content: { ...contentOf('c0', 1), fees: [] } }, 'its content is not what was hashed when it became final'],
    [{ previous_hash: 'f'.repeat(64) }, 'its place in the chain is not what it was given'],
    [{ links: [] }, 'its chain does not lead to what is sealed of its customer'],
    [{ number: 'ACME-c0-9' }, 'its number is not the one that is sealed'],
    [{ path: [] }, 'its path does not lead to the root of its seal'],
    [{ leaf: null }, 'the seal does not cover it any more'],
    [{ hash: null }, 'it is final, but in no chain'],
  ])('with %j say: %s', async (change, fault) => {
    const [proof] = await proofsOf([2, 1], 9)
    if (proof === undefined) throw new Error('no proof')
    expect(await proofFaults({ ...proof, ...change })).toContain(fault)
  })

  it.each([
    [1, 'before ACME-c0-2 an invoice is missing'],
    [2, 'before ACME-c0-3 an invoice is missing'],
  ])('without number %i of a chain say: %s', async (gone, fault) => {
    const proofs = await proofsOf([3], 9)
    expect(chainFaults(proofs.filter(({ position }) => position !== gone))[0]).toBe(fault)
  })
})

describe('the leaves of a seal', () => {
  it('are one for each customer, by id, with the last hash and all numbers', async () => {
    const links = [...(await chainOf('b', 2)), ...(await chainOf('a', 1))]
    expect(
      sealLeaves(links.toReversed()).map(({ customerId, hash, numbers }) => [customerId, hash, numbers.length]),
    ).toEqual([
      ['a', links[2]?.hash, 1],
      ['b', links[1]?.hash, 2],
    ])
    expect(await sealRoot(links)).toBe(await sealRoot(links.toReversed()))
    expect(await sealPath(links, 'c')).toBeUndefined()
  })

  it('are changed by any number that they hold', async () => {
    const links = await chainOf('a', 2)
    for (const change of [{ number: 'X' }, { sequentialId: 9 }, { organizationSequentialId: 9 }]) {
      for (const i of [0, 1]) {
        const forged = links.map((link, at) => (at === i ? { ...link, ...change } : link))
        expect(await sealRoot(forged)).not.toBe(await sealRoot(links))
      }
    }
  })
})
