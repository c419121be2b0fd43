import type { Json } from './account_api.js'
import { BillingApi } from './billing_api.js'

const REGIONS = [{ key: 'region', values: ['asia', 'eu', 'us'] }]

/** A price of its own for one region. */
export const inRegion = (region: string, amount: string, given: Json = {}): Json => ({
  values: { region: [region] },
  properties: { amount },
  ...given,
})

/** A sandbox with plan `team`: 100.00 a month in arrears, with one charge `storage` at 1 and prices for the US and the EU. */
export class OverrideApi extends BillingApi {
  static override async open(settings: Json = {}, plan: Json = {}): Promise<OverrideApi> {
    const { organization, token } = await BillingApi.open(settings)
    const api = new OverrideApi(organization, token)
    await api.metric('storage', { aggregation_type: 'sum_agg', field_name: 'gb', filters: REGIONS })
    await api.team(plan)
    return api
  }

  async metric(code: string, given: Json = {}): Promise<Json> {
    const metric = { name: code, code, aggregation_type: 'count_agg', ...given }
    return (await this.done('POST', '/billable_metrics', { billable_metric: metric })).billable_metric
  }

  async team(given: Json = {}): Promise<Json> {
    const charges = [
      await this.chargeOf('storage', {
        filters: [inRegion('us', '10', { invoice_display_name: 'US' }), inRegion('eu', '20')],
      }),
    ]
    const plan = { name: 'Team', code: 'team', interval: 'monthly', amount_cents: 10_000, amount_currency: 'EUR' }
    return (await this.done('POST', '/plans', { plan: { ...plan, pay_in_advance: false, charges, ...given } })).plan
  }

  /** A standard charge at 1 on the metric, for a request. */
  async chargeOf(metric: string, given: Json = {}): Promise<Json> {
    const { billable_metric } = await this.done('GET', `/billable_metrics/${metric}`)
    const terms = { code: metric, charge_model: 'standard', properties: { amount: '1' } }
    return { billable_metric_id: billable_metric.lago_id, ...terms, ...given }
  }

  join(externalId: string, given: Json = {}, customer = 'c'): Promise<Json> {
    return this.subscribe(externalId, customer, { plan_code: 'team', ...given })
  }

  async plan(code = 'team'): Promise<Json> {
    return (await this.done('GET', `/plans/${code}`)).plan
  }

  async edit(plan: Json): Promise<Json> {
    return (await this.done('PUT', '/plans/team', { plan })).plan
  }

  async subscription(externalId = 's', query = ''): Promise<Json> {
    return (await this.done('GET', `/subscriptions/${externalId}${query}`)).subscription
  }

  async override(plan_overrides: Json, externalId = 's'): Promise<Json> {
    return (await this.done('PUT', `/subscriptions/${externalId}`, { subscription: { plan_overrides } })).subscription
  }

  async charges(externalId = 's', query = ''): Promise<Json[]> {
    return (await this.done('GET', `/subscriptions/${externalId}/charges${query}`)).charges
  }

  async charge(code: string, externalId = 's'): Promise<Json> {
    return (await this.done('GET', `/subscriptions/${externalId}/charges/${code}`)).charge
  }

  async putCharge(code: string, charge: Json, externalId = 's'): Promise<Json> {
    return (await this.done('PUT', `/subscriptions/${externalId}/charges/${code}`, { charge })).charge
  }

  /** By region: the price and id of each filter of the subscription's storage charge. */
  async filters(externalId = 's'): Promise<Map<string, Json>> {
    const { filters } = await this.done('GET', `/subscriptions/${externalId}/charges/storage/filters`)
    return new Map(filters.map((filter: Json) => [filter.values.region[0], filter]))
  }

  async prices(externalId = 's'): Promise<Json> {
    return Object.fromEntries([...(await this.filters(externalId))].map(([key, one]) => [key, one.properties.amount]))
  }

  async planFilter(region: string): Promise<Json> {
    const { filters } = await this.done('GET', '/plans/team/charges/storage/filters')
    return filters.find((filter: Json) => filter.values.region[0] === region)
  }
}
