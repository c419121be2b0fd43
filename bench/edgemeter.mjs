import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { httpRequest } from './load.mjs'
import { applyMigrations, startWorker } from './runtime.mjs'

const ROOT = path.resolve(import.meta.dirname, '..')
const ADMIN_TOKEN = 'bench'
/** Events of one batch: as many as the API takes. */
export const BATCH = 100

/** The Worker as it would be deployed: one bundle. */
export function build(directory) {
  const cli = path.join(path.dirname(fileURLToPath(import.meta.resolve('wrangler'))), 'cli.js')
  const args = ['--no-warnings', cli, 'deploy', '--dry-run', '--outdir', directory]
  const env = { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false' }
  const built = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`the Worker was not built:\n${built.stdout}\n${built.stderr}`)
  return path.join(directory, 'index.js')
}

/**
 * Starts the built Worker with the bindings of wrangler.toml and an up-to-date database.
 * @param {string} script the built Worker
 * @param {string[]} [around] the module that stands in front of it, in the same directory
 */
export async function startEdgemeter(script, state, around = []) {
  const worker = await startWorker(
    {
      name: 'edgemeter',
      // Paths of modules are reckoned from here, and the built one lies outside the project.
      modulesRoot: path.dirname(script),
      modules: [...around, script].map((module) => ({ type: 'ESModule', path: module })),
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

/**
 * An organization, met through the API. It lives in real time unless it is given a `test_clock`.
 */
export async function createOrganization({ direct }, more = {}) {
  const created = await call(direct, ADMIN_TOKEN, 'POST', '/admin/organizations', {
    organization: { name: 'Bench', default_currency: 'USD', ...more },
  })
  const key = created.organization.api_key
  return {
    key,
    api: (method, route, body) => call(direct, key, method, `/api/v1${route}`, body),
    /** A request as text, for the load generator. */
    request: (method, route, body) =>
      httpRequest(method, `/api/v1${route}`, direct.host, { authorization: `Bearer ${key}` }, body),
    url: direct,
  }
}

/** A customer with one subscription to the plan, whose counters are live: its usage has been read once. */
export async function subscribe({ api }, plan, name) {
  await api('POST', '/customers', { customer: { external_id: name, name, currency: 'USD' } })
  const ids = { external_id: name, external_customer_id: name }
  await api('POST', '/subscriptions', { subscription: { ...ids, plan_code: plan } })
  await api('GET', usageRoute(name))
}

export const usageRoute = (name) => `/customers/${name}/current_usage?external_subscription_id=${name}`

let transaction = 0

/** One event as a client sends it, with a transaction id of its own. */
export const event = (subscription, code, properties) => ({
  transaction_id: `bench-transaction-${transaction++}`,
  external_subscription_id: subscription,
  code,
  // To the millisecond: in the second that its subscription starts, an earlier event would not count.
  timestamp: Date.now() / 1000,
  properties,
})

async function call(base, token, method, route, body) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(new URL(route, base), { method, headers, body: body && JSON.stringify(body) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${route} answered ${response.status}: ${text.slice(0, 500)}`)
  return JSON.parse(text)
}
