import type { Plan } from '../core/catalog.js'
import { feesToCredit } from '../resources/credit_notes/load.js'
import type { FeeRow } from '../resources/fees/table.js'
import { invoiceQuery, periodsOf, regeneratedFrom } from '../resources/invoices/store.js'
import type { BillingPeriodRow, InvoiceRow } from '../resources/invoices/table.js'
import type { CommandContext } from './command_context.js'
import { type CustomerState, loadCustomer } from './load_customer.js'

/** An invoice that is to be made anew, with the customer as it is now. */
export interface VoidInvoice {
  readonly invoice: InvoiceRow
  /** In their order. */
  readonly fees: readonly FeeRow[]
  readonly periods: readonly BillingPeriodRow[]
  /** By subscription: the plan that it is on. */
  readonly plans: ReadonlyMap<string, Plan>
  /** Whether an invoice was made from it before. */
  readonly isRegenerated: boolean
  readonly state: CustomerState
}

/** One of the customer's invoices of whatever status, undefined when there is none. */
export async function loadVoidInvoice(context: CommandContext, invoiceId: string): Promise<VoidInvoice | undefined> {
  const { db, ref, now } = context
  const { organizationId, customerId } = ref
  const [[invoices, fees, made], periods] = await Promise.all([
    db.batch([
      invoiceQuery(db, organizationId, customerId, invoiceId),
      feesToCredit(db, organizationId, invoiceId, null),
      regeneratedFrom(db, organizationId, invoiceId),
    ]),
    periodsOf(db, organizationId, invoiceId),
  ])
  const [invoice] = invoices
  if (invoice === undefined) return undefined
  const planIds = periods.map(({ planId }) => planId)
  const state = await loadCustomer(db, ref, now, planIds, { voidInvoiceId: invoiceId })
  if (state === undefined) return undefined
  const plans = periods.flatMap(({ period, planId }) => {
    const plan = state.plans.get(planId)
    return plan === undefined ? [] : [[period.subscriptionId, plan] as const]
  })
  return {
    invoice,
    fees,
    periods: periods.map(({ period }) => period),
    plans: new Map(plans),
    isRegenerated: made.length > 0,
    state,
  }
}
