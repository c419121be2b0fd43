import { Decimal } from '../../core/money/decimal.js'
import { formatDecimal } from '../../core/money/format.js'
import { centsToUnits } from '../../core/money/rounding.js'
import { creditsOf } from '../../core/wallets/credits.js'
import { seconds } from '../../http/timestamps.js'
import { serializeChosen } from '../custom_sections/serialize.js'
import type { CustomSectionRow } from '../custom_sections/table.js'
import { USUAL_PAYMENT_METHOD } from '../wallets/serialize.js'
import type { WalletRow } from '../wallets/table.js'
import { rateOf } from '../wallets/terms.js'
import type { WalletFundingRow, WalletTransactionRow } from './table.js'

/** @param sections of the organization: those that the transaction names are shown */
export function serializeTransaction(
  row: WalletTransactionRow,
  wallet: WalletRow,
  sections: readonly CustomSectionRow[],
) {
  const { remainingAmountCents: remaining } = row
  return {
    lago_id: row.id,
    lago_wallet_id: row.walletId,
    lago_invoice_id: row.invoiceId,
    lago_credit_note_id: row.creditNoteId,
    lago_voided_invoice_id: row.voidedInvoiceId,
    status: row.status,
    source: row.source,
    transaction_status: row.transactionStatus,
    transaction_type: row.transactionType,
    amount: formatDecimal(centsToUnits(new Decimal(row.amountCents), wallet.currency)),
    credit_amount: formatDecimal(new Decimal(row.creditAmount)),
    invoice_requires_successful_payment: row.invoiceRequiresSuccessfulPayment,
    metadata: row.metadata,
    remaining_amount_cents: remaining,
    remaining_credit_amount: remaining === null ? null : formatDecimal(creditsOf(remaining, rateOf(wallet))),
    priority: row.priority,
    settled_at: seconds(row.settledAt),
    failed_at: seconds(row.failedAt),
    created_at: seconds(row.createdAt),
    name: row.name,
    applied_invoice_custom_sections: serializeChosen(sections, row.customSectionCodes),
    payment_method: USUAL_PAYMENT_METHOD,
    purchase_order_number: row.purchaseOrderNumber,
  }
}

/** A part of an outbound transaction, with the transaction on its other side. */
export const serializeFunding = (
  funding: WalletFundingRow,
  wallet: WalletRow,
  transaction: ReturnType<typeof serializeTransaction>,
) => ({
  lago_id: funding.id,
  amount_cents: funding.amountCents,
  credit_amount: formatDecimal(creditsOf(funding.amountCents, rateOf(wallet))),
  created_at: seconds(funding.createdAt),
  wallet_transaction: transaction,
})
