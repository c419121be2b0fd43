import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalText } from '../../../src/core/sealing/canonical.js'
import { type InvoiceLink, linkHash } from '../../../src/core/sealing/chain.js'
import {
  CONTENT_VERSION,
  contentColumns,
  contentHash,
  type InvoiceDocument,
  invoiceContent,
} from '../../../src/core/sealing/content.js'

const RUNS = { numRuns: 1_000 }
const columns = contentColumns(CONTENT_VERSION)
const propertyOf = (column: string) => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

const value = fc.oneof(
  fc.string(),
  fc.maxSafeInteger(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.record({ code: fc.string(), amountCents: fc.integer() }), { maxLength: 2 }),
)
const row = (names: readonly string[]) =>
  fc
    .array(value, { minLength: names.length, maxLength: names.length })
    .map((values) => Object.fromEntries(names.map((name, i) => [propertyOf(name), values[i]])))
const document: fc.Arbitrary<InvoiceDocument> = fc.record({
  row: row(columns.invoice),
  fees: fc.array(row(columns.fees), { minLength: 1, maxLength: 2 }),
  periods: fc.array(row(columns.billing_periods), { minLength: 1, maxLength: 2 }),
  credits: fc.array(row(columns.credits), { minLength: 1, maxLength: 2 }),
})
const hashOf = (of: InvoiceDocument) => contentHash(invoiceContent(of, CONTENT_VERSION))

/** Every field of a document: which list, which row, which column. */
const PLACES = (of: InvoiceDocument) => [
  ...columns.invoice.map((column) => ['row', 0, column] as const),
  ...of.fees.flatMap((_, i) => columns.fees.map((column) => ['fees', i, column] as const)),
  ...of.periods.flatMap((_, i) => columns.billing_periods.map((column) => ['periods', i, column] as const)),
  ...of.credits.flatMap((_, i) => columns.credits.map((column) => ['credits', i, column] as const)),
]

function tampered(of: InvoiceDocument, [list, i, column]: ReturnType<typeof PLACES>[number], to: unknown) {
  const change = (one: object | undefined) => ({ ...one, [propertyOf(column)]: to })
  return list === 'row' ? { ...of, row: change(of.row) } : { ...of, [list]: of[list].with(i, change(of[list][i])) }
}
const fieldOf = (of: InvoiceDocument, [list, i, column]: ReturnType<typeof PLACES>[number]): unknown =>
  ((list === 'row' ? of.row : of[list][i]) as Record<string, unknown>)[propertyOf(column)]

describe('the canonical text of a value', () => {
  it.each<[unknown, string, string]>([
    [{ b: 1, a: 2 }, '{"a":2,"b":1}', 'keys in order'],
    [{ a: undefined, b: [undefined] }, '{"b":[null]}', 'what JSON leaves out'],
    [{ a: 'é\n"', b: -0 }, '{"a":"é\\n\\"","b":0}', 'as JSON writes it'],
    [{ a: { d: [], c: {} } }, '{"a":{"c":{},"d":[]}}', 'nested'],
    [[{ toJSON: () => '1.50' }], '["1.50"]', 'a decimal as its text'],
  ])('%j is %s: %s', (given, text) => {
    expect(canonicalText(given)).toBe(text)
  })

  it('is the same after a way through JSON, and tells everything apart that JSON does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(JSON.parse(canonicalText(a))).toEqual(JSON.parse(JSON.stringify(a)))
        expect(canonicalText(JSON.parse(canonicalText(a)))).toBe(canonicalText(a))
        if (canonicalText(a) === canonicalText(b)) {
          expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)))
        }
      }),
      RUNS,
    )
  })
})

describe("the hash of an invoice's content", () => {
  it('is changed by tampering with any field of the invoice, its fees, periods and credits', async () => {
    await fc.assert(
      fc.asyncProperty(document, fc.nat(), value, async (of, n, to) => {
        const places = PLACES(of)
        const place = places[n % places.length]
        if (place === undefined) throw new Error('no place')
        fc.pre(canonicalText(fieldOf(of, place)) !== canonicalText(to))
        expect(await hashOf(tampered(of, place, to))).not.toBe(await hashOf(of))
      }),
      RUNS,
    )
  })

  it.each(['row', 'fees', 'periods', 'credits'] as const)('heeds each column of %s', async (list) => {
    const [of] = fc.sample(document, { numRuns: 1, seed: 7 })
    if (of === undefined) throw new Error('no sample')
    const hash = await hashOf(of)
    for (const place of PLACES(of).filter(([where]) => where === list)) {
      expect(await hashOf(tampered(of, place, 'something else')), place.join(' ')).not.toBe(hash)
    }
  })

  it('is changed by a row that comes, goes or moves', async () => {
    await fc.assert(
      fc.asyncProperty(document, fc.constantFrom('fees', 'periods', 'credits'), async (of, list) => {
        const hash = await hashOf(of)
        const [first] = of[list]
        expect(await hashOf({ ...of, [list]: of[list].slice(1) })).not.toBe(hash)
        expect(await hashOf({ ...of, [list]: [...of[list], first] })).not.toBe(hash)
        const moved = of[list].toReversed()
        fc.pre(canonicalText(moved) !== canonicalText(of[list]))
        expect(await hashOf({ ...of, [list]: moved })).not.toBe(hash)
      }),
      RUNS,
    )
  })

  it('heeds no column that may still move, and not the way through the API', async () => {
    await fc.assert(
      fc.asyncProperty(document, async (of) => {
        const paid = { ...of, row: { ...of.row, paymentStatus: 'succeeded', totalPaidAmountCents: 1, metadata: [] } }
        expect(await hashOf(paid)).toBe(await hashOf(of))
        const sent = JSON.parse(JSON.stringify(invoiceContent(of, CONTENT_VERSION)))
        expect(await contentHash(sent)).toBe(await hashOf(of))
      }),
      RUNS,
    )
  })

  it('is none of a row without one of its columns, nor in a version that is not known', () => {
    const [of] = fc.sample(document, { numRuns: 1, seed: 7 })
    if (of === undefined) throw new Error('no sample')
    const { currency: _, ...without } = of.row as Record<string, unknown>
    expect(() => invoiceContent({ ...of, row: without }, CONTENT_VERSION)).toThrow('currency')
    expect(() => invoiceContent(of, 0)).toThrow('version 0')
  })
})

describe('the hash of a link', () => {
  const hash = 'a'.repeat(64)
  const link: InvoiceLink = { customerId: 'c', position: 2, contentHash: hash, previousHash: hash }
  it.each<[Partial<InvoiceLink>, string]>([
    [{ customerId: 'd' }, 'another customer'],
    [{ position: 3 }, 'another place'],
    [{ contentHash: 'b'.repeat(64) }, 'another content'],
    [{ previousHash: 'b'.repeat(64) }, 'another invoice before it'],
    [{ previousHash: null }, 'none before it'],
  ])('is another with %j: %s', async (change) => {
    expect(await linkHash({ ...link, ...change })).not.toBe(await linkHash(link))
  })
})
