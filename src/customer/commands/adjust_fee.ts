import {
  type Adjustment,
  type FeeSelector,
  pricesFixedUnits,
  pricesUnits,
  selectorKey,
  selects,
} from '../../core/invoicing/adjusted_fee.js'
import { failed, invalid, notFound, ok, type Result } from '../../core/result.js'
import { MAX_ADJUSTED_FEES, MAX_AMOUNT_CENTS } from '../../limits.js'
import { deleteAdjustedFee, insertAdjustedFee } from '../../resources/adjusted_fees/store.js'
import type { AdjustedFeeRow } from '../../resources/adjusted_fees/table.js'
import type { AdjustedFeeInput } from '../../resources/adjusted_fees/terms.js'
import { feeById } from '../../resources/fees/store.js'
import type { InvoiceRow } from '../../resources/invoices/table.js'
import { chargesOf, withAdjustments } from '../adjusted_fees.js'
import type { BilledPeriod } from '../billed_period.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { periodsOf, refreshDraft } from '../drafts.js'
import { FeeRoom } from '../fee_room.js'
import { type CustomerState, loadCustomer } from '../load_customer.js'
import { feesOf } from '../period_fees.js'
import { joined, type Prepared, prepared } from '../prepared.js'
import { feeMeantBy } from '../selected_fee.js'
import { carryOut, catchUp } from './run.js'

const ALREADY_EXISTS = invalid({ adjusted_fee: ['already_exists'] })

/**
 * Sets a fee of a draft by hand (invoicing rules, section 6): its units, these and their price, or only its name. The draft is
 * computed anew with it, now and whenever it is again. Gives the id of what was set.
 */
export async function adjustFee(
  context: CommandContext,
  invoiceId: string,
  input: AdjustedFeeInput,
): CommandResult<string> {
  const found = await loadDraft(context, invoiceId)
  if (!found.ok) return found
  const { state, draft } = found.value
  const periods = periodsOf(state, draft)
  const feeId = input.fee_id ?? null
  const stored = feeId === null ? undefined : await feeById(context.db, context.ref.organizationId, feeId)
  const selector = feeMeantBy(state, periods, draft, input, stored)
  if (!selector.ok) return selector
  const row = rowOf(context, draft, selector.value, input)
  const refusal = refused(context, state, periods, row)
  if (refusal !== null) return refusal
  const after = { ...state, adjustedFees: [...state.adjustedFees, row] }
  const inserted = prepared({ statements: [insertAdjustedFee(context.db, withoutSeq(row))] })
  const done = await computeAnew(context, after, draft, inserted)
  return done.ok ? ok(row.id) : done
}

/** Takes back what was set by hand of a fee of a draft: it is what it is by itself again. */
export async function undoAdjustment(context: CommandContext, invoiceId: string, id: string): CommandResult<null> {
  const found = await loadDraft(context, invoiceId)
  if (!found.ok) return found
  const { state, draft } = found.value
  const adjustedFees = state.adjustedFees.filter((row) => row.id !== id || row.invoiceId !== draft.id)
  if (adjustedFees.length === state.adjustedFees.length) return notFound('adjusted_fee')
  const deleted = prepared({ statements: [deleteAdjustedFee(context.db, context.ref.organizationId, id)] })
  return computeAnew(context, { ...state, adjustedFees }, draft, deleted)
}

interface Draft {
  readonly state: CustomerState
  readonly draft: InvoiceRow
}

async function loadDraft(context: CommandContext, invoiceId: string): Promise<Result<Draft>> {
  const state = await loadCustomer(context.db, context.ref, context.now)
  const draft = state?.drafts.find(({ id }) => id === invoiceId)
  if (state === undefined) return notFound('invoice')
  if (draft === undefined) return failed({ kind: 'forbidden', code: 'feature_unavailable' })
  await catchUp(context, state)
  return ok({ state, draft })
}

async function computeAnew(
  context: CommandContext,
  state: CustomerState,
  draft: InvoiceRow,
  before: Prepared,
): CommandResult<null> {
  const refreshed = refreshDraft(context, state, draft.id)
  if (refreshed === undefined) return notFound('invoice')
  const outcome = await carryOut(context, joined([before, refreshed]))
  if (outcome.committed) return ok(null)
  return outcome.conflict.startsWith('adjusted_fees.') ? ALREADY_EXISTS : fault(outcome.conflict)
}

function fault(conflict: string): never {
  throw new Error(`conflict on ${conflict}`)
}

function rowOf(
  { newId, now, ref }: CommandContext,
  draft: InvoiceRow,
  selector: FeeSelector,
  input: AdjustedFeeInput,
): AdjustedFeeRow {
  const units = input.units ?? null
  const unitAmount = input.unit_precise_amount ?? null
  const adjustment: Adjustment = units === null ? 'name' : unitAmount === null ? 'units' : 'amount'
  const { subscriptionId, chargeId, fixedChargeId = null, chargeFilterId, filterValues, groupedBy } = selector
  return {
    id: newId(),
    ...ref,
    createdAt: now,
    updatedAt: now,
    invoiceId: draft.id,
    subject: selectorKey(selector),
    ...{ subscriptionId, chargeId, fixedChargeId, chargeFilterId },
    filterValues: filterValues && { ...filterValues },
    groupedBy: { ...groupedBy },
    ...{ adjustment, units, unitAmount },
    invoiceDisplayName: input.invoice_display_name ?? null,
    // The order of rows is the database's to give.
    seq: 0,
  }
}

/** What speaks against it; null when it can be. */
function refused(
  { usage }: CommandContext,
  state: CustomerState,
  periods: readonly BilledPeriod[],
  row: AdjustedFeeRow,
): Result<never> | null {
  const charges = chargesOf(state, periods)
  const wanted = row.chargeId ?? row.fixedChargeId
  const charge = [...charges.values()].find(({ id, parentId }) => wanted !== null && [id, parentId].includes(wanted))
  const earlier = state.adjustedFees.filter(({ invoiceId }) => invoiceId === row.invoiceId)
  if (earlier.some((one) => selects(one, row, charge ?? null))) return ALREADY_EXISTS
  if (earlier.length >= MAX_ADJUSTED_FEES) return invalid({ adjusted_fee: ['invalid_count'] })
  const isPriced = charge === undefined || ('addOn' in charge ? pricesFixedUnits(charge) : pricesUnits(charge))
  if (row.adjustment === 'units' && !isPriced) {
    return invalid({ charge: ['invalid_charge_model'] })
  }
  // Only what is billed of its subscription can be the fee.
  const own = periods.filter(({ subscription }) => subscription.id === row.subscriptionId)
  const room = new FeeRoom()
  const fees = own.flatMap((period) => feesOf(usage, state, period, row.invoiceId, room))
  const adjusted = withAdjustments({ ...state, adjustedFees: [row] }, own, row.invoiceId, fees)
  const fee = adjusted.find((one) => one.adjusted?.id === row.id)
  if (fee === undefined) return notFound('fee')
  // More than any price can be is no price, and sums of it would not be exact.
  return fee.amountCents > MAX_AMOUNT_CENTS && row.units !== null ? invalid({ units: ['value_is_out_of_range'] }) : null
}

function withoutSeq({ seq: _, ...row }: AdjustedFeeRow): Omit<AdjustedFeeRow, 'seq'> {
  return row
}
