import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { AdvanceBooks } from '../../src/customer/advance_books.js'
import { customerObject } from '../../src/customer/contract.js'
import { OwnedSubscriptions } from '../../src/customer/owned_subscriptions.js'
import { rowsOf } from '../support/account_api.js'
import { AdvanceApi } from '../support/advance_api.js'
import { BillingApi } from '../support/billing_api.js'
import { faultsOf, proofsOf } from '../support/proofs.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/** The positions of the customer's invoices in their chain, when nothing is wrong with it. */
async function positions(api: BillingApi): Promise<(number | null)[]> {
  const proofs = await proofsOf(api)
  expect(await faultsOf(proofs)).toEqual([])
  return proofs.map(({ position }) => position).sort()
}

describe('a crash between D1 and the object', () => {
  it('leaves what a bill run has made final in the chain, and the next invoice follows it', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s', 'c', { ending_at: '2024-01-20T00:00:00Z' })
    const ref = await api.ref()
    vi.spyOn(OwnedSubscriptions.prototype, 'markEnded').mockImplementationOnce(() => {
      throw new Error('crash')
    })
    await customerObject(env, ref).billDue(ref, Date.parse('2024-02-01T01:00:00Z'))
    vi.restoreAllMocks()
    await api.evict()
    expect(await positions(api)).toEqual([1])
    await api.subscribe('t', 'c')
    await api.moveTo('2024-02-01T01:00:00Z')
    expect(await positions(api)).toEqual([1, 2])
  })

  it('chains invoices of single events once, though they are charged again', async () => {
    const api = await AdvanceApi.subscribed({ invoiceable: true })
    await api.settle()
    vi.spyOn(AdvanceBooks.prototype, 'settle').mockImplementationOnce(() => {
      throw new Error('crash')
    })
    for (const id of ['a', 'b', 'c']) await api.event(id, 's')
    await api.settle()
    vi.restoreAllMocks()
    await api.evict()
    await api.event('d', 's')
    await api.settle()
    expect(await positions(api)).toEqual([1, 2, 3, 4])
  })
})

describe('a commit that would follow the same invoice as another', () => {
  it('is refused by the database', async () => {
    const api = await BillingApi.open({}, { pay_in_advance: true })
    await api.subscribe('s')
    const { customerId } = await api.ref()
    const [link] = await rowsOf('SELECT * FROM invoice_links WHERE customer_id = ?', customerId)
    const { seq: _, ...copy } = { ...link, invoice_id: crypto.randomUUID() }
    const insertion = env.DB.prepare(
      `INSERT INTO invoice_links (${Object.keys(copy)}) VALUES (${Object.keys(copy).map(() => '?')})`,
    ).bind(...Object.values(copy))
    await expect(insertion.run()).rejects.toThrow(/UNIQUE constraint failed: invoice_links.customer_id/)
  })
})
