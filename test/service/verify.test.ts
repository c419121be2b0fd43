import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

const { url, adminToken } = inject('service')
let key = ''
let proxy: Server | undefined

async function call(method: string, to: string, token: string, body: unknown) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const response = await fetch(`${url}${to}`, { method, headers, body: JSON.stringify(body) })
  expect(response.status).toBe(200)
  return response.json() as Promise<{ organization: { api_key: string } }>
}

/** Exit code and output of `npm run verify`. */
function verify(base: string, apiKey: string): Promise<{ code: number | null; output: string }> {
  const script = path.resolve(import.meta.dirname, '../../scripts/verify.mjs')
  const child = spawn(process.execPath, [script, '--base', base, '--key', apiKey])
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })))
}

/** The service as somebody shows it who has changed what it answers. */
async function changed(change: (body: string) => string): Promise<string> {
  proxy = createServer(async (request, response) => {
    const answer = await fetch(`${url}${request.url}`, {
      headers: { authorization: request.headers.authorization ?? '' },
    })
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(change(await answer.text()))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => proxy?.once('listening', resolve))
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

beforeAll(async () => {
  const organization = { name: 'Sealed', test_clock: '2024-01-01T00:00:00Z' }
  key = (await call('POST', '/admin/organizations', adminToken, { organization })).organization.api_key
  const plan = { name: 'P', code: 'p', interval: 'monthly', amount_cents: 1234, amount_currency: 'EUR' }
  await call('POST', '/api/v1/plans', key, { plan: { ...plan, pay_in_advance: true } })
  const tax = { name: 'VAT', code: 'vat', rate: '20', applied_to_organization: true }
  await call('POST', '/api/v1/taxes', key, { tax })
  for (const customer of ['a', 'b']) {
    const subscription = { external_id: customer, external_customer_id: customer, plan_code: 'p' }
    await call('POST', '/api/v1/subscriptions', key, { subscription })
  }
  await call('PUT', '/api/v1/test_clock', key, { test_clock: { now: '2024-03-01T01:00:00Z' } })
})

afterAll(() => void proxy?.close())

describe('the command that checks final invoices', () => {
  it('finds nothing wrong where nothing has changed', async () => {
    expect(await verify(url, key)).toEqual({
      code: 0,
      output: '6 final invoices, 1 seals, 0 invoices that no seal covers yet\nEvery invoice is what it was.\n',
    })
  })

  it('says what is wrong where an answer shows something else than was hashed', async () => {
    const base = await changed((body) => body.replaceAll('"amount_cents":1234', '"amount_cents":1235'))
    const { code, output } = await verify(base, key)
    expect(code).toBe(1)
    expect(output).toContain('WRONG  invoice SEA-')
    expect(output).toContain('its content is not what was hashed when it became final')
  })

  it('says that it could not read anything with a key that is none', async () => {
    const { code, output } = await verify(url, 'nobody')
    expect(code).toBe(2)
    expect(output).toContain('401')
  })
})
