import type { FeeDraft } from '../../core/invoicing/fee.js'
import { AS_IT_WAS, type FeeChange, regeneratedFee } from '../../core/invoicing/regenerated_fee.js'
import { isVisible, REGENERATED_TYPES } from '../../core/invoicing/status.js'
import { Decimal } from '../../core/money/decimal.js'
import { centsToUnits } from '../../core/money/rounding.js'
import { type FieldErrors, invalid, notAllowed, notFound, ok, type Result } from '../../core/result.js'
import { MAX_AMOUNT_CENTS } from '../../limits.js'
import type { FeeRow } from '../../resources/fees/table.js'
import type { RegeneratedFeeInput, RegenerationInput } from '../../resources/invoices/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { copiedFee } from '../copied_fee.js'
import { loadVoidInvoice, type VoidInvoice } from '../load_void_invoice.js'
import { chargeOfFee, regeneratedInvoice, taxesNow } from '../regenerated_invoice.js'
import { billDue } from './bill_due.js'
import { carryOut } from './run.js'

const ALREADY_REGENERATED = notAllowed('already_regenerated')

/**
 * Makes a void invoice anew, once (invoicing rules, section 6): under a new number, with its fees or those of them that are
 * named, at other units and prices where that is wanted; then what was billed on the way, coupons, taxes, credit notes and prepaid
 * credits as on any invoice. What is due before is billed first. Gives the id of the new invoice.
 */
export async function regenerateInvoice(
  context: CommandContext,
  invoiceId: string,
  input: RegenerationInput,
): CommandResult<string> {
  await billDue(context)
  const found = await loadVoidInvoice(context, invoiceId)
  if (found === undefined || !isVisible(found.invoice.status)) return notFound('invoice')
  const { invoice } = found
  const isRegenerable = invoice.status === 'voided' && REGENERATED_TYPES.includes(invoice.invoiceType)
  if (!isRegenerable) return notAllowed('not_regenerable')
  if (found.isRegenerated) return ALREADY_REGENERATED
  const fees = regeneratedFees(found, input)
  if (!fees.ok) return fees
  const { id, prepared } = regeneratedInvoice(context, found, fees.value)
  const outcome = await carryOut(context, prepared)
  if (outcome.committed) return ok(id)
  if (outcome.conflict.includes('voided_invoice_id')) return ALREADY_REGENERATED
  throw new Error(`conflict on ${outcome.conflict}`)
}

function regeneratedFees(found: VoidInvoice, { fees: asked }: RegenerationInput): Result<FeeDraft[]> {
  const { fees, invoice } = found
  if (!asked) return all(fees.map((row) => regenerated(found, row, AS_IT_WAS)))
  const rows = new Map(fees.map((row) => [row.id, row]))
  const named = asked.map((one) => ({ one, row: rows.get(one.id) }))
  if (named.length === 0) return notFound('fees')
  if (named.some(({ row }) => row === undefined)) return notFound('fee')
  if (new Set(asked.map(({ id }) => id)).size < asked.length) return invalid({ id: ['value_already_exist'] })
  return all(
    named.flatMap(({ one, row }) =>
      row === undefined ? [] : [regenerated(found, row, changeOf(one, invoice.currency))],
    ),
  )
}

function changeOf(input: RegeneratedFeeInput, currency: string): FeeChange {
  const { units, unit_amount_cents: price, invoice_display_name: invoiceDisplayName } = input
  return {
    units: units == null ? null : new Decimal(units),
    unitAmount: price == null ? null : centsToUnits(new Decimal(price), currency),
    invoiceDisplayName: invoiceDisplayName ?? null,
  }
}

function regenerated(found: VoidInvoice, row: FeeRow, change: FeeChange): Result<FeeDraft> {
  const charge = chargeOfFee(found, row)
  const made = regeneratedFee(copiedFee(row), change, charge, taxesNow(found, row, charge))
  // More than any price can be is no price, and sums of it would not be exact.
  const isTooMuch = made.ok && made.value.amountCents > MAX_AMOUNT_CENTS && change !== AS_IT_WAS
  return isTooMuch ? invalid({ units: ['value_is_out_of_range'] }) : made
}

/** All of them, or everything that is wrong with any. */
function all(results: readonly Result<FeeDraft>[]): Result<FeeDraft[]> {
  const errors: FieldErrors = {}
  const values = results.flatMap((one) => {
    if (one.ok) return [one.value]
    if (one.failure.kind === 'invalid' && typeof one.failure.details !== 'string')
      Object.assign(errors, one.failure.details)
    return []
  })
  return Object.keys(errors).length === 0 ? ok(values) : invalid(errors)
}
