import type { ChargeFeeDraft } from '../core/invoicing/fee.js'
import { enqueueAll } from '../outbox/store.js'
import { insertFees } from '../resources/fees/store.js'
import type { CommandContext } from './command_context.js'
import { feeRow } from './fee_rows.js'
import { termsStatements } from './kept_terms.js'
import { type Prepared, prepared } from './prepared.js'

/** Fees without an invoice, with the word that each is there. */
export function looseFees(context: CommandContext, fees: readonly ChargeFeeDraft[]): Prepared {
  const { db, ref, now, newId } = context
  const rows = fees.map((fee) => feeRow(fee, { ...ref, invoiceId: null, newId, now }))
  const told = { messageType: 'fee.created', subjectType: 'fee', createdAt: now }
  return prepared({
    statements: [
      ...insertFees(db, rows),
      ...termsStatements(context, fees),
      ...enqueueAll(
        db,
        rows.map(({ id: subjectId }) => ({ id: newId(), ...ref, ...told, subjectId })),
      ),
    ],
  })
}
