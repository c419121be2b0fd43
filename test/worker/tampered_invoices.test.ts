import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { withoutTriggers } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'
import { faultsOf, proofsOf } from '../support/proofs.js'

const run = (query: string, ...values: unknown[]) =>
  env.DB.prepare(query)
    .bind(...values)
    .run()

withoutTriggers()

/** Two customers with three sealed invoices each; the ids of the first one's. */
async function sealed(): Promise<{ api: BillingApi; ids: string[] }> {
  const api = await BillingApi.open({}, { pay_in_advance: true })
  for (const customer of ['c', 'd']) await api.subscribe(`s-${customer}`, customer)
  await api.moveTo('2024-03-01T01:00:00Z')
  return { api, ids: (await api.invoices()).map(({ lago_id }) => lago_id) }
}

describe('what is changed behind the back of the service is found', () => {
  it.each([
    ['UPDATE invoices SET total_amount_cents = 1 WHERE id = ?', 'its content is not what was hashed'],
    ['UPDATE fees SET item_name = item_name || 1 WHERE invoice_id = ?', 'its content is not what was hashed'],
    ['DELETE FROM fees WHERE invoice_id = ?', 'its content is not what was hashed'],
    ['UPDATE billing_periods SET charges_to_at = 1 WHERE invoice_id = ?', 'its content is not what was hashed'],
    ["UPDATE invoices SET number = 'X-1' WHERE id = ?", 'its number is not the one that is sealed'],
    ['UPDATE invoices SET organization_sequential_id = 99 WHERE id = ?', 'its number is not the one that is sealed'],
    ["UPDATE invoice_links SET number = 'X-1' WHERE invoice_id = ?", 'does not lead to the root'],
    ['DELETE FROM invoice_links WHERE invoice_id = ?', 'in no chain'],
    ["UPDATE invoice_links SET hash = 'forged' WHERE invoice_id = ?", 'its place in the chain'],
    [
      "UPDATE invoice_seals SET root = 'forged' WHERE id = (SELECT seal_id FROM invoice_links WHERE invoice_id = ?)",
      'does not lead to the root',
    ],
    ['UPDATE invoice_links SET seal_id = NULL WHERE invoice_id = ?', 'does not lead to the root'],
  ])('by %s', async (change, fault) => {
    const { api, ids } = await sealed()
    expect(await faultsOf(await proofsOf(api))).toEqual([])
    expect((await run(change, ids[1])).meta.changes).toBeGreaterThan(0)
    expect((await faultsOf(await proofsOf(api))).join('\n')).toContain(fault)
  })

  it.each([0, 1, 2])('when invoice %i of three is gone without a trace', async (place) => {
    const { api, ids } = await sealed()
    for (const table of ['fees', 'billing_periods', 'invoice_links']) {
      await run(`DELETE FROM ${table} WHERE invoice_id = ?`, ids[place])
    }
    await run('DELETE FROM invoices WHERE id = ?', ids[place])
    const faults = await faultsOf(await proofsOf(api))
    expect(faults.join('\n')).toContain(place === 2 ? 'does not lead to the root' : 'an invoice is missing')
  })
})
