import { invoiceDates } from '../core/invoicing/dates.js'
import type { ChargeFeeDraft } from '../core/invoicing/fee.js'
import { draftNumber } from '../core/invoicing/numbering.js'
import { localDate } from '../core/time/zones.js'
import type { Statement } from '../db/commit.js'
import { enqueue } from '../outbox/store.js'
import { insertFee } from '../resources/fees/store.js'
import { insertBillingPeriod, insertInvoice } from '../resources/invoices/store.js'
import type { InvoiceRow } from '../resources/invoices/table.js'
import type { PlacedEvent } from './advance_fees.js'
import { billingPeriodRow } from './billed_period.js'
import { entityOfSubscription } from './billing_entity.js'
import type { CommandContext } from './command_context.js'
import { dateSettingsOf } from './customer_settings.js'
import { feeRow } from './fee_rows.js'
import { creditStatements } from './invoice_credits.js'
import { announced, soundTotals, standing } from './invoice_statements.js'
import { termsStatements } from './kept_terms.js'
import type { CustomerState } from './load_customer.js'

/**
 * What a fee in advance is stored with: an invoice of its own, final at once and dated by the day of the event; or nothing but
 * the word that there is a fee, where its charge is not invoiceable (recurring rules, section 5).
 * @param at of the event, epoch microseconds
 */
export function feeInAdvance(
  context: CommandContext,
  state: CustomerState,
  placed: PlacedEvent,
  fee: ChargeFeeDraft,
  at: number,
): Statement[] {
  return fee.invoiceable ? invoicedFee(context, state, placed, fee, Math.floor(at / 1000)) : looseFee(context, fee)
}

function looseFee(context: CommandContext, fee: ChargeFeeDraft): Statement[] {
  const { db, ref, now, newId } = context
  const row = feeRow(fee, { ...ref, invoiceId: null, newId, now })
  return [
    insertFee(db, row),
    ...termsStatements(context, [fee]),
    enqueue(db, {
      id: newId(),
      ...ref,
      messageType: 'fee.created',
      subjectType: 'fee',
      subjectId: row.id,
      createdAt: now,
    }),
  ]
}

function invoicedFee(
  context: CommandContext,
  state: CustomerState,
  placed: PlacedEvent,
  fee: ChargeFeeDraft,
  billingAt: number,
): Statement[] {
  const { db, ref, now, newId } = context
  const id = newId()
  const totals = soundTotals(state, [fee], {
    id,
    currency: fee.currency,
    isDraft: false,
    subscriptions: [placed.subscription],
  })
  const entity = entityOfSubscription(state, placed.subscription)
  const settings = { ...dateSettingsOf(state, entity.code), gracePeriodDays: 0 }
  const dates = invoiceDates(localDate(billingAt, state.zone), false, settings)
  const row: Omit<InvoiceRow, 'seq'> = {
    id,
    ...ref,
    createdAt: now,
    invoiceType: 'subscription',
    billingEntityCode: entity.code,
    number: draftNumber(entity.documentNumberPrefix),
    sequentialId: null,
    organizationSequentialId: null,
    billingAt,
    expectedFinalizationOn: dates.expectedFinalizationOn.toString(),
    netPaymentTerm: settings.netPaymentTermDays,
    purchaseOrderNumber: placed.subscription.purchaseOrderNumber,
    ...standing(context, state, totals, false, dates, entity.code),
    // It bills one event, and leaves all other usage as it is.
    usageThroughSeq: null,
  }
  const period = { ...placed, periodKey: `${fee.chargeId} ${placed.transactionId}`, zone: state.zone }
  return [
    insertInvoice(db, row),
    insertBillingPeriod(db, billingPeriodRow(period, { id: newId(), invoiceId: id, createdAt: now })),
    ...totals.fees.map((one) => insertFee(db, feeRow(one, { ...ref, invoiceId: id, newId, now }))),
    ...termsStatements(context, totals.fees),
    ...creditStatements(context, id, totals.credits),
    ...announced(context, state, row),
  ]
}
