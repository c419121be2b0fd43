import type { Json } from './account_api.js'
import { BillingApi } from './billing_api.js'

/** A sandbox whose customer `c` is subscribed as `s` to a plan with one charge on the metric `gb`. */
export class MeteredApi extends BillingApi {
  #sent = 0

  /** @param charge over a standard charge of 10 on the sum of `value` */
  static async subscribed(charge: Json, { metric = {}, pricingUnit }: { metric?: Json; pricingUnit?: Json } = {}) {
    const { organization, token } = await BillingApi.open()
    const api = new MeteredApi(organization, token)
    if (pricingUnit !== undefined) await api.done('POST', '/pricing_units', { pricing_unit: pricingUnit })
    const gb = { name: 'Gigabytes', code: 'gb', aggregation_type: 'sum_agg', field_name: 'value', ...metric }
    const { billable_metric } = await api.done('POST', '/billable_metrics', { billable_metric: gb })
    const terms = {
      billable_metric_id: billable_metric.lago_id,
      charge_model: 'standard',
      properties: { amount: '10' },
    }
    await api.done('POST', '/plans', {
      plan: {
        name: 'Metered',
        code: 'metered',
        interval: 'monthly',
        amount_cents: 0,
        amount_currency: 'EUR',
        pay_in_advance: false,
        charges: [{ ...terms, ...charge }],
      },
    })
    await api.subscribe('s', 'c', { plan_code: 'metered' })
    return api
  }

  /** Sends events with these properties, a hundred in a request. */
  async feed(list: readonly Json[]): Promise<void> {
    for (let from = 0; from < list.length; from += 100) {
      const events = list.slice(from, from + 100).map((properties) => ({
        transaction_id: `fed-${this.#sent++}`,
        external_subscription_id: 's',
        code: 'gb',
        properties,
      }))
      await this.done('POST', '/events/batch', { events })
    }
  }

  /** The one charge of the current usage. */
  async usage(query = ''): Promise<Json> {
    const path = `/customers/c/current_usage?external_subscription_id=s${query}`
    return (await this.done('GET', path)).customer_usage.charges_usage[0]
  }

  refusedUsage(query: string) {
    return this.request('GET', `/customers/c/current_usage?external_subscription_id=s${query}`)
  }

  /** The fees of the one invoice that the end of January makes. */
  async billed(): Promise<Json> {
    await this.moveTo('2024-02-01T00:00:00Z')
    const [invoice] = await this.invoices()
    return (await this.done('GET', `/invoices/${invoice.lago_id}`)).invoice
  }
}
