import { createExecutionContext, createScheduledController, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { contentHash } from '../../src/core/sealing/content.js'
import worker from '../../src/index.js'
import { AccountApi, type Json } from '../support/account_api.js'
import { AdvanceApi } from '../support/advance_api.js'
import { BillingApi } from '../support/billing_api.js'
import { faultsOf, proofOf, proofsOf } from '../support/proofs.js'

const run = (query: string, ...values: unknown[]) =>
  env.DB.prepare(query)
    .bind(...values)
    .run()

async function cron(now: number): Promise<void> {
  const context = createExecutionContext()
  await worker.scheduled(createScheduledController({ scheduledTime: new Date(now) }), env)
  await waitOnExecutionContext(context)
}

const sealsOf = async (api: AccountApi): Promise<Json[]> => (await api.done('GET', '/invoice_seals')).invoice_seals

/** A customer who is billed 10.00 a month in advance, from January 1st. */
async function subscribed(): Promise<BillingApi> {
  const api = await BillingApi.open({}, { pay_in_advance: true })
  await api.subscribe('s')
  return api
}

describe('the chain of a customer', () => {
  it('holds invoices of every kind, in the order in which they became final', async () => {
    const api = await AdvanceApi.withPlan({ invoiceable: true })
    await api.customer({ external_id: 'c', currency: 'EUR' })
    const addOn = { name: 'Set-up', code: 'setup', amount_cents: 500, amount_currency: 'EUR' }
    await api.done('POST', '/add_ons', { add_on: addOn })
    const asked = { external_customer_id: 'c', currency: 'EUR', fees: [{ add_on_code: 'setup' }] }
    const { invoice: oneOff } = await api.done('POST', '/invoices', { invoice: asked })
    await api.subscribe('charged', 'c', { plan_code: 'advance' })
    for (const id of ['e1', 'e2', 'e3']) await api.event(id, 'charged')
    await api.settle()
    await api.done('POST', `/invoices/${oneOff.lago_id}/void`, {})
    await api.done('POST', `/invoices/${oneOff.lago_id}/regenerate`, {})
    await api.customer({ external_id: 'c', billing_configuration: { invoice_grace_period: 3 } })
    await api.subscribe('drafted')
    await api.event('u1', 'drafted')
    await api.moveTo('2024-02-01T01:00:00Z')
    const [draft] = (await api.invoices()).filter(({ status }) => status === 'draft')
    await api.done('PUT', `/invoices/${draft.lago_id}/finalize`)
    await api.moveTo('2024-03-05T01:00:00Z')
    await api.customer({ external_id: 'c', billing_configuration: { invoice_grace_period: 0 } })
    await api.done('DELETE', '/subscriptions/drafted')
    await api.moveTo('2024-03-05T02:00:00Z')

    const proofs = (await proofsOf(api)).toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0))
    expect(await faultsOf(proofs)).toEqual([])
    expect(new Set(proofs.map(({ state }) => state))).toEqual(new Set(['sealed']))
    expect(proofs.map(({ position }) => position)).toEqual(proofs.map((_, i) => i + 1))
    // One-off, three events, regenerated, by hand, at the end of February, and at the end.
    expect(proofs.length).toBe(8)
    expect(proofs[0]?.lago_invoice_id).toBe(oneOff.lago_id)
    expect(proofs.map(({ content }) => content?.invoice.finalized_at)).toEqual(
      proofs.map(({ content }) => Number(content?.invoice.finalized_at)).sort((a, b) => a - b),
    )
  })

  it('names in each proof the links up to what is sealed', async () => {
    const api = await subscribed()
    await api.moveTo('2024-03-01T01:00:00Z')
    const [first, second, third] = await api.invoices()
    const proof = await proofOf(api, first.lago_id)
    const { hash } = await proofOf(api, third.lago_id)
    // The first was sealed with the others, when the clock had moved.
    expect(proof.links.map((link) => (link as Json).lago_invoice_id)).toEqual([second.lago_id, third.lago_id])
    expect(proof.leaf).toMatchObject({ hash, numbers: [{ number: first.number }, { number: second.number }, {}] })
  })

  it('takes no invoice of nothing that is left out', async () => {
    const api = await BillingApi.open({ finalize_zero_amount_invoice: false }, { amount_cents: 0 })
    await api.subscribe('s')
    await api.moveTo('2024-02-01T01:00:00Z')
    expect(await sealsOf(api)).toEqual([])
  })
})

describe('a proof', () => {
  it('says that an invoice is not sealed yet, and then by what', async () => {
    const api = await subscribed()
    const [{ lago_id: id }] = await api.invoices()
    const before = await proofOf(api, id)
    expect(before).toMatchObject({ state: 'not_sealed', position: 1, leaf: null, path: [], links: [], root: null })
    expect(before.content && (await contentHash(before.content))).toBe(before.content_hash)
    expect(await faultsOf([before])).toEqual([])
    await api.moveTo('2024-01-01T01:00:00Z')
    const [seal] = await sealsOf(api)
    expect(await proofOf(api, id)).toMatchObject({
      ...before,
      state: 'sealed',
      root: seal.root,
      lago_invoice_seal_id: seal.lago_id,
      sealed_at: '2024-01-01T01:00:00Z',
      leaf: { hash: before.hash },
    })
  })

  it('of an invoice that is unknown, or that of another organization, is not found', async () => {
    const [api, other] = [await subscribed(), await AccountApi.create()]
    const [{ lago_id: id }] = await api.invoices()
    expect(await other.request('GET', `/invoices/${id}/proof`)).toMatchObject({
      status: 404,
      body: { code: 'invoice_not_found' },
    })
    expect((await api.request('GET', '/invoices/unknown/proof')).status).toBe(404)
    expect(await sealsOf(other)).toEqual([])
  })
})

describe('a seal', () => {
  it('is made of what is new: an organization without new invoices makes none', async () => {
    const api = await subscribed()
    for (const hour of ['01', '02', '03']) await api.moveTo(`2024-01-01T${hour}:00:00Z`)
    expect(await sealsOf(api)).toMatchObject([{ sequential_id: 1, customers_count: 1, invoices_count: 1 }])
    await api.subscribe('d', 'd')
    await api.subscribe('e', 'd')
    await api.moveTo('2024-02-01T01:00:00Z')
    expect(await sealsOf(api)).toMatchObject([
      { sequential_id: 2, customers_count: 2, invoices_count: 4, sealed_at: '2024-02-01T01:00:00Z' },
      { sequential_id: 1 },
    ])
    expect(await faultsOf(await proofsOf(api))).toEqual([])
  })

  it('is made by the cron for who lives by the real clock, once', async () => {
    const [api, sandbox] = [await subscribed(), await subscribed()]
    await run('UPDATE organizations SET test_clock_at = NULL WHERE id = ?', api.organization.lago_id)
    const now = Date.parse('2024-01-01T05:00:00Z')
    await Promise.all([cron(now), cron(now)])
    await cron(now)
    expect(await sealsOf(api)).toMatchObject([
      { sequential_id: 1, invoices_count: 1, sealed_at: '2024-01-01T05:00:00Z' },
    ])
    expect(await sealsOf(sandbox)).toEqual([])
    const [{ lago_id: id }] = await api.invoices()
    expect(await faultsOf([await proofOf(api, id)])).toEqual([])
  })
})
