import type { Temporal } from '@js-temporal/polyfill'
import { schedule } from '../agenda/store.js'
import type { AgendaRow } from '../agenda/table.js'
import { calculateInvoice } from '../core/invoicing/calculate.js'
import { invoiceDates } from '../core/invoicing/dates.js'
import type { FeeDraft } from '../core/invoicing/fee.js'
import { type InvoiceTotals, NO_SOURCES } from '../core/invoicing/invoice_totals.js'
import { draftNumber, numberingMonth } from '../core/invoicing/numbering.js'
import { checkInvoice } from '../core/invoicing/postconditions.js'
import { finalStatus, paymentStatusAtFinalization } from '../core/invoicing/status.js'
import type { ProgressiveSource } from '../core/progressive_billing/relief.js'
import { localDate, midnight } from '../core/time/zones.js'
import { enqueue } from '../outbox/store.js'
import { insertFees } from '../resources/fees/store.js'
import type { FeeRow } from '../resources/fees/table.js'
import { assignNumber } from '../resources/invoice_numbers/store.js'
import { insertBillingPeriod, insertInvoice } from '../resources/invoices/store.js'
import type { InvoiceRow } from '../resources/invoices/table.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { withAdjustments } from './adjusted_fees.js'
import { type BilledPeriod, billingPeriodRow } from './billed_period.js'
import { billingEntityOf, entityOfSubscription } from './billing_entity.js'
import type { CommandContext } from './command_context.js'
import { dateSettingsOf, finalizesZeroInvoicesOf } from './customer_settings.js'
import { draftFeeKey, notedFeeIds } from './draft_notes.js'
import { FeeRoom } from './fee_room.js'
import { appliedTaxRows, feeRow, linkedTrueUps } from './fee_rows.js'
import { creditStatements } from './invoice_credits.js'
import { invoiceSections } from './invoice_sections.js'
import { termsStatements } from './kept_terms.js'
import { type CustomerState, planOf } from './load_customer.js'
import { withMinimums } from './minimums.js'
import { overdueItems } from './overdue.js'
import { feesOf } from './period_fees.js'
import { joined, NOTHING, type Prepared, type PreparedInvoice, prepared } from './prepared.js'
import { creditSurplus } from './progressive_surplus.js'
import { drawStatements } from './wallet_movements.js'

/**
 * A new invoice for these periods, which agree in all that an invoice can have only one of: a draft where there is a grace
 * period, else final at once. `context.now` is the instant that it bills.
 */
export function newInvoice(context: CommandContext, state: CustomerState, periods: readonly BilledPeriod[]): Prepared {
  const { db, now, newId, ref } = context
  const id = newId()
  const { subscription } = firstOf(periods)
  const entity = entityOfSubscription(state, subscription)
  const settings = dateSettingsOf(state, entity.code)
  const isCharge = periods.every(({ windows }) => windows.reason === 'in_advance_charge')
  const isDraft = settings.gracePeriodDays > 0 && state.isForecast !== true && !isCharge
  const { currency } = planOf(state, subscription)
  const { totals, surplus } = computed(context, state, periods, { id, currency, isDraft })
  const dates = invoiceDates(localDate(now, state.zone), isRecurring(periods), settings)
  const row: Omit<InvoiceRow, 'seq'> = {
    id,
    organizationId: ref.organizationId,
    customerId: ref.customerId,
    createdAt: now,
    invoiceType: 'subscription',
    billingEntityCode: entity.code,
    number: draftNumber(entity.documentNumberPrefix),
    sequentialId: null,
    organizationSequentialId: null,
    billingAt: now,
    expectedFinalizationOn: dates.expectedFinalizationOn.toString(),
    netPaymentTerm: settings.netPaymentTermDays,
    purchaseOrderNumber: subscription.purchaseOrderNumber,
    customSections: invoiceSections(
      context,
      state,
      periods.map((period) => period.subscription),
      entity.code,
    ),
    ...standing(context, state, totals, isDraft, dates, entity.code),
  }
  const scheduled = isDraft ? [finalization(row, dates.expectedFinalizationOn, state.zone)] : []
  const fees = feeRowsOf(context, totals, id, state)
  const periodRows = periods.map((period) => billingPeriodRow(period, { id: newId(), invoiceId: id, createdAt: now }))
  const invoice = { row, fees, periods: periodRows, credits: totals.credits }
  const statements = [
    insertInvoice(db, row),
    ...periodRows.map((period) => insertBillingPeriod(db, period)),
    ...insertFees(db, fees),
    ...termsStatements(context, totals.fees),
    ...creditStatements(context, id, totals.credits),
    ...drawStatements(context, state.wallets, id, totals.draws),
    ...scheduled.map((item) => schedule(db, item)),
  ]
  return joined([surplus, prepared({ scheduled, invoices: [invoice], statements }), announced(context, state, invoice)])
}

/** When a draft becomes final by itself. */
export function finalization(
  invoice: Pick<InvoiceRow, 'id' | 'organizationId' | 'customerId'>,
  expectedOn: Temporal.PlainDate,
  zone: string,
): AgendaRow {
  const { organizationId, customerId, id } = invoice
  return { organizationId, customerId, kind: 'finalize_invoice', subjectId: id, dueAt: midnight(expectedOn, zone) }
}

/** What an invoice of these periods comes to, and the notes that it makes of what was billed too much on the way. */
export function computed(
  context: CommandContext,
  state: CustomerState,
  periods: readonly BilledPeriod[],
  { isDraft, ...invoice }: { readonly id: string; readonly currency: string; readonly isDraft: boolean },
): { readonly totals: InvoiceTotals; readonly surplus: Prepared } {
  const room = new FeeRoom()
  const measured = periods.flatMap((period) => feesOf(context.usage, state, period, invoice.id, room))
  const fees = withMinimums(state, periods, invoice.id, withAdjustments(state, periods, invoice.id, measured))
  // Looked at before anything of it is given back.
  const progressive = periods.flatMap((period) => state.progressive.sourceOf(period) ?? [])
  const surplus = isDraft ? NOTHING : creditSurplus(context, state, periods, fees)
  const subscriptions = periods.map(({ subscription }) => subscription)
  const totals = soundTotals(context, state, fees, { ...invoice, spendsCredits: !isDraft, subscriptions, progressive })
  return { totals, surplus }
}

interface InvoiceToBe {
  readonly id: string
  readonly currency: string
  /** Whether it takes coupons, credit notes and prepaid credits: neither a draft does nor what bills no usage. */
  readonly spendsCredits: boolean
  /** Those that it bills. */
  readonly subscriptions: readonly Pick<SubscriptionRow, 'id' | 'planId'>[]
  /** What was billed of the same periods on the way. */
  readonly progressive: readonly ProgressiveSource[]
}

/** The invoice that these fees make, with the credits that it spends; checked before anything is stored. */
export function soundTotals(
  { now }: Pick<CommandContext, 'now'>,
  state: CustomerState,
  fees: readonly FeeDraft[],
  { id, currency, spendsCredits, subscriptions, progressive }: InvoiceToBe,
): InvoiceTotals {
  const planned = subscriptions.map((row) => ({ ...row, parentPlanId: planOf(state, row).parentId }))
  const sources = {
    progressive,
    coupons: state.coupons.sourcesFor(currency, planned),
    creditNotes: state.purse.sourcesFor(id, currency),
    wallets: state.wallets.sourcesFor(currency),
  }
  const totals = calculateInvoice({ currency, fees }, spendsCredits ? sources : { ...NO_SOURCES, progressive })
  const violations = checkInvoice(totals, totals.fees)
  // A fault of ours: the customer is parked with these words, and nothing is billed rather than something wrong.
  if (violations.length > 0) throw new Error(`invoice is not sound: ${violations.join('; ')}`)
  state.purse.spend(totals.credits)
  state.wallets.spend(totals.draws, now)
  state.coupons.spend(totals.credits)
  return totals
}

/** Everything of an invoice's row that its computation and its becoming final decide. */
export function standing(
  { now, newId, usage }: CommandContext,
  state: CustomerState,
  totals: InvoiceTotals,
  isDraft: boolean,
  dates: { readonly issuingOn: Temporal.PlainDate; readonly paymentDueOn: Temporal.PlainDate },
  entityCode: string,
) {
  const { fees, credits, draws, appliedTaxes, taxesRate, ...amounts } = totals
  const final = finalStatus({ ...amounts, finalizeZeroAmountInvoice: finalizesZeroInvoicesOf(state, entityCode) })
  return {
    ...amounts,
    status: isDraft ? ('draft' as const) : final,
    paymentStatus: isDraft ? ('pending' as const) : paymentStatusAtFinalization(amounts.totalAmountCents),
    taxesRate: taxesRate.toFixed(),
    appliedTaxes: appliedTaxRows(appliedTaxes, { newId, now }),
    totalPaidAmountCents: 0,
    offsetAmountCents: 0,
    paymentOverdue: false,
    paymentDisputeLostAt: null,
    metadata: [],
    usageThresholds: [],
    voidedAt: null,
    voidedInvoiceId: null,
    issuingOn: dates.issuingOn.toString(),
    paymentDueOn: dates.paymentDueOn.toString(),
    finalizedAt: isDraft ? null : now,
    usageThroughSeq: isDraft ? null : usage.maxSeq(),
    updatedAt: now,
  }
}

/** A fee that is made anew keeps its id where credit notes name it, or may come to: a plan fee. */
export function feeRowsOf(
  { newId, now, ref }: CommandContext,
  totals: InvoiceTotals,
  invoiceId: string,
  state: CustomerState,
): Omit<FeeRow, 'seq'>[] {
  const noted = notedFeeIds(state, invoiceId)
  const rows = totals.fees.map((fee) => {
    const asked = fee.type === 'subscription' ? state.lastPlanFees.get(fee.subscriptionId)?.fee : undefined
    const kept = noted.get(draftFeeKey(fee)) ?? (asked?.invoiceId === invoiceId ? asked.id : undefined)
    const id = kept ?? newId()
    return { ...feeRow(fee, { ...ref, invoiceId, newId, now }), id }
  })
  return linkedTrueUps(totals.fees, rows)
}

/** What is told of a final invoice that was not made by a period of subscriptions. */
const FINAL_MESSAGES: Partial<Record<InvoiceRow['invoiceType'], string>> = {
  one_off: 'invoice.one_off_created',
  credit: 'invoice.paid_credit_added',
}

/**
 * The number of an invoice that has become final, its place in the customer's chain, and the message that tells of it. A closed
 * one has none of them.
 */
export function announced(context: CommandContext, state: CustomerState, document: PreparedInvoice): Prepared {
  const { db, newId, now, ref } = context
  const { row } = document
  if (row.status === 'closed') return prepared({})
  const tell = (messageType: string) =>
    enqueue(db, { id: newId(), ...ref, messageType, subjectType: 'invoice', subjectId: row.id, createdAt: now })
  if (row.status === 'draft') return prepared({ statements: [tell('invoice.drafted')] })
  const { code: billingEntityCode, timezone } = billingEntityOf(state, row.billingEntityCode)
  const { id: customerId, accountType } = state.customer
  const isSelfBilled = accountType === 'partner'
  const month = numberingMonth(now, timezone)
  const numbered = { invoiceId: row.id, customerId, billingEntityCode, isSelfBilled, month }
  const overdue = overdueItems(context, state, row)
  return prepared({
    scheduled: overdue,
    finals: [{ document, chain: state.chain }],
    statements: [
      ...assignNumber(db, ref.organizationId, numbered),
      ...overdue.map((item) => schedule(db, item)),
      tell(FINAL_MESSAGES[row.invoiceType] ?? 'invoice.created'),
    ],
  })
}

/** Whether a periodic run made the invoice: only then its dates heed the anchor. */
export function isRecurring(periods: readonly BilledPeriod[]): boolean {
  return periods.some(({ windows }) => windows.reason === 'subscription_periodic')
}

function firstOf(periods: readonly BilledPeriod[]): BilledPeriod {
  const [first] = periods
  if (first === undefined) throw new Error('an invoice needs a period to bill')
  return first
}
