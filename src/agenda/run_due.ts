import { ceilToHour } from '../core/time/instants.js'
import { callCustomer, customerObject } from '../customer/contract.js'
import { type Database, databaseOf, directoryDatabase } from '../db/client.js'
import { commit } from '../db/commit.js'
import type { DueCustomerMessage, Env } from '../env.js'
import { CALLS_AT_ONCE, DUE_CUSTOMERS_PER_PAGE, MAX_CUSTOMERS_ENQUEUED_AT_ONCE } from '../limits.js'
import { customersChargedInAdvance } from '../resources/fees/load.js'
import { moveTestClock } from '../resources/organizations/store.js'
import { customersWithThresholds } from '../resources/usage_thresholds/store.js'
import { customersWithWallets } from '../resources/wallets/store.js'
import { sealOrganization } from './seal_invoices.js'
import { dueCustomers, nextDueAt } from './store.js'

/**
 * What the cron does: one queue message for every customer with something due up to `now`, whenever it fell due. A run
 * that is skipped, doubled or cut short leaves nothing undone and does nothing twice: the agenda holds what is due until the
 * commit that does it.
 */
export async function enqueueDueCustomers(env: Env, now: number): Promise<number> {
  let sent = 0
  for await (const page of pagesOfDueCustomers(directoryDatabase(env), now)) {
    await env.DUE_CUSTOMERS.sendBatch(page.map((ref) => ({ body: { ...ref, now } })))
    sent += page.length
  }
  return sent
}

/**
 * The same at once for the customers of one organization, after a change that concerns many of them: the first ones; the next
 * cron finds those that are left.
 */
export async function enqueueDueCustomersOf(
  env: Env,
  db: Database,
  organizationId: string,
  now: number,
): Promise<void> {
  let sent = 0
  for await (const page of pagesOfDueCustomers(db, now, organizationId)) {
    await env.DUE_CUSTOMERS.sendBatch(page.map((ref) => ({ body: { ...ref, now } })))
    sent += page.length
    if (sent >= MAX_CUSTOMERS_ENQUEUED_AT_ONCE) return
  }
}

/** What the queue's consumer does with a message. */
export async function runDueCustomer(env: Env, { organizationId, customerId, now }: DueCustomerMessage): Promise<void> {
  const ref = { organizationId, customerId }
  await customerObject(env, ref).billDue(ref, now)
}

/**
 * Moves a sandbox's clock from `now`, hour by hour up to `target`, doing in each hour what fell due until then: the same steps
 * as the cron's. What earlier events still have to be charged for is charged first. What fails is parked and left; the clock
 * moves on. What has become final is sealed at the end.
 */
export async function advanceTestClock(env: Env, organizationId: string, now: number, target: number): Promise<void> {
  const db = databaseOf(env, organizationId)
  await settleOrganization(env, db, organizationId, now)
  for (let done = Number.MIN_SAFE_INTEGER; ; ) {
    const due = await nextDueAt(db, organizationId, done)
    if (due === null || due > target) break
    const hour = Math.min(ceilToHour(due), target)
    await runOrganization(env, db, organizationId, hour)
    await commit(db, [moveTestClock(db, organizationId, hour)])
    done = hour
  }
  await commit(db, [moveTestClock(db, organizationId, target)])
  // What was billed on the way may have left wallets with other usage than before.
  await settleFound(env, db, organizationId, target, customersWithWallets)
  await sealOrganization(db, organizationId, target)
}

/** Has everything done that events have set off: what they are charged in advance, thresholds that they passed, and what wallets will have to pay. */
async function settleOrganization(env: Env, db: Database, organizationId: string, now: number): Promise<void> {
  for (const find of [customersChargedInAdvance, customersWithThresholds, customersWithWallets]) {
    await settleFound(env, db, organizationId, now, find)
  }
}

async function settleFound(
  env: Env,
  db: Database,
  organizationId: string,
  now: number,
  find: typeof customersChargedInAdvance,
): Promise<void> {
  for (let after = ''; ; ) {
    const page = await find(db, organizationId, after, DUE_CUSTOMERS_PER_PAGE)
    for (let at = 0; at < page.length; at += CALLS_AT_ONCE) {
      const refs = page.slice(at, at + CALLS_AT_ONCE).map((customerId) => ({ organizationId, customerId }))
      await Promise.all(refs.map((ref) => callCustomer(env, ref, (object) => object.settle(ref, now))))
    }
    const last = page.at(-1)
    if (last === undefined || page.length < DUE_CUSTOMERS_PER_PAGE) return
    after = last
  }
}

/** Does in the order of customers what is due up to `now` for one organization. */
export async function runOrganization(env: Env, db: Database, organizationId: string, now: number): Promise<void> {
  for await (const page of pagesOfDueCustomers(db, now, organizationId)) {
    for (let at = 0; at < page.length; at += CALLS_AT_ONCE) {
      await Promise.all(page.slice(at, at + CALLS_AT_ONCE).map((ref) => runDueCustomer(env, { ...ref, now })))
    }
  }
}

async function* pagesOfDueCustomers(db: Database, now: number, organizationId?: string) {
  for (let after = ''; ; ) {
    const page = await dueCustomers(db, now, after, DUE_CUSTOMERS_PER_PAGE, organizationId)
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (last === undefined || page.length < DUE_CUSTOMERS_PER_PAGE) return
    after = last.customerId
  }
}
