import { describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'
import { faultsOf, proofsOf } from '../support/proofs.js'

const CUSTOMERS = Array.from({ length: 100 }, (_, i) => `c${i + 1}`)

describe('a hundred customers whose invoices become final at once', () => {
  it('are numbered 1 to 100 by their organization, and each is in its own chain', { timeout: 400_000 }, async () => {
    const settings = { document_numbering: 'per_organization', document_number_prefix: 'ACME' }
    const api = await BillingApi.open(settings, { pay_in_advance: true })
    const drafts = await Promise.all(
      CUSTOMERS.map(async (customer) => {
        await api.customer({ external_id: customer, billing_configuration: { invoice_grace_period: 3 } })
        await api.subscribe(`s-${customer}`, customer)
        const [draft] = await api.invoices(customer)
        return draft
      }),
    )
    expect(new Set(drafts.map(({ status }) => status))).toEqual(new Set(['draft']))
    const finals: Json[] = await Promise.all(
      drafts.map(async ({ lago_id }) => (await api.done('PUT', `/invoices/${lago_id}/finalize`)).invoice),
    )
    const expected = CUSTOMERS.map((_, i) => `ACME-202401-${String(i + 1).padStart(3, '0')}`)
    expect(finals.map(({ number }) => number).sort()).toEqual(expected.sort())
    expect(finals.map(({ sequential_id }) => sequential_id)).toEqual(CUSTOMERS.map(() => 1))
    await api.moveTo('2024-01-01T02:00:00Z')
    const proofs = await proofsOf(api)
    expect(proofs.map(({ state, position }) => [state, position])).toEqual(CUSTOMERS.map(() => ['sealed', 1]))
    expect(await faultsOf(proofs)).toEqual([])
    expect((await api.done('GET', '/invoice_seals')).invoice_seals).toMatchObject([
      { sequential_id: 1, customers_count: 100, invoices_count: 100, root: proofs[0]?.root },
    ])
  })
})
