import { event } from './edgemeter.mjs'

/**
 * The plans that are measured, each with one charge: what it counts, how it prices that, and the properties of the n-th event.
 * Their metrics have codes of their own, those of the plans.
 */
const USERS = 100_000
const TIERS = [
  { from_value: 0, to_value: 1000, per_unit_amount: '0.01', flat_amount: '0' },
  { from_value: 1001, to_value: null, per_unit_amount: '0.005', flat_amount: '0' },
]

const sum = { aggregation_type: 'sum_agg', field_name: 'amount' }

/** The sum of a property in two tiers. */
export const tiered = {
  code: 'tiered',
  metric: sum,
  charge: { charge_model: 'graduated', properties: { graduated_ranges: TIERS } },
  properties: () => ({ amount: '1.5', region: 'eu-west-1' }),
}

/** The number of distinct values of a property. */
export const distinct = {
  code: 'distinct',
  metric: { aggregation_type: 'unique_count_agg', field_name: 'user' },
  charge: { charge_model: 'standard', properties: { amount: '0.01' } },
  properties: (n) => ({ user: `user-${n % USERS}`, region: 'eu-west-1' }),
  /** A value that is there already counts as no event. */
  counted: (events) => Math.min(events, USERS),
}

/** A sum with a price of its own for each of many values of a property. */
export const filtered = (filters) => ({
  code: 'filtered',
  metric: { ...sum, filters: [{ key: 'model', values: modelsOf(filters) }] },
  charge: {
    charge_model: 'standard',
    properties: { amount: '0.01' },
    filters: modelsOf(filters).map((model, i) => ({
      values: { model: [model] },
      properties: { amount: `0.${String(i + 1).padStart(5, '0')}` },
    })),
  },
  properties: (n) => ({ amount: '1.5', model: `model-${n % filters}` }),
})

/** A sum that is told apart by each value of a property. */
export const grouped = (groups) => ({
  code: 'grouped',
  metric: sum,
  charge: { charge_model: 'standard', properties: { amount: '0.01', pricing_group_keys: ['project'] } },
  properties: (n) => ({ amount: '1.5', project: `project-${n % groups}` }),
})

const modelsOf = (filters) => Array.from({ length: filters }, (_, i) => `model-${i}`)

/** Creates the plan, and gives what sends its events. */
export async function createPlan({ api }, { code, metric, charge, properties, counted = (events) => events }) {
  const { billable_metric: made } = await api('POST', '/billable_metrics', {
    billable_metric: { name: code, code, ...metric },
  })
  const plan = {
    name: code,
    code,
    interval: 'monthly',
    amount_cents: 1000,
    amount_currency: 'USD',
    pay_in_advance: false,
  }
  await api('POST', '/plans', { plan: { ...plan, charges: [{ billable_metric_id: made.lago_id, ...charge }] } })
  let n = 0
  return { code, counted, event: (subscription) => event(subscription, code, properties(n++)) }
}
