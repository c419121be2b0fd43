import { Temporal } from '@js-temporal/polyfill'
import type { AgendaStep } from '../agenda/kinds.js'
import { schedule } from '../agenda/store.js'
import type { AgendaRow } from '../agenda/table.js'
import { dueCents, overdueOn } from '../core/invoicing/settlement.js'
import { localDate, midnight } from '../core/time/zones.js'
import { enqueue } from '../outbox/store.js'
import { updateInvoiceRow } from '../resources/invoices/store.js'
import type { InvoiceRow } from '../resources/invoices/table.js'
import type { CommandContext } from './command_context.js'
import type { CustomerState } from './load_customer.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'

type Billed = Pick<
  InvoiceRow,
  | 'id'
  | 'organizationId'
  | 'customerId'
  | 'paymentDueOn'
  | 'totalAmountCents'
  | 'totalPaidAmountCents'
  | 'offsetAmountCents'
>

/**
 * When an invoice that has become final is looked at again, whether it was paid in time: when the local day after its due date
 * begins, and not before the hour that follows. Nothing where nothing is due.
 */
export function overdueItems({ now }: CommandContext, { zone }: CustomerState, invoice: Billed): AgendaRow[] {
  if (dueCents(invoice) === 0) return []
  const { organizationId, customerId, id: subjectId, paymentDueOn } = invoice
  const dayAfter = Temporal.PlainDate.from(paymentDueOn).add({ days: 1 })
  return [
    { organizationId, customerId, kind: 'fall_overdue', subjectId, dueAt: Math.max(midnight(dayAfter, zone), now + 1) },
  ]
}

/**
 * Marks what was not paid in time (invoicing rules, section 7), by the customer's present zone: one whose day is not over there
 * is looked at again when it is.
 */
export function fallOverdue(context: CommandContext, state: CustomerState, step: AgendaStep): Prepared {
  const subjects = new Set(step.items.map(({ subjectId }) => subjectId))
  return joined(state.dueInvoices.filter(({ id }) => subjects.has(id)).map((row) => lookAt(context, state, row)))
}

function lookAt(context: CommandContext, state: CustomerState, invoice: InvoiceRow): Prepared {
  const { db, now, newId, ref } = context
  const outcome = overdueOn(invoice, localDate(now, state.zone))
  if (outcome === 'never') return NOTHING
  if (outcome === 'later') {
    const again = overdueItems(context, state, invoice)
    return prepared({ scheduled: again, statements: again.map((item) => schedule(db, item)) })
  }
  const told = { messageType: 'invoice.payment_overdue', subjectType: 'invoice', subjectId: invoice.id, createdAt: now }
  return prepared({
    statements: [
      updateInvoiceRow(db, ref.organizationId, invoice.id, { paymentOverdue: true, updatedAt: now }),
      enqueue(db, { id: newId(), ...ref, ...told }),
    ],
  })
}
