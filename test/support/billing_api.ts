import { evictDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { objectName } from '../../src/customer/contract.js'
import { AccountApi, type Json } from './account_api.js'

/** A sandbox with a metric, a plan and a customer in it, and the shorthands that billing tests need. */
export class BillingApi extends AccountApi {
  static async open(settings: Json = {}, plan: Json = {}): Promise<BillingApi> {
    const { organization, token } = await AccountApi.create(settings)
    const api = new BillingApi(organization, token)
    const metric = { name: 'Calls', code: 'calls', aggregation_type: 'count_agg' }
    const { billable_metric } = await api.done('POST', '/billable_metrics', { billable_metric: metric })
    const charge = {
      billable_metric_id: billable_metric.lago_id,
      charge_model: 'standard',
      properties: { amount: '1' },
    }
    const terms = { name: 'Plan', code: 'p', interval: 'monthly', amount_cents: 1000, amount_currency: 'EUR' }
    await api.done('POST', '/plans', { plan: { ...terms, pay_in_advance: false, charges: [charge], ...plan } })
    return api
  }

  async subscribe(externalId: string, customer = 'c', given: Json = {}): Promise<Json> {
    const subscription = { external_id: externalId, external_customer_id: customer, plan_code: 'p', ...given }
    return (await this.done('POST', '/subscriptions', { subscription })).subscription
  }

  event(transactionId: string, subscription: string, given: Json = {}) {
    const event = { transaction_id: transactionId, external_subscription_id: subscription, code: 'calls', ...given }
    return this.request('POST', '/events', { event })
  }

  async moveTo(now: string): Promise<void> {
    await this.done('PUT', '/test_clock', { test_clock: { now } })
  }

  /** Oldest first, without their fees. */
  async invoices(customer = 'c'): Promise<Json[]> {
    const { invoices } = await this.done('GET', `/invoices?external_customer_id=${customer}`)
    return invoices.toReversed()
  }

  async units(subscription = 's', customer = 'c'): Promise<number> {
    const path = `/customers/${customer}/current_usage?external_subscription_id=${subscription}`
    return Number((await this.done('GET', path)).customer_usage.charges_usage[0].units)
  }

  async ref(customer = 'c') {
    const { lago_id: customerId } = (await this.done('GET', `/customers/${customer}`)).customer
    return { organizationId: this.organization.lago_id as string, customerId: customerId as string }
  }

  async evict(customer = 'c'): Promise<void> {
    await evictDurableObject(env.CUSTOMER.getByName(objectName(await this.ref(customer))))
  }
}
