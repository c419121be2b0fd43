import { env } from 'cloudflare:workers'
import { afterAll, beforeAll } from 'vitest'
import { app } from '../../src/app.js'

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
export type Json = any

export interface Answer {
  readonly status: number
  readonly body: Json
}

/** One call of the whole service, as it comes from outside. */
export async function call(method: string, path: string, token: string | null, body?: unknown): Promise<Answer> {
  const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` }
  const sent = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) }
  const response = await app.request(path, sent, env)
  return { status: response.status, body: await response.json() }
}

/** An organization of its own, met through the API with its key. Its clock stands still. */
export class AccountApi {
  constructor(
    readonly organization: Json,
    readonly token: string,
  ) {}

  static async create(settings: Json = {}): Promise<AccountApi> {
    const organization = { name: 'Acme', test_clock: '2024-01-01T00:00:00Z', ...settings }
    const made = await call('POST', '/admin/organizations', 'admin-token', { organization })
    if (made.status !== 200) throw new Error(`no organization: ${made.status} ${JSON.stringify(made.body)}`)
    return new AccountApi(made.body.organization, made.body.organization.api_key)
  }

  request(method: string, path: string, body?: unknown): Promise<Answer> {
    return call(method, `/api/v1${path}`, this.token, body)
  }

  /** The whole answer of a call that succeeds. */
  async done(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await this.request(method, path, body)
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  /** What a call that is refused says is wrong. */
  async refusal(method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await this.request(method, path, body)
    return answer.status === 422
      ? answer.body.error_details
      : `${answer.status} ${answer.body.code ?? answer.body.error}`
  }

  async customer(given: Json): Promise<Json> {
    return (await this.done('POST', '/customers', { customer: given })).customer
  }

  async settings(given: Json): Promise<Json> {
    return (await this.done('PUT', '/organizations', { organization: given })).organization
  }

  async tax(code: string, rate = '20'): Promise<Json> {
    return (await this.done('POST', '/taxes', { tax: { name: code, code, rate } })).tax
  }
}

/** The rows that a query on D1 gives. */
export async function rowsOf(query: string, ...values: unknown[]): Promise<Json[]> {
  const { results } = await env.DB.prepare(query)
    .bind(...values)
    .all()
  return results
}

/**
 * Lets the tests of a file change what is final: who may write to the database may also take its triggers away. The files that follow
 * have them again.
 */
export function withoutTriggers(): void {
  let dropped: Json[] = []
  beforeAll(async () => {
    dropped = await rowsOf("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
    for (const { name } of dropped) await rowsOf(`DROP TRIGGER ${name}`)
  })
  afterAll(async () => {
    for (const { sql } of dropped) await rowsOf(sql)
  })
}
