#!/usr/bin/env node
// Plays hybrid pricing, as Segment sells it, in six calls against a running service, then lets a month pass and shows the invoice.
//
//   npm run demo -- --admin-token TOKEN [--base http://127.0.0.1:8787]
import { parseArgs } from 'node:util'
import { bold, dim, moment, money, precise, quantity, table } from './demo_print.mjs'

const USERS = 30_000
const EVENTS_PER_CALL = 100
const START = '2022-09-06T08:00:00Z'
const MID_MONTH = '2022-09-20T08:00:00Z'
const NEXT_MONTH = '2022-10-06T09:00:00Z'
const CUSTOMER = 'pied-piper'
const SUBSCRIPTION = 'pied-piper-team'
const CURRENCY = 'USD'

/** What a unit costs, by how many there are already. */
const RANGES = [
  { from_value: 0, to_value: 10_000, per_unit_amount: '0', flat_amount: '0' },
  { from_value: 10_001, to_value: 25_000, per_unit_amount: '0.012', flat_amount: '0' },
  { from_value: 25_001, to_value: 100_000, per_unit_amount: '0.011', flat_amount: '0' },
  { from_value: 100_001, to_value: null, per_unit_amount: '0.010', flat_amount: '0' },
]

const { values: flags } = parseArgs({
  options: {
    base: { type: 'string', default: process.env.BASE_URL ?? 'http://127.0.0.1:8787' },
    'admin-token': { type: 'string', default: process.env.ADMIN_TOKEN ?? '' },
  },
})
const base = flags.base.replace(/\/$/, '')
let key = ''

try {
  await play()
} catch (error) {
  console.error(`demo: ${error.message}${error.cause ? ` (${error.cause.message})` : ''}`)
  process.exitCode = 1
}

async function play() {
  if (flags['admin-token'] === '') throw new Error('give --admin-token: npm start prints it')
  const settings = { name: 'Segment', default_currency: CURRENCY, test_clock: START }
  const created = await call('POST', '/admin/organizations', { organization: settings }, flags['admin-token'])
  key = created.organization.api_key
  console.log(`A sandbox organization whose clock stands at ${moment(START)}.\n`)

  const metric = await createMetric()
  await createPlan(metric)
  await createCustomer()
  await subscribe()
  await moveClock(MID_MONTH)
  await sendEvents()
  await showUsage()
  await moveClock(NEXT_MONTH)
  console.log(`\nA month passes: the clock stands at ${moment(NEXT_MONTH)}.\n`)
  await showInvoices()
  console.log(`\nWhether they are still what they were:\n  npm run verify -- --base ${base} --key ${key}`)
}

async function createMetric() {
  step(1, 'POST /billable_metrics', 'count distinct user_id as monthly tracked users')
  const body = { name: 'Tracked users', code: 'mtu', aggregation_type: 'unique_count_agg', field_name: 'user_id' }
  return (await api('POST', '/billable_metrics', { billable_metric: body })).billable_metric
}

async function createPlan(metric) {
  step(2, 'POST /plans', `Team: ${money(12_000, CURRENCY)} a month in advance, and graduated prices in arrears`)
  const charge = {
    billable_metric_id: metric.lago_id,
    charge_model: 'graduated',
    properties: { graduated_ranges: RANGES },
  }
  const plan = { name: 'Team', code: 'team', interval: 'monthly', amount_cents: 12_000, amount_currency: CURRENCY }
  await api('POST', '/plans', { plan: { ...plan, pay_in_advance: true, charges: [charge] } })
}

async function createCustomer() {
  step(3, 'POST /customers', 'Pied Piper')
  await api('POST', '/customers', { customer: { external_id: CUSTOMER, name: 'Pied Piper', currency: CURRENCY } })
}

async function subscribe() {
  step(4, 'POST /subscriptions', 'Pied Piper takes Team, billed from its first day on')
  const ids = { external_id: SUBSCRIPTION, external_customer_id: CUSTOMER }
  await api('POST', '/subscriptions', { subscription: { ...ids, plan_code: 'team', billing_time: 'anniversary' } })
}

async function sendEvents() {
  const calls = USERS / EVENTS_PER_CALL
  step(5, 'POST /events/batch', `${quantity(USERS)} users are seen, ${EVENTS_PER_CALL} events a call`)
  const timestamp = Date.parse(MID_MONTH) / 1000
  const started = performance.now()
  for (let n = 0; n < calls; n++) {
    const events = Array.from({ length: EVENTS_PER_CALL }, (_, i) => ({
      transaction_id: `seen-${n * EVENTS_PER_CALL + i}`,
      external_subscription_id: SUBSCRIPTION,
      code: 'mtu',
      timestamp,
      properties: { user_id: `user-${n * EVENTS_PER_CALL + i}` },
    }))
    await api('POST', '/events/batch', { events })
  }
  console.log(dim(`   ${calls} calls, one after the other, in ${((performance.now() - started) / 1000).toFixed(1)} s`))
}

async function showUsage() {
  step(6, `GET /customers/${CUSTOMER}/current_usage`, 'what this month costs so far')
  const query = `external_subscription_id=${SUBSCRIPTION}`
  const { customer_usage: usage } = await api('GET', `/customers/${CUSTOMER}/current_usage?${query}`)
  console.log(`\n${bold('Usage')} from ${moment(usage.from_datetime)} to ${moment(usage.to_datetime)}\n`)
  const rows = usage.charges_usage.map((charge) => [
    charge.billable_metric.name,
    quantity(charge.units),
    money(charge.amount_cents, charge.amount_currency),
  ])
  console.log(table(['', 'Units', 'Amount'], rows))
}

async function showInvoices() {
  const { invoices } = await api('GET', `/invoices?external_customer_id=${CUSTOMER}`)
  for (const { lago_id: id } of invoices.reverse()) {
    const { invoice } = await api('GET', `/invoices/${id}`)
    console.log(`${bold(`Invoice ${invoice.number}`)}  issued ${invoice.issuing_date}, ${invoice.status}\n`)
    const rows = invoice.fees.flatMap((fee) => [feeRow(fee), ...(fee.item.type === 'charge' ? tierRows(fee) : [])])
    const total = ['Total', '', '', money(invoice.total_amount_cents, invoice.currency)]
    console.log(`${table(['', 'Units', 'Unit price', 'Amount'], [...rows, total])}\n`)
  }
}

function feeRow(fee) {
  const price = fee.item.type === 'charge' ? '' : money(fee.amount_cents, fee.amount_currency)
  return [fee.item.name, quantity(fee.units), price, money(fee.amount_cents, fee.amount_currency)]
}

/** How the amount of a graduated fee comes about: one row for each tier that was reached. */
function tierRows(fee) {
  const tiers = fee.amount_details?.graduated_ranges ?? []
  return tiers.map((tier) => [
    `  ${quantity(tier.from_value)} to ${tier.to_value === null ? 'any number' : quantity(tier.to_value)}`,
    quantity(tier.units),
    precise(tier.per_unit_amount, fee.amount_currency),
    precise(tier.total_with_flat_amount, fee.amount_currency),
  ])
}

function moveClock(now) {
  return api('PUT', '/test_clock', { test_clock: { now } })
}

function step(n, request, what) {
  console.log(`${bold(`${n}. ${request}`)}\n   ${what}`)
}

function api(method, path, body) {
  return call(method, `/api/v1${path}`, body, key)
}

async function call(method, path, body, token) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(base + path, { method, headers, body: body && JSON.stringify(body) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text.slice(0, 500)}`)
  return JSON.parse(text)
}
