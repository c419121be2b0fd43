import type { Tax } from '../core/catalog.js'
import { type CreditNoteItem, creditNoteAmounts } from '../core/invoicing/credit_note.js'
import type { InvoiceCredit } from '../core/invoicing/invoice_totals.js'
import { Decimal } from '../core/money/decimal.js'
import type { Statement } from '../db/commit.js'
import { useAppliedCoupon } from '../resources/applied_coupons/store.js'
import { spendCreditNote, updateCreditNoteRow } from '../resources/credit_notes/store.js'
import type { CreditNoteRow } from '../resources/credit_notes/table.js'
import type { FeeRow } from '../resources/fees/table.js'
import { insertInvoiceCredit } from '../resources/invoices/store.js'
import type { AppliedTax } from '../resources/invoices/table.js'
import type { CommandContext } from './command_context.js'
import { appliedTaxRows } from './fee_rows.js'
import type { CustomerState } from './load_customer.js'

const SPENDING = { coupon: useAppliedCoupon, credit_note: spendCreditNote } satisfies Record<
  InvoiceCredit['sourceType'],
  unknown
>

/** What an invoice has taken off, written down and taken from its sources. */
export function creditStatements(
  { db, newId, now, ref }: CommandContext,
  invoiceId: string,
  credits: readonly InvoiceCredit[],
): Statement[] {
  const { organizationId } = ref
  const written = credits.map((credit) =>
    insertInvoiceCredit(db, { id: newId(), organizationId, createdAt: now, invoiceId, ...credit }),
  )
  const spent = credits.map(({ sourceType, sourceId: id, amountCents }) =>
    SPENDING[sourceType](db, organizationId, { id, amountCents, now }),
  )
  return [...written, ...spent]
}

/** What a credit note gives back of a stored fee. */
export function creditedItem(fee: FeeRow, amountCents: Decimal): CreditNoteItem {
  return {
    fee: {
      id: fee.id,
      amountCents: fee.amountCents,
      preciseCouponsAmountCents: new Decimal(fee.preciseCouponsAmountCents),
      taxes: fee.appliedTaxes.map(toTax),
    },
    amountCents,
  }
}

const toTax = ({ taxId, code, name, description, rate }: AppliedTax): Tax => ({
  id: taxId,
  code,
  name,
  description,
  rate,
})

/** The columns of a note that its items decide. */
export function amountColumns(items: readonly CreditNoteItem[], making: Pick<CommandContext, 'newId' | 'now'>) {
  const amounts = creditNoteAmounts(items)
  return {
    totalAmountCents: amounts.totalAmountCents,
    subTotalExcludingTaxesAmountCents: amounts.subTotalExcludingTaxesAmountCents,
    couponsAdjustmentAmountCents: amounts.couponsAdjustmentAmountCents,
    preciseCouponsAdjustmentAmountCents: amounts.preciseCouponsAdjustmentAmountCents.toFixed(),
    taxesAmountCents: amounts.taxes.amountCents,
    preciseTaxesAmountCents: amounts.preciseTaxesAmountCents.toFixed(),
    taxesRate: amounts.taxes.appliedTaxes.reduce((sum, tax) => sum.plus(tax.rate), new Decimal(0)).toFixed(),
    appliedTaxes: appliedTaxRows(amounts.taxes.appliedTaxes, making),
  }
}

/** Notes that were given on a draft become final with it, and are there for later invoices. */
export function releasedNotes({ db, ref, now }: CommandContext, state: CustomerState, invoiceId: string): Statement[] {
  const waiting = state.draftCreditNotes.filter((note) => note.invoiceId === invoiceId)
  for (const note of waiting) state.purse.add(note)
  const status: CreditNoteRow['status'] = 'finalized'
  return waiting.map((note) => updateCreditNoteRow(db, ref.organizationId, note.id, { status, updatedAt: now }))
}
