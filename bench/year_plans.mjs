/** The kinds of subscriptions that a year is made of: every interval, in advance and in arrears, with and without usage. */
const INTERVALS = ['weekly', 'monthly', 'quarterly', 'semiannual', 'yearly']
const ZONES = ['UTC', 'Europe/Paris', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Fakaofo', 'Pacific/Pago_Pago']
const TRIAL_DAYS = [0, 0, 10, 45]

const CHARGES = [
  { charge_model: 'standard', properties: { amount: '0.05' } },
  {
    charge_model: 'graduated',
    properties: {
      graduated_ranges: [
        { from_value: 0, to_value: 10, per_unit_amount: '0.5', flat_amount: '0' },
        { from_value: 11, to_value: null, per_unit_amount: '0.2', flat_amount: '1' },
      ],
    },
  },
]

/** Creates the plans, and gives their codes. */
export async function createPlans({ api }) {
  const { billable_metric: metric } = await api('POST', '/billable_metrics', {
    billable_metric: { name: 'Calls', code: 'calls', aggregation_type: 'sum_agg', field_name: 'amount' },
  })
  const kinds = INTERVALS.flatMap((interval) => [true, false].map((inAdvance) => ({ interval, inAdvance })))
  const codes = []
  for (const [i, { interval, inAdvance }] of kinds.entries()) {
    const code = `${interval}-${inAdvance ? 'advance' : 'arrears'}`
    const plan = {
      ...{
        name: code,
        code,
        interval,
        amount_cents: 1000 * (i + 1),
        amount_currency: 'USD',
        pay_in_advance: inAdvance,
      },
      trial_period: TRIAL_DAYS[i % TRIAL_DAYS.length],
      bill_charges_monthly: interval === 'yearly' || interval === 'semiannual',
      charges: [{ billable_metric_id: metric.lago_id, ...CHARGES[i % CHARGES.length] }],
    }
    await api('POST', '/plans', { plan })
    codes.push(code)
  }
  return codes
}

/** Subscribes the n-th customer: zones, plans and ways of counting periods take turns, each at a pace of its own. */
export async function subscribeMixed({ api }, codes, n) {
  const name = `customer-${n}`
  const timezone = ZONES[n % ZONES.length]
  await api('POST', '/customers', { customer: { external_id: name, name, currency: 'USD', timezone } })
  await api('POST', '/subscriptions', {
    subscription: {
      ...{ external_id: name, external_customer_id: name, plan_code: codes[n % codes.length] },
      billing_time: n % 3 === 0 ? 'calendar' : 'anniversary',
    },
  })
  const events = [1, 2, 3].map((i) => ({
    ...{ transaction_id: `${name}-${i}`, external_subscription_id: name, code: 'calls' },
    properties: { amount: 7 * i },
  }))
  await api('POST', '/events/batch', { events })
}

/** Changes the plan of some: upgrades at once, downgrades when their period ends. */
export async function changePlan({ api }, codes, n) {
  const name = `customer-${n}`
  await api('POST', '/subscriptions', {
    subscription: { external_id: name, external_customer_id: name, plan_code: codes[(n + 3) % codes.length] },
  })
}
