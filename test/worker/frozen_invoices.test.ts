import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { CONTENT_VERSION, contentColumns } from '../../src/core/sealing/content.js'
import { type Json, rowsOf } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'
import { proofOf } from '../support/proofs.js'

const columns = contentColumns(CONTENT_VERSION)
const FROZEN = {
  invoices: [...columns.invoice, 'seq', 'number', 'sequential_id', 'organization_sequential_id'],
  fees: [...columns.fees, 'seq'],
  billing_periods: [...columns.billing_periods, 'seq'],
  invoice_credits: [...columns.credits, 'seq', 'id', 'organization_id', 'created_at', 'invoice_id'],
}
type Table = keyof typeof FROZEN
const TABLES = Object.keys(FROZEN) as Table[]
const owner = (table: Table) => (table === 'invoices' ? 'id' : 'invoice_id')

const run = (query: string, ...values: unknown[]) =>
  env.DB.prepare(query)
    .bind(...values)
    .run()

/** A final invoice with two fees, a period, a coupon and a tax on it; another one of whatever is a draft. */
async function invoiced(grace: number): Promise<{ api: BillingApi; id: string }> {
  const api = await BillingApi.open({}, { amount_cents: 3100 })
  await api.done('POST', '/taxes', { tax: { name: 'VAT', code: 'vat', rate: '20', applied_to_organization: true } })
  const coupon = { name: 'Ten', code: 'ten', coupon_type: 'fixed_amount', amount_cents: 1000, amount_currency: 'EUR' }
  await api.done('POST', '/coupons', { coupon: { ...coupon, frequency: 'once', expiration: 'no_expiration' } })
  await api.customer({ external_id: 'c', currency: 'EUR', billing_configuration: { invoice_grace_period: grace } })
  await api.done('POST', '/applied_coupons', { applied_coupon: { external_customer_id: 'c', coupon_code: 'ten' } })
  await api.subscribe('s')
  await api.event('e', 's')
  await api.moveTo('2024-02-01T01:00:00Z')
  const [invoice] = await api.invoices()
  return { api, id: invoice.lago_id }
}

describe('a final invoice', () => {
  let id = ''
  let api: BillingApi
  beforeAll(async () => {
    ;({ api, id } = await invoiced(0))
  })

  it.each(TABLES)('has something in %s', async (table) => {
    const rows = await rowsOf(`SELECT * FROM ${table} WHERE ${owner(table)} = ?`, id)
    expect(rows.length).toBeGreaterThan(0)
  })

  it.each(TABLES.flatMap((table) => FROZEN[table].map((column) => [table, column] as const)))(
    'refuses any change of %s.%s',
    async (table, column) => {
      const change = run(`UPDATE ${table} SET ${column} = ${column} WHERE ${owner(table)} = ?`, id)
      await expect(change).rejects.toThrow(/final invoice cannot change/)
    },
  )

  it.each(TABLES)('refuses that anything of it in %s is deleted', async (table) => {
    await expect(run(`DELETE FROM ${table} WHERE ${owner(table)} = ?`, id)).rejects.toThrow(/cannot be deleted/)
  })

  it.each(TABLES.filter((table) => table !== 'invoices'))('refuses another row in %s', async (table) => {
    const [row] = await rowsOf(`SELECT * FROM ${table} WHERE invoice_id = ? LIMIT 1`, id)
    const { seq: _, ...copy } = { ...row, id: crypto.randomUUID() } as Record<string, unknown>
    const marks = Object.keys(copy).map(() => '?')
    const insertion = run(`INSERT INTO ${table} (${Object.keys(copy)}) VALUES (${marks})`, ...Object.values(copy))
    await expect(insertion).rejects.toThrow(/nothing can be added to a final invoice/)
  })

  it('refuses a fee that stood on no invoice', async () => {
    const loose = crypto.randomUUID()
    const [row] = await rowsOf('SELECT * FROM fees WHERE invoice_id = ? LIMIT 1', id)
    const { seq: _, ...copy } = { ...row, id: loose, invoice_id: null, event_transaction_id: loose } as Json
    const marks = Object.keys(copy).map(() => '?')
    await run(`INSERT INTO fees (${Object.keys(copy)}) VALUES (${marks})`, ...Object.values(copy))
    await expect(run('UPDATE fees SET invoice_id = ? WHERE id = ?', id, loose)).rejects.toThrow(/cannot change/)
    await run('DELETE FROM fees WHERE id = ?', loose)
  })

  it.each([
    ['invoices', "payment_status = 'succeeded'"],
    ['invoices', 'total_paid_amount_cents = total_paid_amount_cents + 1'],
    ['invoices', 'offset_amount_cents = offset_amount_cents + 1'],
    ['invoices', 'payment_overdue = 1'],
    ['invoices', 'payment_dispute_lost_at = 1'],
    ['invoices', 'voided_at = 1'],
    ['invoices', "metadata = '[]'"],
    ['invoices', 'updated_at = 1'],
    ['fees', "payment_status = 'succeeded'"],
    ['fees', 'succeeded_at = 1, failed_at = 2, refunded_at = 3'],
  ] as const)('lets %s move by %s', async (table, change) => {
    const before = await proofOf(api, id)
    const moved = await run(`UPDATE ${table} SET ${change} WHERE ${owner(table)} = ?`, id)
    expect(moved.meta.changes).toBeGreaterThan(0)
    expect(await proofOf(api, id)).toEqual(before)
  })

  it.each(['draft', 'closed', 'deleted', 'pending'])('refuses to become %s', async (status) => {
    await expect(run('UPDATE invoices SET status = ? WHERE id = ?', status, id)).rejects.toThrow(/only be voided/)
  })

  it.each([
    ['invoice_links', 'content_hash', 'a link cannot change'],
    ['invoice_links', 'position', 'a link cannot change'],
    ['invoice_links', 'seal_id', 'a link is sealed once'],
    ['invoice_seals', 'root', 'a seal cannot change'],
  ])('has a proof whose %s.%s nobody changes', async (table, column, refusal) => {
    const mine = 'organization_id = (SELECT organization_id FROM invoices WHERE id = ?)'
    await expect(run(`UPDATE ${table} SET ${column} = ${column} WHERE ${mine}`, id)).rejects.toThrow(refusal)
    await expect(run(`DELETE FROM ${table} WHERE ${mine}`, id)).rejects.toThrow(/cannot be deleted/)
  })

  it('can be voided, and then nothing but that has changed', async () => {
    await api.done('POST', `/invoices/${id}/void`, {})
    await expect(run("UPDATE invoices SET status = 'finalized' WHERE id = ?", id)).rejects.toThrow(/only be voided/)
    await expect(run('UPDATE invoices SET total_amount_cents = 0 WHERE id = ?', id)).rejects.toThrow(/cannot change/)
  })
})

describe('a draft', () => {
  it('changes freely, in all that stands on it', async () => {
    const { api, id } = await invoiced(5)
    await run('UPDATE invoices SET total_amount_cents = 1 WHERE id = ?', id)
    await run('UPDATE fees SET amount_cents = 1 WHERE invoice_id = ?', id)
    expect(await proofOf(api, id)).toMatchObject({ state: 'not_final', content: null, hash: null })
    const refreshed = (await api.done('PUT', `/invoices/${id}/refresh`)).invoice
    expect(refreshed.fees_amount_cents).toBe(3200)
  })
})
