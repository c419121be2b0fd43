import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { applyMigrations, startWorker } from './runtime.mjs'

const ROOT = path.resolve(import.meta.dirname, '..')
const ADMIN_TOKEN = 'bench'

/** The Worker as it would be deployed: one bundle. */
export function build(directory) {
  const cli = path.join(path.dirname(fileURLToPath(import.meta.resolve('wrangler'))), 'cli.js')
  const args = ['--no-warnings', cli, 'deploy', '--dry-run', '--outdir', directory]
  const env = { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false' }
  const built = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`the Worker was not built:\n${built.stdout}\n${built.stderr}`)
  return path.join(directory, 'index.js')
}

/** Starts the built Worker with the bindings of wrangler.toml and an up-to-date database. */
export async function startEdgemeter(script, state, compatibilityDate) {
  const worker = await startWorker(
    {
      name: 'edgemeter',
      // Paths of modules are reckoned from here, and the built one lies outside the project.
      modulesRoot: path.dirname(script),
      modules: [{ type: 'ESModule', path: script }],
      compatibilityDate,
      bindings: { ADMIN_TOKEN },
      d1Databases: { DB: 'edgemeter' },
      durableObjects: { CUSTOMER: { className: 'CustomerObject', useSQLite: true } },
      queueProducers: { DUE_CUSTOMERS: { queueName: 'edgemeter-due-customers' } },
      queueConsumers: { 'edgemeter-due-customers': { maxBatchSize: 10, maxBatchTimeout: 1 } },
    },
    state,
  )
  await applyMigrations(worker.miniflare, 'DB', path.join(ROOT, 'migrations'))
  return worker
}

/** An organization in real time (no test clock), with a metric that sums and a plan that prices the sum in two tiers. */
export async function provision(base) {
  const created = await call(base, ADMIN_TOKEN, 'POST', '/admin/organizations', {
    organization: { name: 'Bench', default_currency: 'USD' },
  })
  const key = created.organization.api_key
  const api = (method, route, body) => call(base, key, method, `/api/v1${route}`, body)
  const { billable_metric: metric } = await api('POST', '/billable_metrics', {
    billable_metric: { name: 'Calls', code: 'calls', aggregation_type: 'sum_agg', field_name: 'amount' },
  })
  const ranges = [
    { from_value: 0, to_value: 1000, per_unit_amount: '0.01', flat_amount: '0' },
    { from_value: 1001, to_value: null, per_unit_amount: '0.005', flat_amount: '0' },
  ]
  const charge = {
    billable_metric_id: metric.lago_id,
    charge_model: 'graduated',
    properties: { graduated_ranges: ranges },
  }
  const plan = { name: 'Bench', code: 'bench', interval: 'monthly', amount_cents: 1000, amount_currency: 'USD' }
  await api('POST', '/plans', { plan: { ...plan, pay_in_advance: false, charges: [charge] } })
  return { key, api }
}

/** A customer with one subscription, whose counters are live: its usage has been read once. */
export async function subscribe({ api }, name) {
  await api('POST', '/customers', { customer: { external_id: name, name, currency: 'USD' } })
  const ids = { external_id: name, external_customer_id: name }
  await api('POST', '/subscriptions', { subscription: { ...ids, plan_code: 'bench' } })
  await api('GET', usageRoute(name))
}

export const usageRoute = (name) => `/customers/${name}/current_usage?external_subscription_id=${name}`

let transaction = 0

/** One event as a client sends it, with a transaction id of its own. */
export const event = (subscription) => ({
  transaction_id: `bench-transaction-${transaction++}`,
  external_subscription_id: subscription,
  code: 'calls',
  // To the millisecond: in the second that its subscription starts, an earlier event would not count.
  timestamp: Date.now() / 1000,
  properties: { amount: '1.5', region: 'eu-west-1' },
})

async function call(base, token, method, route, body) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(new URL(route, base), { method, headers, body: body && JSON.stringify(body) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${route} answered ${response.status}: ${text.slice(0, 500)}`)
  return JSON.parse(text)
}
