import { describe, expect, it } from 'vitest'
import type { Json } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

async function open(...codes: string[]): Promise<BillingApi> {
  const api = await BillingApi.open()
  for (const code of codes) {
    const invoice_custom_section = { code, name: `Section ${code}`, details: `Details of ${code}` }
    await api.done('POST', '/invoice_custom_sections', { invoice_custom_section })
  }
  await api.customer({ external_id: 'c' })
  return api
}

const shownOn = (invoice: Json): string[] => invoice.applied_invoice_custom_sections.map(({ code }: Json) => code)

describe('custom sections', () => {
  it('are made, changed but for their code, listed by name, and gone once they are deleted', async () => {
    const api = await open('b', 'a')
    const change = { code: 'z', name: 'Bank', display_name: 'Our bank' }
    const { invoice_custom_section } = await api.done('PUT', '/invoice_custom_sections/b', {
      invoice_custom_section: change,
    })
    expect(invoice_custom_section).toMatchObject({
      code: 'b',
      name: 'Bank',
      display_name: 'Our bank',
      details: 'Details of b',
    })
    const { invoice_custom_sections: listed, meta } = await api.done('GET', '/invoice_custom_sections')
    expect([listed.map(({ code }: Json) => code), meta.total_count]).toEqual([['b', 'a'], 2])
    await api.done('DELETE', '/invoice_custom_sections/b')
    expect(await api.refusal('GET', '/invoice_custom_sections/b')).toBe('404 invoice_custom_section_not_found')
  })

  it('are known to their organization alone', async () => {
    const [, other] = [await open('a'), await open()]
    expect(await other.refusal('GET', '/invoice_custom_sections/a')).toBe('404 invoice_custom_section_not_found')
  })

  it('are refused with a code that is there, or without a name', async () => {
    const api = await open('a')
    const refused = (given: Json) =>
      api.refusal('POST', '/invoice_custom_sections', { invoice_custom_section: { name: 'x', code: 'x', ...given } })
    expect(await refused({ code: 'a' })).toEqual({ code: ['value_already_exist'] })
    expect(await refused({ name: '' })).toEqual({ name: ['value_is_mandatory'] })
  })

  it('of a customer are not chosen and skipped at once', async () => {
    const api = await open('a')
    const customer = { external_id: 'c', skip_invoice_custom_sections: true, invoice_custom_section_codes: ['a'] }
    expect(await api.refusal('POST', '/customers', { customer })).toEqual({
      invoice_custom_sections: ['skip_sections_and_selected_ids_sent_together'],
    })
  })

  it('are copied by the invoice of whoever says nearest, and stay what they were', async () => {
    const api = await open('entity', 'customer', 'subscription')
    await api.done('PUT', '/billing_entities/default', {
      billing_entity: { invoice_custom_section_codes: ['entity', 'unknown'] },
    })
    const { billing_entity } = await api.done('GET', '/billing_entities/default')
    expect(billing_entity.selected_invoice_custom_sections.map(({ code }: Json) => code)).toEqual(['entity'])
    await api.subscribe('s')
    await api.moveTo('2024-02-01T00:00:00Z')
    const { customer } = await api.done('POST', '/customers', {
      customer: { external_id: 'c', invoice_custom_section_codes: ['customer'] },
    })
    expect(customer.applicable_invoice_custom_sections).toMatchObject([{ code: 'customer' }])
    await api.moveTo('2024-03-01T00:00:00Z')
    const { subscription } = await api.done('PUT', '/subscriptions/s', {
      subscription: { invoice_custom_section: { invoice_custom_section_codes: ['subscription'] } },
    })
    expect(subscription.applied_invoice_custom_sections).toMatchObject([
      { invoice_custom_section: { code: 'subscription', name: 'Section subscription' } },
    ])
    await api.moveTo('2024-04-01T00:00:00Z')
    await api.done('PUT', '/subscriptions/s', {
      subscription: { invoice_custom_section: { skip_invoice_custom_sections: true } },
    })
    await api.done('PUT', '/invoice_custom_sections/entity', { invoice_custom_section: { details: 'Changed' } })
    await api.moveTo('2024-05-01T00:00:00Z')
    const invoices = await api.invoices()
    expect(invoices.map(shownOn)).toEqual([['entity'], ['customer'], ['subscription'], []])
    expect(invoices[0].applied_invoice_custom_sections[0]).toMatchObject({
      lago_invoice_id: invoices[0].lago_id,
      display_name: 'Section entity',
      details: 'Details of entity',
    })
  })

  it('that are deleted leave it to the next who says anything', async () => {
    const api = await open('entity', 'customer')
    await api.done('PUT', '/billing_entities/default', { billing_entity: { invoice_custom_section_codes: ['entity'] } })
    await api.customer({ external_id: 'c', invoice_custom_section_codes: ['customer'] })
    await api.subscribe('s')
    await api.moveTo('2024-02-01T00:00:00Z')
    await api.done('DELETE', '/invoice_custom_sections/customer')
    await api.moveTo('2024-03-01T00:00:00Z')
    expect((await api.invoices()).map(shownOn)).toEqual([['customer'], ['entity']])
  })

  it('of a one-off invoice can be named with it', async () => {
    const api = await open('a', 'b')
    const add_on = { name: 'x', code: 'x', amount_cents: 1, amount_currency: 'EUR' }
    await api.done('POST', '/add_ons', { add_on })
    const issued = async (invoice_custom_section?: Json) => {
      const invoice = {
        external_customer_id: 'c',
        currency: 'EUR',
        fees: [{ add_on_code: 'x' }],
        invoice_custom_section,
      }
      return shownOn((await api.done('POST', '/invoices', { invoice })).invoice)
    }
    await api.customer({ external_id: 'c', invoice_custom_section_codes: ['a'] })
    expect(await issued()).toEqual(['a'])
    expect(await issued({ invoice_custom_section_codes: ['b'] })).toEqual(['b'])
    expect(await issued({ skip_invoice_custom_sections: true })).toEqual([])
  })
})
