import { type Json, rowsOf } from './account_api.js'
import { CreditApi } from './credit_api.js'

/** A customer who pays 100.00 a month in advance and may have wallets, and the shorthands that tests of these need. */
export class WalletApi extends CreditApi {
  static override async openWith(plan: Json = {}): Promise<WalletApi> {
    const { organization, token } = await CreditApi.openWith(plan)
    const api = new WalletApi(organization, token)
    await api.customer({ external_id: 'c', currency: 'EUR' })
    return api
  }

  /** A new wallet as it stands with its first credits. */
  async wallet(given: Json = {}): Promise<Json> {
    const wallet = { external_customer_id: 'c', rate_amount: '1', currency: 'EUR', ...given }
    const made = (await this.done('POST', '/wallets', { wallet })).wallet
    return this.walletNow(made)
  }

  async walletNow({ lago_id: id }: Json): Promise<Json> {
    return (await this.done('GET', `/wallets/${id}`)).wallet
  }

  move({ lago_id: id }: Json, given: Json) {
    return this.request('POST', '/wallet_transactions', { wallet_transaction: { wallet_id: id, ...given } })
  }

  async moved(wallet: Json, given: Json): Promise<Json[]> {
    const answer = await this.move(wallet, given)
    if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body.wallet_transactions
  }

  /** Oldest first. */
  async transactions({ lago_id: id }: Json, query = ''): Promise<Json[]> {
    const { wallet_transactions: rows } = await this.done('GET', `/wallets/${id}/wallet_transactions?${query}`)
    return rows.toReversed()
  }

  async status(invoiceId: string, paymentStatus: string) {
    return this.request('PUT', `/invoices/${invoiceId}`, { invoice: { payment_status: paymentStatus } })
  }

  /** What the database says of the organization's wallets that does not hold; nothing when all is well. */
  async unsound(): Promise<Json[]> {
    const id = this.organization.lago_id
    return rowsOf(
      `WITH sums AS (
        SELECT w.id, w.balance_cents AS held,
          (SELECT coalesce(sum(remaining_amount_cents), 0) FROM wallet_transactions t WHERE t.wallet_id = w.id) AS remaining,
          (SELECT coalesce(sum(CASE transaction_type WHEN 'inbound' THEN amount_cents ELSE -amount_cents END), 0)
            FROM wallet_transactions t WHERE t.wallet_id = w.id AND t.status = 'settled') AS moved
        FROM wallets w WHERE w.organization_id = ?1
      ), outbound AS (
        SELECT t.id, t.amount_cents AS taken,
          (SELECT coalesce(sum(amount_cents), 0) FROM wallet_fundings f WHERE f.outbound_id = t.id) AS funded
        FROM wallet_transactions t WHERE t.organization_id = ?1 AND t.transaction_type = 'outbound'
      )
      SELECT id, held, remaining, moved FROM sums WHERE held <> remaining OR held <> moved
      UNION ALL SELECT id, taken, funded, 0 FROM outbound WHERE taken <> funded`,
      id,
    )
  }
}
