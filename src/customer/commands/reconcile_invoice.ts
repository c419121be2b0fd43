import { commitmentsNow } from '../../core/invoicing/commitments_now.js'
import type { ChargeFeeDraft } from '../../core/invoicing/fee.js'
import { keepsFee } from '../../core/invoicing/fee.js'
import { type BilledFee, feeDifferences } from '../../core/invoicing/reconciliation.js'
import { invalid, ok } from '../../core/result.js'
import type { Reconciliation } from '../../resources/invoice_reconciliations/terms.js'
import { billedPeriodOf } from '../billed_period.js'
import { chargeFees } from '../charge_fees.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { FeeRoom } from '../fee_room.js'
import { type InvoiceToReconcile, loadReconciliation } from '../load_reconciliation.js'
import { withChargeMinimums } from '../minimums.js'
import { type Reckoned, reconciliationOf } from '../reconciliation_answer.js'
import { reconciliationWork } from '../reconciliation_work.js'
import { billDue } from './bill_due.js'
import { carryOut } from './run.js'

/** A commit that meets a taken key was overtaken: what it would have answered is reckoned anew. */
const MAX_CONFLICTS = 3

/**
 * Rates the usage of a final invoice again, from the log as it is now and by the prices of then, and tells what is different. A
 * question: nothing is changed.
 */
export async function compareInvoice(context: CommandContext, invoiceId: string): CommandResult<Reconciliation> {
  const reckoned = await reckon(context, invoiceId)
  return reckoned.ok ? ok(reconciliationOf(reckoned.value, false)) : reckoned
}

/**
 * The same, and answers it: what was billed beyond the usage goes back as a credit note, what is missing is billed by an invoice of the
 * differences. What is due before is billed first. Where nothing is different any more, nothing is made.
 */
export async function reconcileInvoice(context: CommandContext, invoiceId: string): CommandResult<Reconciliation> {
  await billDue(context)
  for (let conflicts = 0; ; ) {
    const reckoned = await reckon(context, invoiceId)
    if (!reckoned.ok) return reckoned
    const { work } = reckoned.value
    if (work.statements.length === 0) return ok(reconciliationOf(reckoned.value, true))
    const outcome = await carryOut(context, work)
    if (outcome.committed) return ok(reconciliationOf(reckoned.value, true))
    if (++conflicts === MAX_CONFLICTS) throw new Error(`conflict on ${outcome.conflict}`)
  }
}

async function reckon(context: CommandContext, invoiceId: string): CommandResult<Reckoned> {
  const loaded = await loadReconciliation(context, invoiceId)
  if (!loaded.ok) return loaded
  const found = loaded.value
  const usage = presentFees(context, found)
  // Groups for which the invoice had no room stand on it together: which ones they are now cannot be told apart.
  if (usage.some(({ basis }) => basis === undefined)) return invalid({ base: ['too_many_groups'] })
  const { billed, invoice } = found
  const [commitments, fees] = [billed.filter(isCommitment), billed.filter((one) => !isCommitment(one))]
  const own = commitments.filter(({ invoiceId }) => invoiceId === invoice.id)
  const ofUsage = feeDifferences(fees, usage)
  const missing = commitmentsNow(own, ofUsage, invoice.id)
  const differences = [...ofUsage, ...feeDifferences(commitments, missing)]
  const present = [...usage, ...missing]
  return ok({ found, differences, work: reconciliationWork(context, found, present, differences) })
}

const isCommitment = ({ fee }: BilledFee): boolean => fee.type === 'commitment'

/**
 * What the usage comes to by now, from the log and by the prices of then. A charge without any usage is due what it was due then: flat
 * amounts that it has come to have since are for later periods.
 */
function presentFees({ usage }: CommandContext, found: InvoiceToReconcile): ChargeFeeDraft[] {
  const { invoice, periods, pricedChargeIds } = found
  const room = new FeeRoom()
  const fees = periods.flatMap(({ row, subscription, state }) => {
    // Whoever bills the customer by now: the invoice is that entity's, and so are its taxes.
    const billed = { ...subscription, billingEntityCode: invoice.billingEntityCode }
    const period = billedPeriodOf(row, billed)
    return withChargeMinimums(state, [period], chargeFees(usage, state, period, room))
  })
  return fees
    .filter((fee) => fee.type === 'charge')
    .filter((fee) => keepsFee(fee) && (pricedChargeIds.has(fee.chargeId) || fee.eventsCount > 0))
}
