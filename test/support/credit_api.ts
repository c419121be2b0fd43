import { type Json, rowsOf } from './account_api.js'
import { BillingApi } from './billing_api.js'

/** A customer who pays 100.00 a month in advance, and the shorthands that tests of credit notes need. */
export class CreditApi extends BillingApi {
  static async openWith(plan: Json = {}): Promise<CreditApi> {
    const { organization, token } = await BillingApi.open({}, { amount_cents: 10_000, pay_in_advance: true, ...plan })
    return new CreditApi(organization, token)
  }

  /** The last invoice with all that stands on it, after a subscription of this name has started. */
  async started(subscription: string): Promise<Json> {
    await this.subscribe(subscription)
    return this.invoice((await this.invoices()).at(-1)?.lago_id)
  }

  async invoice(id: string): Promise<Json> {
    return (await this.done('GET', `/invoices/${id}`)).invoice
  }

  /** A request for a note on the first fee of an invoice. */
  note(invoice: Json, itemCents: number, parts: Json) {
    const items = [{ fee_id: invoice.fees[0].lago_id, amount_cents: itemCents }]
    return { credit_note: { invoice_id: invoice.lago_id, reason: 'other', ...parts, items } }
  }

  async credit(invoice: Json, cents: number): Promise<Json> {
    const body = this.note(invoice, cents, { credit_amount_cents: cents })
    return (await this.done('POST', '/credit_notes', body)).credit_note
  }

  /** What messages of this kind tell of. */
  async told(messageType: string): Promise<string[]> {
    const query = 'SELECT subject_id FROM outbox WHERE organization_id = ? AND message_type = ? ORDER BY seq'
    return (await rowsOf(query, this.organization.lago_id, messageType)).map((row) => row.subject_id)
  }

  /** Oldest first. */
  async notes(): Promise<Json[]> {
    return (await this.done('GET', '/credit_notes?external_customer_id=c')).credit_notes.toReversed()
  }

  pay(invoice: Json, cents: number) {
    const payment = { invoice_id: invoice.lago_id, amount_cents: cents, reference: 'wire' }
    return this.request('POST', '/payments', { payment })
  }

  async void(invoice: Json, body: Json = {}): Promise<Json> {
    return (await this.done('POST', `/invoices/${invoice.lago_id}/void`, body)).invoice
  }
}
