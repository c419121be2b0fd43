import type { Tax } from '../core/catalog.js'
import type { CreditNoteAmounts, CreditNoteItem } from '../core/invoicing/credit_note.js'
import type { InvoiceCredit } from '../core/invoicing/invoice_totals.js'
import { Decimal } from '../core/money/decimal.js'
import type { Statement } from '../db/commit.js'
import { useAppliedCoupon } from '../resources/applied_coupons/store.js'
import { spendCreditNote } from '../resources/credit_notes/store.js'
import type { FeeRow } from '../resources/fees/table.js'
import { insertInvoiceCredit } from '../resources/invoices/store.js'
import type { AppliedTax } from '../resources/invoices/table.js'
import type { CommandContext } from './command_context.js'
import { appliedTaxRows } from './fee_rows.js'

/** A progressive invoice is no balance: whoever takes it off looks at what stands on it. */
const SPENDING = { invoice: () => null, coupon: useAppliedCoupon, credit_note: spendCreditNote } satisfies Record<
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
  const spent = credits.flatMap(
    ({ sourceType, sourceId: id, amountCents }) =>
      SPENDING[sourceType](db, organizationId, { id, amountCents, now }) ?? [],
  )
  return [...written, ...spent]
}

type CreditedRow = Pick<FeeRow, 'id' | 'amountCents' | 'preciseCouponsAmountCents' | 'appliedTaxes'>

/** What a credit note gives back of a stored fee. */
export function creditedItem(fee: CreditedRow, amountCents: Decimal): CreditNoteItem {
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
export function amountColumns(amounts: CreditNoteAmounts, making: Pick<CommandContext, 'newId' | 'now'>) {
  return {
    totalAmountCents: amounts.totalAmountCents,
    subTotalExcludingTaxesAmountCents: amounts.subTotalExcludingTaxesAmountCents,
    couponsAdjustmentAmountCents: amounts.couponsAdjustmentAmountCents,
    preciseCouponsAdjustmentAmountCents: amounts.preciseCouponsAdjustmentAmountCents.toFixed(),
    taxesAmountCents: amounts.taxes.amountCents,
    preciseTaxesAmountCents: amounts.preciseTaxesAmountCents.toFixed(),
    taxesRate: amounts.taxesRate.toFixed(),
    appliedTaxes: appliedTaxRows(amounts.taxes.appliedTaxes, making),
  }
}
