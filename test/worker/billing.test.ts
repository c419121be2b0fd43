import {
  createExecutionContext,
  createMessageBatch,
  createScheduledController,
  getQueueResult,
  waitOnExecutionContext,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { customerObject } from '../../src/customer/contract.js'
import { OwnedSubscriptions } from '../../src/customer/owned_subscriptions.js'
import type { DueCustomerMessage } from '../../src/env.js'
import worker from '../../src/index.js'
import { call, type Json, rowsOf } from '../support/account_api.js'
import { BillingApi } from '../support/billing_api.js'

const FEBRUARY = Date.parse('2024-02-01T00:00:00Z')
const numbers = (invoices: Json[]) => invoices.map((invoice) => invoice.number)

afterEach(() => vi.restoreAllMocks())

describe('a period is billed once', () => {
  it('by five concurrent runs', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.event('t', 's')
    const ref = await api.ref()
    await Promise.all([1, 2, 3, 4, 5].map(() => customerObject(env, ref).billDue(ref, FEBRUARY)))
    const invoices = await api.invoices()
    expect(invoices.map((invoice) => invoice.total_amount_cents)).toEqual([1100])
    expect(invoices[0].sequential_id).toBe(1)
  })

  it('by runs that are skipped, and made up for late, with the dates of when they were due', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    const ref = await api.ref()
    await customerObject(env, ref).billDue(ref, Date.parse('2024-04-17T09:00:00Z'))
    await customerObject(env, ref).billDue(ref, Date.parse('2024-04-17T09:00:00Z'))
    expect((await api.invoices()).map((invoice) => invoice.issuing_date)).toEqual([
      '2024-02-01',
      '2024-03-01',
      '2024-04-01',
    ])
  })

  it('with one invoice for all subscriptions of the customer that are due', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.subscribe('s2')
    await api.moveTo('2024-02-01T00:00:00Z')
    expect((await api.invoices()).map((invoice) => invoice.fees_amount_cents)).toEqual([2000])
  })

  it('while events go on arriving: each is in exactly one period', async () => {
    const api = await BillingApi.open({}, { amount_cents: 0 })
    await api.subscribe('s')
    const ref = await api.ref()
    const inJanuary = { timestamp: FEBRUARY / 1000 - 1 }
    const sends = Array.from({ length: 20 }, (_, i) =>
      api.event(`t${i}`, 's', i % 2 === 0 ? inJanuary : { timestamp: FEBRUARY / 1000 }),
    )
    await Promise.all(sends)
    await customerObject(env, ref).billDue(ref, FEBRUARY)
    expect((await api.invoices()).map((invoice) => invoice.fees_amount_cents)).toEqual([1000])
    await api.moveTo('2024-03-01T00:00:00Z')
    expect((await api.invoices()).map((invoice) => invoice.fees_amount_cents)).toEqual([1000, 1000])
  })

  it('and a termination that races the run ends in one of the two serial outcomes', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.moveTo('2024-01-31T23:30:00Z')
    const ref = await api.ref()
    await Promise.all([customerObject(env, ref).billDue(ref, FEBRUARY), api.done('DELETE', '/subscriptions/s')])
    await api.moveTo('2024-03-02T00:00:00Z')
    // January whole by the termination, or by the run: then the end comes after it, and February 1st is one more day.
    const billed = (await api.invoices()).map((invoice) => invoice.fees_amount_cents).filter((cents) => cents > 0)
    expect([[1000], [1000, 34]]).toContainEqual(billed)
  })
})

describe('a customer that is deleted', () => {
  it('while a subscription is asked for never gets one: it runs for a customer who is there', async () => {
    const api = await BillingApi.open()
    await api.customer({ external_id: 'c' })
    await Promise.all([api.done('DELETE', '/customers/c'), api.subscribe('s')])
    const { subscriptions } = await api.done('GET', '/subscriptions')
    const { customers } = await api.done('GET', '/customers')
    const owners = subscriptions.map((row: Json) => row.lago_customer_id)
    // Started before the deletion it has ended with it; started after, it belongs to a new customer of that id.
    expect(owners).toEqual(customers.map((row: Json) => row.lago_id))
  })

  it('is billed what is left, and what was made stays readable', async () => {
    const api = await BillingApi.open({ billing_configuration: { invoice_grace_period: 5 } })
    await api.subscribe('s')
    await api.subscribe('later', 'c', { subscription_at: '2024-05-01T00:00:00Z' })
    await api.moveTo('2024-02-02T00:00:00Z')
    await api.done('DELETE', '/customers/c')
    expect((await api.request('GET', '/customers/c')).status).toBe(404)
    const { invoices } = await api.done('GET', '/invoices')
    expect(invoices.map((row: Json) => [row.status, row.fees_amount_cents]).sort()).toEqual([
      ['finalized', 1000],
      ['finalized', 69], // two days of 29
    ])
    const ended = await api.done('GET', '/subscriptions?status[]=terminated&status[]=canceled')
    expect(ended.subscriptions.map((row: Json) => row.status).sort()).toEqual(['canceled', 'terminated'])
  })
})

describe('a crash between D1 and the object', () => {
  it('after the commit of a start: the subscription exists once, and events in the inbox are counted', async () => {
    const api = await BillingApi.open({}, { pay_in_advance: true })
    await api.event('early', 's')
    vi.spyOn(OwnedSubscriptions.prototype, 'adopt').mockRejectedValueOnce(new Error('crash'))
    const subscription = { external_id: 's', external_customer_id: 'c', plan_code: 'p' }
    expect((await api.request('POST', '/subscriptions', { subscription })).status).toBe(500)
    vi.restoreAllMocks()
    await api.evict()
    const again = await api.subscribe('s')
    expect((await api.event('late', 's')).status).toBe(200)
    expect(await api.units()).toBe(2)
    expect((await api.done('GET', '/subscriptions')).subscriptions.map((row: Json) => row.lago_id)).toEqual([
      again.lago_id,
    ])
    expect(numbers(await api.invoices())).toHaveLength(1)
  })

  it('after the commit of a bill run: a second run bills nothing again', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s', 'c', { ending_at: '2024-01-20T00:00:00Z' })
    const ref = await api.ref()
    vi.spyOn(OwnedSubscriptions.prototype, 'markEnded').mockImplementationOnce(() => {
      throw new Error('crash')
    })
    await customerObject(env, ref).billDue(ref, FEBRUARY)
    vi.restoreAllMocks()
    await api.evict()
    await customerObject(env, ref).billDue(ref, FEBRUARY)
    expect((await api.invoices()).map((invoice) => invoice.total_amount_cents)).toEqual([645]) // 20 days of 31
    expect(await rowsOf('SELECT * FROM agenda WHERE customer_id = ?', ref.customerId)).toEqual([])
  })
})

describe('events that wait in the inbox', () => {
  it('are billed though whoever put them there never came to look whether their subscription had appeared', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    const { organizationId } = await api.ref()
    const at = (FEBRUARY - 1000) * 1000
    await env.DB.prepare(
      `INSERT INTO event_inbox (id, organization_id, created_at, external_subscription_id, transaction_id, code, at, properties)
       VALUES ('stranded', ?, 0, 's', 't', 'calls', ?, '{}')`,
    )
      .bind(organizationId, at)
      .run()
    await api.moveTo('2024-02-01T00:00:00Z')
    expect((await api.invoices()).map((invoice) => invoice.total_amount_cents)).toEqual([1100])
    expect(await rowsOf('SELECT * FROM event_inbox WHERE organization_id = ?', organizationId)).toEqual([])
  })
})

describe('the cron', () => {
  async function cron(now: number): Promise<void> {
    const context = createExecutionContext()
    await worker.scheduled(createScheduledController({ scheduledTime: new Date(now) }), env)
    await waitOnExecutionContext(context)
  }

  it('sends one message for each customer with something due, whose handling bills', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    const ref = await api.ref()
    // From here on the organization lives by the real clock, as those that the cron serves do.
    await env.DB.prepare('UPDATE organizations SET test_clock_at = NULL WHERE id = ?').bind(ref.organizationId).run()
    const sent: DueCustomerMessage[] = []
    vi.spyOn(env.DUE_CUSTOMERS, 'sendBatch').mockImplementation(async (messages) => {
      for (const { body } of messages) sent.push(body)
      return { metadata: { metrics: { backlogBytes: 0, backlogCount: 0 } } }
    })
    await cron(FEBRUARY)
    await cron(FEBRUARY)
    const mine = sent.filter((message) => message.customerId === ref.customerId)
    expect(mine).toEqual([
      { ...ref, now: FEBRUARY },
      { ...ref, now: FEBRUARY },
    ])
    const batch = createMessageBatch<DueCustomerMessage>(
      'edgemeter-due-customers',
      mine.map((body, i) => ({ id: String(i), timestamp: new Date(FEBRUARY), attempts: 1, body })),
    )
    const context = createExecutionContext()
    await worker.queue(batch, env)
    expect((await getQueueResult(batch, context)).explicitAcks).toEqual(['0', '1'])
    expect(await api.invoices()).toHaveLength(1)
  })

  it('leaves sandboxes alone: what is due there is done when their own clock is moved', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    const send = vi.spyOn(env.DUE_CUSTOMERS, 'sendBatch')
    await cron(FEBRUARY)
    expect(JSON.stringify(send.mock.calls)).not.toContain(api.organization.lago_id)
  })

  it('parks a customer whose work fails, with the error where it can be seen, and bills the others', async () => {
    const api = await BillingApi.open()
    await api.subscribe('s')
    await api.subscribe('s2', 'c2')
    const ref = await api.ref()
    // More usage than any amount can hold: the invoice's postconditions refuse it.
    await env.DB.prepare('UPDATE plans SET amount_cents = 1e18 WHERE organization_id = ?')
      .bind(ref.organizationId)
      .run()
    await customerObject(env, ref).billDue(ref, FEBRUARY)
    const parked = await call('GET', '/admin/parked_customers', 'admin-token')
    const mine = parked.body.parked_customers.filter((row: Json) => JSON.stringify(row).includes(ref.customerId))
    expect(mine).toHaveLength(1)
    expect(JSON.stringify(mine)).toContain('invoice is not sound')
    expect(await api.invoices()).toEqual([])
    await env.DB.prepare('UPDATE plans SET amount_cents = 1000 WHERE organization_id = ?')
      .bind(ref.organizationId)
      .run()
    await api.moveTo('2024-02-01T01:00:00Z')
    expect([(await api.invoices()).length, (await api.invoices('c2')).length]).toEqual([1, 1])
    const after = await call('GET', '/admin/parked_customers', 'admin-token')
    expect(JSON.stringify(after.body)).not.toContain(ref.customerId)
  })
})

describe('invoice numbers', () => {
  it('of one organization are without gap or duplicate when many customers are billed at once', async () => {
    const api = await BillingApi.open({ document_numbering: 'per_organization', document_number_prefix: 'ACME' })
    const customers = Array.from({ length: 20 }, (_, i) => `c${i}`)
    for (const customer of customers) await api.subscribe(`s-${customer}`, customer)
    await api.moveTo('2024-02-01T00:00:00Z')
    const { invoices } = await api.done('GET', '/invoices')
    const expected = customers.map((_, i) => `ACME-202402-${String(i + 1).padStart(3, '0')}`)
    expect(numbers(invoices).sort()).toEqual(expected)
  })

  it('drafts take none, and get the next one when they become final', async () => {
    const api = await BillingApi.open({
      billing_configuration: { invoice_grace_period: 3 },
      document_number_prefix: 'ACME',
    })
    await api.subscribe('s')
    await api.moveTo('2024-02-01T00:00:00Z')
    expect(numbers(await api.invoices())).toEqual(['ACME-DRAFT'])
    await api.event('late', 's', { timestamp: FEBRUARY / 1000 - 60 })
    await api.moveTo('2024-02-04T00:00:00Z')
    const [invoice] = await api.invoices()
    expect(invoice).toMatchObject({
      number: 'ACME-001-001',
      status: 'finalized',
      total_amount_cents: 1100,
      issuing_date: '2024-02-04',
    })
  })
})
