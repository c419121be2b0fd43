import { dueInvoices, dueItems } from '../agenda/store.js'
import type { AgendaRow } from '../agenda/table.js'
import type { Plan, Tax } from '../core/catalog.js'
import type { Database } from '../db/client.js'
import { adjustedFeesOfDrafts } from '../resources/adjusted_fees/store.js'
import type { AdjustedFeeRow } from '../resources/adjusted_fees/table.js'
import { activeCoupons } from '../resources/applied_coupons/store.js'
import { billingEntitiesQuery } from '../resources/billing_entities/store.js'
import { applicableZone } from '../resources/billing_entities/terms.js'
import { couponLimit } from '../resources/coupons/terms.js'
import { availableCreditNotes, feesOfDraftNotes, watchedItems, watchedNotes } from '../resources/credit_notes/load.js'
import type { CreditNoteItemRow, CreditNoteRow } from '../resources/credit_notes/table.js'
import { customerQuery } from '../resources/customers/store.js'
import type { CustomerRow } from '../resources/customers/table.js'
import { waitingInInbox } from '../resources/events/store.js'
import { firstPlanFees, lastPlanFeeIds, lastPlanFees } from '../resources/fees/store.js'
import type { FeeRow } from '../resources/fees/table.js'
import { draftPeriodsOf, draftsOf, invoicesOfFees } from '../resources/invoices/store.js'
import type { BillingPeriodRow, InvoiceRow } from '../resources/invoices/table.js'
import { loadPlans } from '../resources/plans/load.js'
import { firstStarts, workingPlans, workingSubscriptions } from '../resources/subscriptions/store.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { toTax } from '../resources/taxes/serialize.js'
import { assignedTaxes, entityTaxes } from '../resources/taxes/store.js'
import { type BillingEntity, billingEntitiesByCode } from './billing_entity.js'
import type { CustomerRef } from './contract.js'
import { CouponPurse } from './coupon_purse.js'
import { CreditAccounts } from './credit_accounts.js'
import { CreditPurse } from './credit_purse.js'

/** Everything that a command decides from, besides usage: read in two batches side by side, whatever the customer has. */
export interface CustomerState {
  /** Of the organization, by code: `billing_entity.ts` tells which one bills what. */
  readonly billingEntities: ReadonlyMap<string, BillingEntity>
  readonly customer: CustomerRow
  /** The applicable time zone. */
  readonly zone: string
  readonly customerTaxes: readonly Tax[]
  /** Running and coming subscriptions, and ended ones that stand on a draft; oldest first. */
  readonly subscriptions: readonly SubscriptionRow[]
  readonly plans: ReadonlyMap<string, Plan>
  readonly drafts: readonly InvoiceRow[]
  readonly draftPeriods: readonly BillingPeriodRow[]
  /** By subscription: the first invoice that asked its plan fee. */
  readonly firstPlanFeeInvoices: ReadonlyMap<string, string>
  /** By subscription: the last plan fee that was asked. */
  readonly lastPlanFees: ReadonlyMap<string, PlanFeeAsked>
  /** By external id of a subscription: when the first one of that id started, epoch milliseconds. */
  readonly firstStarts: ReadonlyMap<string, number>
  /** What later invoices may use; spent by the commands that are given this state. */
  readonly purse: CreditPurse
  readonly coupons: CouponPurse
  /** What has been given back of drafts, and of the invoices of `lastPlanFees`; kept up by the commands that give notes. */
  readonly accounts: CreditAccounts
  /** Notes that wait for their invoice to be final. */
  readonly draftCreditNotes: readonly CreditNoteRow[]
  readonly draftNoteItems: readonly CreditNoteItemRow[]
  /** The fees that these name. */
  readonly draftNoteFees: readonly FeeRow[]
  /** What is due up to the moment that was asked for. */
  readonly due: readonly AgendaRow[]
  /** The invoices that are to be looked at, whether they were paid in time. */
  readonly dueInvoices: readonly InvoiceRow[]
  /** What was set by hand of fees of drafts, in the order in which that was done. */
  readonly adjustedFees: readonly AdjustedFeeRow[]
  /** External ids of running subscriptions for which events still wait in the inbox. */
  readonly waiting: readonly string[]
  /** Whether it is only asked what will be billed: invoices are made as they will be once they are final. */
  readonly isForecast?: true
}

/** A plan fee with its invoice, and what has been given back of it. */
export interface PlanFeeAsked {
  readonly fee: FeeRow
  readonly invoice: InvoiceRow
  readonly credited: readonly CreditNoteItemRow[]
}

/**
 * The state of a customer, undefined when there is none. Deleted customers are found too: what was theirs can still
 * fall due.
 * @param dueUntil epoch milliseconds
 * @param alsoPlanIds plans that are needed besides those of the subscriptions
 */
export async function loadCustomer(
  db: Database,
  { organizationId, customerId }: CustomerRef,
  dueUntil: number,
  alsoPlanIds: readonly string[] = [],
): Promise<CustomerState | undefined> {
  const planFeeIds = lastPlanFeeIds(db, customerId)
  const [batch, plans] = await Promise.all([
    db.batch([
      billingEntitiesQuery(db, organizationId),
      customerQuery(db, organizationId, customerId),
      assignedTaxes(db, organizationId, [customerId]),
      entityTaxes(db, organizationId),
      workingSubscriptions(db, organizationId, customerId),
      draftsOf(db, organizationId, customerId),
      draftPeriodsOf(db, organizationId, customerId),
      firstPlanFees(db, organizationId, customerId),
      dueItems(db, customerId, dueUntil),
      waitingInInbox(db, organizationId, customerId),
      firstStarts(db, organizationId, customerId),
      availableCreditNotes(db, organizationId, customerId),
      watchedNotes(db, organizationId, customerId, planFeeIds),
      lastPlanFees(db, organizationId, customerId),
      invoicesOfFees(db, organizationId, planFeeIds),
      watchedItems(db, organizationId, customerId, planFeeIds),
      activeCoupons(db, organizationId, customerId),
      dueInvoices(db, organizationId, customerId, dueUntil),
      adjustedFeesOfDrafts(db, organizationId, customerId),
      feesOfDraftNotes(db, organizationId, customerId),
    ]),
    loadPlans(db, organizationId, workingPlans(db, organizationId, customerId, alsoPlanIds)),
  ])
  const [entities, customers, own, shared, subscriptions, drafts, draftPeriods, planFees, due, waiting] = batch
  const [, , , , , , , , , , starts, credits, notes, lastFees, feeInvoices, items, held, unpaid, adjusted, noteFees] =
    batch
  const draftNotes = notes.filter(({ status }) => status === 'draft')
  const [customer] = customers
  if (customer === undefined) return undefined
  // A subscription that started between the two batches may be on a plan that was not looked for yet.
  const missing = subscriptions.map(({ planId }) => planId).filter((planId) => !plans.has(planId))
  return {
    billingEntities: billingEntitiesByCode(entities, shared),
    customer,
    zone: applicableZone(customer, new Map(entities.map(({ code, timezone }) => [code, timezone]))),
    customerTaxes: own.map(({ tax }) => toTax(tax)),
    subscriptions,
    plans: missing.length === 0 ? plans : new Map([...plans, ...(await loadPlans(db, organizationId, missing))]),
    drafts,
    draftPeriods: draftPeriods.map(({ period }) => period),
    firstPlanFeeInvoices: new Map(planFees.map((fee) => [fee.subscriptionId ?? '', fee.invoiceId])),
    lastPlanFees: planFeesAsked(lastFees, feeInvoices, items),
    firstStarts: new Map(starts.map(({ externalId, startedAt }) => [externalId, startedAt ?? 0])),
    purse: new CreditPurse(credits),
    coupons: new CouponPurse(held.map((row) => ({ applied: row.applied, limit: couponLimit(row) }))),
    accounts: new CreditAccounts(notes, items),
    draftCreditNotes: draftNotes,
    draftNoteItems: items.filter(({ creditNoteId }) => draftNotes.some(({ id }) => id === creditNoteId)),
    draftNoteFees: noteFees,
    due,
    dueInvoices: unpaid,
    adjustedFees: adjusted,
    waiting: waiting.map(({ externalId }) => externalId),
  }
}

function planFeesAsked(
  fees: readonly FeeRow[],
  invoices: readonly InvoiceRow[],
  items: readonly CreditNoteItemRow[],
): ReadonlyMap<string, PlanFeeAsked> {
  const invoiceById = new Map(invoices.map((invoice) => [invoice.id, invoice]))
  const itemsByFee = Map.groupBy(items, ({ feeId }) => feeId)
  return new Map(
    fees.flatMap((fee) => {
      const invoice = invoiceById.get(fee.invoiceId ?? '')
      if (invoice === undefined || fee.subscriptionId === null) return []
      return [[fee.subscriptionId, { fee, invoice, credited: itemsByFee.get(fee.id) ?? [] }] as const]
    }),
  )
}

/** A subscription that runs or is to run, undefined when there is none with this id. */
export function livingSubscription(state: CustomerState | undefined, id: string): SubscriptionRow | undefined {
  return state?.subscriptions.find((row) => row.id === id && (row.status === 'active' || row.status === 'pending'))
}

/** The plan of one of the state's subscriptions: it was loaded with them. */
export function planOf(state: CustomerState, subscription: Pick<SubscriptionRow, 'planId'>): Plan {
  const plan = state.plans.get(subscription.planId)
  if (plan === undefined) throw new Error(`plan ${subscription.planId} was not loaded`)
  return plan
}
