import type { AgendaRow } from '../agenda/table.js'
import type { Plan, Tax } from '../core/catalog.js'
import type { Database } from '../db/client.js'
import { readTogether } from '../db/read_together.js'
import type { AdjustedFeeRow } from '../resources/adjusted_fees/table.js'
import { applicableZone } from '../resources/billing_entities/terms.js'
import { couponLimit } from '../resources/coupons/terms.js'
import type { CreditNoteItemRow, CreditNoteRow } from '../resources/credit_notes/table.js'
import type { CustomSectionRow } from '../resources/custom_sections/table.js'
import type { CustomerRow } from '../resources/customers/table.js'
import type { AdvanceStreamRow } from '../resources/fees/load.js'
import type { FeeRow } from '../resources/fees/table.js'
import type { FixedFeeAhead } from '../resources/fixed_charges/load.js'
import type { BillingPeriodRow, InvoiceRow } from '../resources/invoices/table.js'
import type { CommittedFees } from '../resources/minimum_commitments/load.js'
import { planQuestions, plansOf } from '../resources/plans/load.js'
import { workingPlans } from '../resources/subscriptions/store.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { toTax } from '../resources/taxes/serialize.js'
import type { KeptThreshold } from '../resources/usage_thresholds/terms.js'
import { type BillingEntity, billingEntitiesByCode } from './billing_entity.js'
import type { CustomerRef } from './contract.js'
import { CouponPurse } from './coupon_purse.js'
import { CreditAccounts } from './credit_accounts.js'
import { CreditPurse } from './credit_purse.js'
import { customerQuestions, type Reading } from './customer_questions.js'
import { InvoiceChain } from './invoice_chain.js'
import { type OwnUnitsOfAll, ownUnitsOf } from './own_units.js'
import { PaidFees } from './paid_fees.js'
import { ProgressiveBills } from './progressive_bills.js'
import type { ChargeNow } from './progressive_fees.js'
import { WalletPurse } from './wallet_purse.js'

/** Everything that a command decides from, besides usage: read in one batch, whatever the customer has. */
export interface CustomerState {
  /** Of the organization, by code: `billing_entity.ts` tells which one bills what. */
  readonly billingEntities: ReadonlyMap<string, BillingEntity>
  readonly customer: CustomerRow
  /** The applicable time zone. */
  readonly zone: string
  readonly customerTaxes: readonly Tax[]
  /** Running and coming subscriptions, and ended ones that stand on a draft or took over from one that does; oldest first. */
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
  /** The wallets that invoices may draw on. */
  readonly wallets: WalletPurse
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
  /** Of the organization: words that invoices may show. */
  readonly customSections: readonly CustomSectionRow[]
  /** What the customer's subscriptions charge in advance, event by event. */
  readonly advanceStreams: readonly AdvanceStreamRow[]
  /** What final invoices come into; kept up by the commits that make them. */
  readonly chain: InvoiceChain
  /** By running subscription, as far as they have any: at which usage they are billed on the way. */
  readonly thresholds: ReadonlyMap<string, readonly KeptThreshold[]>
  /** What was billed on the way of periods that are not billed for good. */
  readonly progressive: ProgressiveBills
  /** What was paid of fees without an invoice, and is to be collected. */
  readonly paidFees: PaidFees
  /** What was billed of subscriptions whose plans have a commitment, as far as it may have to be settled; without commitments. */
  readonly committedFees: readonly CommittedFees[]
  /** What subscriptions have of the units of fixed charges for themselves. */
  readonly ownUnits: OwnUnitsOfAll
  /** What was paid of fixed charges in advance for periods that run, or that drafts bill. */
  readonly fixedFees: readonly FixedFeeAhead[]
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
 * @param reading what is read of what was billed on the way
 */
export async function loadCustomer(
  db: Database,
  { organizationId, customerId }: CustomerRef,
  dueUntil: number,
  alsoPlanIds: readonly string[] = [],
  reading: Reading = 'all',
): Promise<CustomerState | undefined> {
  const read = await readTogether(db, {
    ...customerQuestions(db, { organizationId, customerId }, dueUntil, reading),
    ...planQuestions(db, organizationId, workingPlans(db, organizationId, customerId, alsoPlanIds)),
  })
  const [customer] = read.customers
  if (customer === undefined) return undefined
  const { entities, subscriptions, notes, noteItems } = read
  const plans = plansOf(read)
  const accounts = new CreditAccounts(notes, noteItems)
  const draftNotes = notes.filter(({ status }) => status === 'draft')
  return {
    billingEntities: billingEntitiesByCode(entities, read.entityTaxes),
    customer,
    zone: applicableZone(customer, new Map(entities.map(({ code, timezone }) => [code, timezone]))),
    customerTaxes: read.ownTaxes.map(({ tax }) => toTax(tax)),
    subscriptions,
    plans,
    drafts: read.drafts,
    draftPeriods: read.draftPeriods.map(({ period }) => period),
    firstPlanFeeInvoices: new Map(read.firstFees.map((fee) => [fee.subscriptionId ?? '', fee.invoiceId])),
    lastPlanFees: planFeesAsked(read.lastFees, read.lastFeeInvoices, noteItems),
    firstStarts: new Map(read.starts.map(({ externalId, startedAt }) => [externalId, startedAt ?? 0])),
    purse: new CreditPurse(read.credits),
    coupons: new CouponPurse(read.coupons.map((row) => ({ applied: row.applied, limit: couponLimit(row) }))),
    wallets: new WalletPurse(read.wallets, read.walletCredits, read.walletRules, read.walletPurchases),
    accounts,
    draftCreditNotes: draftNotes,
    draftNoteItems: noteItems.filter(({ creditNoteId }) => draftNotes.some(({ id }) => id === creditNoteId)),
    draftNoteFees: read.draftNoteFees,
    due: read.due,
    dueInvoices: read.dueInvoices,
    adjustedFees: read.adjustedFees,
    customSections: read.customSections,
    advanceStreams: read.advanceStreams,
    thresholds: new Map(read.thresholds.map((row) => [row.subscriptionId, JSON.parse(row.thresholds)])),
    progressive: new ProgressiveBills(
      read.progressiveInvoices,
      read.progressivePeriods,
      [...read.earlierProgressiveFees.toReversed(), ...read.lastProgressiveFees],
      accounts,
      chargeNow(subscriptions, plans),
    ),
    chain: new InvoiceChain(read.latestLinks[0]),
    paidFees: new PaidFees(read.paidFees),
    committedFees: read.committedFees,
    ownUnits: ownUnitsOf(read.ownUnits),
    fixedFees: read.fixedFees,
    waiting: read.waiting.map(({ externalId }) => externalId),
  }
}

function chargeNow(subscriptions: readonly SubscriptionRow[], plans: ReadonlyMap<string, Plan>): ChargeNow {
  const planIds = new Map(subscriptions.map(({ id, planId }) => [id, planId]))
  return (subscriptionId, chargeId) => {
    const charges = plans.get(planIds.get(subscriptionId) ?? '')?.charges ?? []
    return charges.find(({ id, parentId }) => id === chargeId || parentId === chargeId)?.id ?? chargeId
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
