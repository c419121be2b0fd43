import type { CreditedInvoice } from '../core/invoicing/credited_invoice.js'
import type { InvoiceCredit } from '../core/invoicing/invoice_totals.js'
import { type PrepaidUse, restoredDraws } from '../core/invoicing/void_invoice.js'
import { creditsOf } from '../core/wallets/credits.js'
import type { Statement } from '../db/commit.js'
import { readTogether } from '../db/read_together.js'
import { transactionsOfInvoice } from '../resources/wallet_transactions/store.js'
import { walletsOfInvoice } from '../resources/wallets/store.js'
import type { CommandContext } from './command_context.js'
import { WalletAccount } from './wallet_account.js'
import { grantStatements, newTransaction } from './wallet_movements.js'

interface Use extends PrepaidUse {
  readonly walletId: string
}

/**
 * Gives wallets back what a void invoice took of them, as granted credits (wallet rules, section 1.3). One that has ended gets nothing.
 * @param restored what consumed notes get back of the same invoice
 */
export async function returnedCredits(
  context: CommandContext,
  invoiceId: string,
  account: CreditedInvoice,
  restored: readonly InvoiceCredit[],
): Promise<Statement[]> {
  const { db, ref } = context
  const { transactions, wallets } = await readTogether(db, {
    transactions: transactionsOfInvoice(db, ref.organizationId, invoiceId),
    wallets: walletsOfInvoice(db, ref.organizationId, invoiceId),
  })
  const uses: Use[] = transactions.filter(({ transactionStatus }) => transactionStatus === 'invoiced')
  return restoredDraws(uses, restored, account).flatMap(({ walletId, amountCents }) => {
    const row = wallets.find(({ id, status }) => id === walletId && status === 'active')
    return row === undefined ? [] : returned(context, new WalletAccount(row, []), invoiceId, amountCents)
  })
}

function returned(
  context: CommandContext,
  account: WalletAccount,
  voidedInvoiceId: string,
  amountCents: number,
): Statement[] {
  const credited = { amountCents, creditAmount: creditsOf(amountCents, account.rate) }
  const what = { transactionType: 'inbound', transactionStatus: 'granted', status: 'settled' } as const
  account.restore(credited.creditAmount)
  return grantStatements(
    context,
    account,
    newTransaction(context, account, credited, { ...what, voidedInvoiceId }),
    credited,
  )
}
