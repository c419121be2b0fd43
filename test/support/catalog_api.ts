import { env } from 'cloudflare:workers'
import { Hono } from 'hono'
import { databaseOf } from '../../src/db/client.js'
import type { AppEnv } from '../../src/http/app_env.js'
import { billableMetricRoutes } from '../../src/resources/billable_metrics/routes.js'
import { planChargeFilterRoutes } from '../../src/resources/charge_filters/routes.js'
import { planChargeRoutes } from '../../src/resources/charges/routes.js'
import { planRoutes } from '../../src/resources/plans/routes.js'
import { pricingUnitRoutes } from '../../src/resources/pricing_units/routes.js'
import { taxRoutes } from '../../src/resources/taxes/routes.js'

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
export type Json = any

export interface Answer {
  readonly status: number
  readonly body: Json
}

/** The catalog's routes without authentication, as one organization meets them. Its clock stands still. */
export class CatalogApi {
  readonly db = databaseOf(env, '')
  now = Date.parse('2024-01-01T00:00:00Z')
  readonly #app: Hono<AppEnv>

  constructor(readonly organizationId = crypto.randomUUID()) {
    this.#app = new Hono<AppEnv>()
      .use(async (c, next) => {
        c.set('organizationId', this.organizationId)
        c.set('db', this.db)
        c.set('now', this.now)
        c.set('sandbox', true)
        c.set('newId', () => crypto.randomUUID())
        return next()
      })
      .route('/billable_metrics', billableMetricRoutes)
      .route('/plans', planRoutes)
      .route('/plans', planChargeRoutes)
      .route('/plans', planChargeFilterRoutes)
      .route('/pricing_units', pricingUnitRoutes)
      .route('/taxes', taxRoutes)
      .onError((error) => {
        throw error
      })
  }

  async request(method: string, path: string, body?: unknown): Promise<Answer> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const response = await this.#app.request(path, init, env)
    return { status: response.status, body: await response.json() }
  }

  /** What a call that succeeds answers, without its envelope. */
  async done(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await this.request(method, path, body)
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    const [only] = Object.values(answer.body)
    return only
  }

  /** What a call that is refused says is wrong. */
  async refusal(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await this.request(method, path, body)
    return answer.status === 422
      ? answer.body.error_details
      : `${answer.status} ${answer.body.code ?? answer.body.error}`
  }

  metric(given: Json = {}): Promise<Json> {
    const metric = { name: 'Calls', code: 'calls', aggregation_type: 'sum_agg', field_name: 'n', ...given }
    return this.done('POST', '/billable_metrics', { billable_metric: metric })
  }

  plan(given: Json = {}): Promise<Json> {
    return this.done('POST', '/plans', { plan: { ...BARE_PLAN, ...given } })
  }

  pricingUnit(code: string): Promise<Json> {
    return this.done('POST', '/pricing_units', { pricing_unit: { name: code, code, short_name: 'CR' } })
  }

  tax(code: string): Promise<Json> {
    return this.done('POST', '/taxes', { tax: { name: code, code, rate: '20' } })
  }
}

export const BARE_PLAN = {
  name: 'Basic',
  code: 'basic',
  interval: 'monthly',
  amount_cents: 1000,
  amount_currency: 'EUR',
  pay_in_advance: false,
}
