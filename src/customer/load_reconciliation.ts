import type { BilledFee, RatedFeeDraft } from '../core/invoicing/reconciliation.js'
import { isVisible } from '../core/invoicing/status.js'
import { type Decimal, ZERO } from '../core/money/decimal.js'
import { notAllowed, notFound, ok, type Result } from '../core/result.js'
import { readTogether } from '../db/read_together.js'
import type { FeeRow } from '../resources/fees/table.js'
import { reconciliationQueries, termsByKey } from '../resources/invoice_reconciliations/store.js'
import type { InvoiceReconciliationRow } from '../resources/invoice_reconciliations/table.js'
import type { BillingPeriodRow, InvoiceRow } from '../resources/invoices/table.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { type BilledCharge, planAsBilled } from './charges_as_billed.js'
import type { CommandContext } from './command_context.js'
import { copiedFee } from './copied_fee.js'
import { CreditAccounts } from './credit_accounts.js'
import { creditedItem } from './invoice_credits.js'
import { type CustomerState, loadCustomer, planOf } from './load_customer.js'

/** A final invoice whose usage is to be rated again, with what has corrected it so far. */
export interface InvoiceToReconcile {
  readonly invoice: InvoiceRow
  /** The invoice itself and its corrections that stand, by id. */
  readonly invoices: ReadonlyMap<string, InvoiceRow>
  readonly accounts: CreditAccounts
  /** Fees of usage in arrears, and of what is missing to minimums: its own, then those of its corrections. */
  readonly billed: readonly BilledFee[]
  /** Those that bill usage in arrears, each with its subscription and the customer whose plan is as it was billed. */
  readonly periods: readonly {
    readonly row: BillingPeriodRow
    readonly subscription: SubscriptionRow
    readonly state: CustomerState
  }[]
  readonly earlier: readonly InvoiceReconciliationRow[]
  /** Charges whose terms are known from fees or from an earlier reconciliation. */
  readonly pricedChargeIds: ReadonlySet<string>
  readonly state: CustomerState
}

/** Reasons of periods that bill usage as it stands. The others bill single events, or what the last bill settles. */
const SETTLING: readonly BillingPeriodRow['invoicingReason'][] = [
  'subscription_starting',
  'subscription_periodic',
  'subscription_terminating',
]

type Read = Awaited<ReturnType<typeof read>>

const read = ({ db, ref }: CommandContext, invoiceId: string) =>
  readTogether(db, reconciliationQueries(db, ref, invoiceId))

/** The invoice, where there is one whose usage can be rated again. */
export async function loadReconciliation(
  context: CommandContext,
  invoiceId: string,
): Promise<Result<InvoiceToReconcile>> {
  const found = await read(context, invoiceId)
  const invoice = found.invoices.find(({ id }) => id === invoiceId)
  if (invoice === undefined || !isVisible(invoice.status)) return notFound('invoice')
  if (invoice.status !== 'finalized') return notAllowed('invoice_not_finalized')
  // One that was put together by hand from a void one, or that corrects another, says nothing of its periods' whole usage.
  const isWhole = invoice.voidedInvoiceId === null && found.corrected.length === 0
  if (invoice.invoiceType !== 'subscription' || !isWhole) return notAllowed('not_reconcilable')
  const { db, ref, now } = context
  const planIds = found.subscriptions.map(({ planId }) => planId)
  const keys = new Set([...found.fees.flatMap(termsOf), ...found.earlier.flatMap(({ terms }) => Object.values(terms))])
  const [state, terms] = await Promise.all([
    loadCustomer(db, ref, now, planIds),
    termsByKey(db, ref.organizationId, [...keys]),
  ])
  if (state === undefined) return notFound('invoice')
  return ok(assembled(found, invoice, state, terms))
}

function assembled(
  found: Read,
  invoice: InvoiceRow,
  state: CustomerState,
  terms: ReadonlyMap<string, BilledCharge['terms']>,
): InvoiceToReconcile {
  const standing = found.invoices.filter(({ status }) => status === 'finalized')
  const invoices = new Map(standing.map((row) => [row.id, row]))
  const accounts = new CreditAccounts(found.notes, found.noteItems)
  const credited = Map.groupBy(found.noteItems, ({ feeId }) => feeId)
  const ownNoteIds = new Set(found.earlier.flatMap(({ creditNoteIds }) => creditNoteIds))
  const rows = found.fees.filter((fee) => isRated(fee, found.periods) && invoices.has(fee.invoiceId ?? ''))
  const own = rows.filter((fee) => fee.invoiceId === invoice.id)
  const priced = pricedCharges(own, found.earlier, terms)
  const bornAt = new Map(found.copiedCharges.map((charge) => [charge.id, charge.createdAt]))
  const chargedTo = new Set(own.map((fee) => `${fee.subscriptionId} ${fee.chargeId}`))
  // On an invoice for several subscriptions each may have charges of its own.
  const isOf = (chargeId: string, subscription: SubscriptionRow): boolean =>
    chargedTo.has(`${subscription.id} ${chargeId}`) ||
    planOf(state, subscription).charges.some(({ id, parentId }) => id === chargeId || parentId === chargeId)
  const known = new Set(state.subscriptions.map(({ id }) => id))
  const subscriptions = [...state.subscriptions, ...found.subscriptions.filter(({ id }) => !known.has(id))]
  const periods = found.periods.flatMap((row) => {
    const subscription = found.subscriptions.find(({ id }) => id === row.subscriptionId)
    if (subscription === undefined || !SETTLING.includes(row.invoicingReason)) return []
    const billed = new Map([...priced].filter(([id]) => isOf(id, subscription)))
    const plan = planAsBilled(planOf(state, subscription), billed, bornAt, invoice.finalizedAt ?? invoice.createdAt)
    const plans = new Map([...state.plans, [plan.id, plan]])
    return [{ row, subscription, state: { ...state, plans, subscriptions } }]
  })
  return {
    ...{ invoice, invoices, accounts, periods, state },
    billed: rows.map((fee) => {
      const isFixed = fee.invoiceId === invoice.id && !isPriced(fee, terms)
      const items = credited.get(fee.id) ?? []
      const own = items.filter(({ creditNoteId }) => ownNoteIds.has(creditNoteId))
      return { ...billedFee(fee), creditedAmountCents: given(items), reconciledAmountCents: given(own), isFixed }
    }),
    earlier: found.earlier,
    pricedChargeIds: new Set(priced.keys()),
  }
}

/**
 * Usage in arrears, and what is missing to minimums. Not what was charged event by event, for what comes late is charged when it comes;
 * nor the renewal for the period that follows.
 */
function isRated(fee: FeeRow, periods: Read['periods']): boolean {
  if (fee.feeType === 'commitment') return true
  if (fee.feeType !== 'charge' || fee.payInAdvance) return false
  const own = periods.find((row) => row.invoiceId === fee.invoiceId && row.subscriptionId === fee.subscriptionId)
  return own === undefined || own.chargesToAt === null || (fee.toAt ?? 0) <= own.chargesToAt
}

const termsOf = ({ basis }: FeeRow): string[] =>
  (basis?.kind === 'usage' || basis?.kind === 'minimum') && basis.terms !== null ? [basis.terms] : []

const isPriced = (fee: FeeRow, terms: ReadonlyMap<string, unknown>): boolean =>
  fee.feeType === 'commitment' ? fee.basis !== null : termsOf(fee).some((key) => terms.has(key))

function pricedCharges(
  own: readonly FeeRow[],
  earlier: readonly InvoiceReconciliationRow[],
  terms: ReadonlyMap<string, BilledCharge['terms']>,
): ReadonlyMap<string, BilledCharge> {
  const named = [
    ...own.flatMap((fee) => termsOf(fee).map((key) => ({ chargeId: fee.chargeId ?? '', key, fee }))),
    ...earlier.flatMap((one) =>
      Object.entries(one.terms).map(([chargeId, key]) => ({ chargeId, key, fee: undefined })),
    ),
  ]
  const priced = new Map<string, BilledCharge>()
  for (const { chargeId, key, fee } of named) {
    const known = terms.get(key)
    if (known !== undefined && !priced.has(chargeId)) priced.set(chargeId, { terms: known, fee })
  }
  return priced
}

const billedFee = (row: FeeRow) => ({
  invoiceId: row.invoiceId ?? '',
  // Only such fees are taken.
  fee: copiedFee(row) as RatedFeeDraft,
  credited: creditedItem(row, ZERO).fee,
})

const given = (items: readonly { readonly preciseAmountCents: string }[]): Decimal =>
  items.reduce((sum, item) => sum.plus(item.preciseAmountCents), ZERO)
