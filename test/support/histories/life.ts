import { and, eq, isNotNull } from 'drizzle-orm'
import { nextDueAt } from '../../../src/agenda/store.js'
import { parkedCustomers } from '../../../src/agenda/table.js'
import { ceilToHour } from '../../../src/core/time/instants.js'
import { localDate, midnight } from '../../../src/core/time/zones.js'
import { billDue } from '../../../src/customer/commands/bill_due.js'
import { saveCustomer } from '../../../src/customer/commands/save_customer.js'
import { startSubscription } from '../../../src/customer/commands/start_subscription.js'
import { cancelSubscription, terminateSubscription } from '../../../src/customer/commands/terminate_subscription.js'
import { updateSubscription } from '../../../src/customer/commands/update_subscription.js'
import type { CustomerRef } from '../../../src/customer/contract.js'
import { invoices } from '../../../src/resources/invoices/table.js'
import { type SubscriptionRow, subscriptions } from '../../../src/resources/subscriptions/table.js'
import { NodeCustomer } from '../node_customer.js'
import { type Alignment, DAY, type Deed, type History, type PlanSpec, type SentUsage } from './history.js'
import { openedWallet, prepaid } from './wallets.js'
import { type HistoryWorld, METRIC, openWorld, planCode } from './world.js'

export interface SentEvent {
  readonly externalId: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly units: number
}

/** A customer of one organization, in real tables and under real commands, as a history goes by. */
export class HistoryLife {
  readonly sent: SentEvent[] = []
  /** How many events had been sent when an invoice was found to be final, and when a subscription was found. */
  readonly sentBeforeFinal = new Map<string, number>()
  readonly sentBeforeStart = new Map<string, number>()
  /** The customer's zones with the moment since when, the present one last. */
  readonly zones: { readonly zone: string; readonly since: number }[]
  now: number
  /** Which deed it is in, counted from 1. */
  deeds = 0
  /** Events of the present deed that have been sent. */
  #sentOfDeed = 0

  private constructor(
    readonly history: History,
    readonly world: HistoryWorld,
    readonly ref: CustomerRef,
    readonly object: NodeCustomer,
  ) {
    this.now = history.bornAt
    this.zones = [{ zone: history.zone, since: Number.MIN_SAFE_INTEGER }]
  }

  static async open(history: History, beforeMarks: () => void = () => {}): Promise<HistoryLife> {
    const world = await openWorld(history)
    const { db, newId, organizationId } = world
    const ref = { organizationId, customerId: newId() }
    const life = new HistoryLife(history, world, ref, new NodeCustomer({ db, ref, newId, beforeMarks }))
    const { zone: timezone, graceDays: invoiceGracePeriod } = history
    await life.#save({ timezone, invoiceGracePeriod })
    if (history.wallet !== null) await openedWallet(life, history.wallet)
    return life
  }

  /** Does what falls due until a moment, each hour's work in its hour, and has it be that moment then. */
  async runUntil(moment: number): Promise<void> {
    const { db, organizationId } = this.world
    for (let done = Number.MIN_SAFE_INTEGER; ; ) {
      const due = await nextDueAt(db, organizationId, done)
      if (due === null || due > moment) break
      done = Math.min(ceilToHour(due), moment)
      await this.run(done)
    }
    this.now = moment
  }

  /** What falls due until now, all of it at once. */
  async run(now = this.now): Promise<void> {
    await billDue(this.object.context(now))
    await this.#observe()
  }

  /** Why the customer's work failed; null when it did not. */
  async failure(): Promise<string | null> {
    const { db, organizationId } = this.world
    const [row] = await db.select().from(parkedCustomers).where(eq(parkedCustomers.organizationId, organizationId))
    return row?.error ?? null
  }

  /** When a step is taken that has been waited for until `at`. */
  async aligned(at: number, alignment: Alignment): Promise<number> {
    if (alignment.to === 'as it is') return at
    if (alignment.to === 'hour') return ceilToHour(at)
    const { db, organizationId } = this.world
    const next = localDate(at, this.zone).add({ days: 1 })
    const moment =
      alignment.to === 'midnight' ? midnight(next, this.zone) : ((await nextDueAt(db, organizationId, at)) ?? at)
    // What is due far ahead is not waited for: a history would be over.
    return moment > at + MOST_AHEAD ? at : Math.max(this.now, moment + alignment.plus)
  }

  get zone(): string {
    return this.zoneAt(this.now)
  }

  zoneAt(moment: number): string {
    return this.zones.findLast(({ since }) => since <= moment)?.zone ?? this.history.zone
  }

  planOf({ planId }: Pick<SubscriptionRow, 'planId'>): PlanSpec {
    const place = this.world.planIds.indexOf(planId)
    const plan = this.history.plans[place]
    if (plan === undefined) throw new Error(`plan ${planId} is not of this history`)
    return plan
  }

  async begin(deed: Deed): Promise<void> {
    this.deeds++
    this.#sentOfDeed = 0
    await this.repeat(deed)
  }

  /** The deed that was begun last, once more: what it has sent already is not sent again. */
  async repeat(deed: Deed): Promise<void> {
    await DEEDS[deed.kind](this, deed as never)
    await this.#observe()
  }

  async send(externalId: string, events: readonly SentUsage[]): Promise<void> {
    for (const { ago, units } of events.slice(this.#sentOfDeed)) {
      await this.#sendOne(externalId, this.now - ago, units)
      this.#sentOfDeed++
    }
  }

  async #sendOne(externalId: string, at: number, units: number): Promise<void> {
    const transactionId = `t${this.sent.length}`
    const event = { transactionId, code: METRIC, externalSubscriptionId: externalId, externalCustomerId: null }
    const rest = { at: at * 1000, properties: { units }, preciseTotalAmountCents: null }
    await this.object.send({ ...event, ...rest }, this.now)
    this.sent.push({ externalId, at, units })
  }

  async move(timezone: string): Promise<void> {
    await this.#save({ timezone })
    this.zones.push({ zone: timezone, since: this.now })
  }

  async find(externalId: string, status: SubscriptionRow['status']): Promise<SubscriptionRow | undefined> {
    const rows = await this.world.db
      .select()
      .from(subscriptions)
      .where(
        and(
          eq(subscriptions.customerId, this.ref.customerId),
          eq(subscriptions.externalId, externalId),
          eq(subscriptions.status, status),
        ),
      )
    return rows.at(-1)
  }

  async #save(fields: { timezone: string; invoiceGracePeriod?: number }): Promise<void> {
    const saved = await saveCustomer(this.object.context(this.now), { externalId: 'c', fields })
    if (!saved.ok) throw new Error(JSON.stringify(saved.failure))
  }

  async #observe(): Promise<void> {
    const { db } = this.world
    const { customerId } = this.ref
    const [final, begun] = await db.batch([
      db
        .select({ id: invoices.id })
        .from(invoices)
        .where(and(eq(invoices.customerId, customerId), isNotNull(invoices.finalizedAt))),
      db.select({ id: subscriptions.id }).from(subscriptions).where(eq(subscriptions.customerId, customerId)),
    ])
    for (const { id } of final) if (!this.sentBeforeFinal.has(id)) this.sentBeforeFinal.set(id, this.sent.length)
    for (const { id } of begun) if (!this.sentBeforeStart.has(id)) this.sentBeforeStart.set(id, this.sent.length)
  }
}

const MOST_AHEAD = 100 * DAY

type Doing = { [K in Deed['kind']]: (life: HistoryLife, deed: Extract<Deed, { kind: K }>) => Promise<void> }

/** Answers of commands that refuse are part of a history: what is not there cannot be ended. */
const DEEDS: Doing = {
  wait: async () => {},
  async send(life, { subscription, events }) {
    await life.send(subscription, events)
  },
  async subscribe(life, { subscription, plan, billingTime, startsIn, endsIn }) {
    await startSubscription(life.object.context(life.now), {
      external_customer_id: 'c',
      external_id: subscription,
      plan_code: planCode(plan),
      billing_time: billingTime,
      subscription_at: startsIn === null ? undefined : life.now + startsIn,
      ending_at: endsIn === null ? undefined : life.now + endsIn,
    })
  },
  async cancel(life, { subscription }) {
    const row = await life.find(subscription, 'pending')
    if (row !== undefined) await cancelSubscription(life.object.context(life.now), row.id)
  },
  async terminate(life, { subscription, invoice, creditNote }) {
    const row = await life.find(subscription, 'active')
    const how = { on_termination_invoice: invoice, on_termination_credit_note: creditNote }
    if (row !== undefined) await terminateSubscription(life.object.context(life.now), row.id, how)
  },
  async end(life, { subscription, endsIn }) {
    const row = (await life.find(subscription, 'active')) ?? (await life.find(subscription, 'pending'))
    if (row === undefined) return
    const ending_at = endsIn === null ? null : life.now + endsIn
    await updateSubscription(life.object.context(life.now), row.id, { ending_at })
  },
  async move(life, { zone }) {
    await life.move(zone)
  },
  prepay: prepaid,
}
