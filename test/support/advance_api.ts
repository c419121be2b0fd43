import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { customerObject, objectName } from '../../src/customer/contract.js'
import type { Json } from './account_api.js'
import { BillingApi } from './billing_api.js'

/** A sandbox whose subscription `s` of customer `c` is charged in advance for events of `calls` (counted) or `gb` (summed). */
export class AdvanceApi extends BillingApi {
  static async subscribed(...charges: readonly Json[]): Promise<AdvanceApi> {
    const api = await AdvanceApi.withPlan(...charges)
    await api.subscribe('s', 'c', { plan_code: 'advance' })
    return api
  }

  static async withPlan(...charges: readonly Json[]): Promise<AdvanceApi> {
    const { organization, token } = await BillingApi.open()
    const api = new AdvanceApi(organization, token)
    const metric = { name: 'Traffic', code: 'gb', aggregation_type: 'sum_agg', field_name: 'gb' }
    await api.done('POST', '/billable_metrics', { billable_metric: metric })
    const terms = { name: 'Advance', code: 'advance', interval: 'monthly', amount_cents: 0, amount_currency: 'EUR' }
    const asked = await Promise.all(charges.map((charge) => api.chargeInAdvance(charge)))
    await api.done('POST', '/plans', { plan: { ...terms, pay_in_advance: false, charges: asked } })
    return api
  }

  /** What is sent for a charge in advance; 1.00 for every call, without an invoice, unless it says otherwise. */
  async chargeInAdvance({ metric = 'calls', ...given }: Json = {}): Promise<Json> {
    const { billable_metric } = await this.done('GET', `/billable_metrics/${metric}`)
    const terms = { charge_model: 'standard', properties: { amount: '1' }, pay_in_advance: true, invoiceable: false }
    return { billable_metric_id: billable_metric.lago_id, ...terms, ...given }
  }

  /** Waits until all that was set in motion is done; the clock stays. */
  async settle(): Promise<void> {
    const { test_clock } = await this.done('GET', '/test_clock')
    await this.moveTo(test_clock.now)
  }

  /** All fees of charges, in the order in which they were made, when everything is charged. */
  async fees(): Promise<Json[]> {
    await this.settle()
    return (await this.done('GET', '/fees?fee_type=charge&per_page=1000')).fees
  }

  /** Event and amount of each fee. */
  async charged(): Promise<[string, number][]> {
    return (await this.fees()).map((fee) => [fee.event_transaction_id, fee.amount_cents])
  }

  async traffic(transactionId: string, gb: unknown, given: Json = {}) {
    return this.event(transactionId, 's', { code: 'gb', properties: { gb }, ...given })
  }

  async object() {
    const ref = await this.ref()
    return { ref, stub: env.CUSTOMER.getByName(objectName(ref)), api: customerObject(env, ref) }
  }

  /** Whether there was one. */
  async runAlarm(): Promise<boolean> {
    return runDurableObjectAlarm((await this.object()).stub)
  }

  async parked(): Promise<Json[]> {
    const { results } = await env.DB.prepare('SELECT * FROM parked_customers WHERE customer_id = ?')
      .bind((await this.ref()).customerId)
      .all()
    return results
  }
}
