import type { Json } from './account_api.js'
import { AdvanceApi } from './advance_api.js'
import { BillingApi } from './billing_api.js'

export const at = (amount_cents: number, recurring = false) => ({ amount_cents, recurring })

/** Traffic at 1.00, billed on the way at 100.00 and 200.00; the plan itself is 10.00 a month. */
export class ThresholdApi extends AdvanceApi {
  static override async subscribed(
    thresholds: readonly Json[] = [at(10_000), at(20_000)],
    plan: Json = {},
    settings: Json = {},
  ): Promise<ThresholdApi> {
    const { organization, token } = await BillingApi.open(settings)
    const api = new ThresholdApi(organization, token)
    const metric = { name: 'Traffic', code: 'gb', aggregation_type: 'sum_agg', field_name: 'gb' }
    const { billable_metric } = await api.done('POST', '/billable_metrics', { billable_metric: metric })
    const charge = { billable_metric_id: billable_metric.lago_id, charge_model: 'standard' }
    const charges = [{ ...charge, properties: { amount: '1' } }]
    const terms = { name: 'T', code: 't', interval: 'monthly', amount_cents: 1000, amount_currency: 'EUR' }
    const body = { ...terms, pay_in_advance: false, charges, usage_thresholds: thresholds, ...plan }
    await api.done('POST', '/plans', { plan: body })
    await api.subscribe('s', 'c', { plan_code: 't' })
    if (settings.test_clock !== null) await api.settle()
    return api
  }

  async ofType(type: string): Promise<Json[]> {
    return (await this.invoices()).filter((invoice) => invoice.invoice_type === type)
  }

  progressive = () => this.ofType('progressive_billing')

  /** Fees, what was taken off them, and total of each invoice on the way. */
  async onTheWay(): Promise<number[][]> {
    await this.settle()
    return (await this.progressive()).map((invoice) => [
      invoice.fees_amount_cents,
      invoice.progressive_billing_credit_amount_cents,
      invoice.total_amount_cents,
    ])
  }

  /** What is asked of the customer in all, after what came back. */
  async asked(): Promise<number> {
    const { credit_notes: notes } = await this.done('GET', '/credit_notes?external_customer_id=c')
    const invoices = await this.invoices()
    const totals = invoices.filter(({ status }) => status === 'finalized').map((one) => one.total_amount_cents)
    return [...totals, ...notes.map((note: Json) => -note.balance_amount_cents)].reduce((sum, cents) => sum + cents, 0)
  }
}
