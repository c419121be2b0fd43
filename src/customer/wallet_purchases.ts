import { creditFee } from '../core/invoicing/credit_fee.js'
import type { CustomSectionChoice } from '../core/invoicing/custom_sections.js'
import { type Credited, creditsOf } from '../core/wallets/credits.js'
import type { BoughtCredits } from '../core/wallets/purchase_note.js'
import type { Statement } from '../db/commit.js'
import { readTogether } from '../db/read_together.js'
import type { CreditNoteRow } from '../resources/credit_notes/table.js'
import type { InvoiceRow } from '../resources/invoices/table.js'
import {
  insertTransaction,
  transactionsOfInvoice,
  updateTransactionRow,
} from '../resources/wallet_transactions/store.js'
import type { WalletTransactionRow } from '../resources/wallet_transactions/table.js'
import { walletsOfInvoice } from '../resources/wallets/store.js'
import type { CommandContext } from './command_context.js'
import { instantInvoice } from './instant_invoice.js'
import type { CustomerState } from './load_customer.js'
import { joined, type Prepared, prepared } from './prepared.js'
import { WalletAccount } from './wallet_account.js'
import { newTransaction, outboundStatements, settleStatements, transactionTold } from './wallet_movements.js'

/** What is said of credits that are bought. */
export type PurchaseTerms = Pick<
  WalletTransactionRow,
  | 'name'
  | 'metadata'
  | 'priority'
  | 'source'
  | 'invoiceRequiresSuccessfulPayment'
  | 'purchaseOrderNumber'
  | 'skipsCustomSections'
  | 'customSectionCodes'
>

/** Sells credits: they wait for the payment of an invoice of their own. Gives the id of the transaction. */
export function purchase(
  context: CommandContext,
  state: CustomerState,
  account: WalletAccount,
  credited: Credited,
  terms: PurchaseTerms,
): { readonly id: string; readonly prepared: Prepared } {
  const what = { transactionType: 'inbound', transactionStatus: 'purchased', status: 'pending' } as const
  const transaction = newTransaction(context, account, credited, { ...terms, ...what })
  const { id } = transaction
  const invoice = creditInvoice(context, state, account, { ...terms, id }, credited)
  const statements = [
    insertTransaction(context.db, { ...transaction, invoiceId: invoice.id }),
    transactionTold(context, id, 'created'),
  ]
  return { id, prepared: joined([invoice.prepared, prepared({ statements })]) }
}

/** The invoice for bought credits (wallet rules, section 1.2). One that must be paid first is open until then. */
function creditInvoice(
  context: CommandContext,
  state: CustomerState,
  { row, rate }: WalletAccount,
  { id, ...terms }: PurchaseTerms & { readonly id: string },
  credited: Credited,
) {
  return instantInvoice(context, state, {
    fees: [creditFee({ id, name: terms.name }, credited, rate)],
    currency: row.currency,
    billingEntityCode: row.billingEntityCode ?? state.customer.billingEntityCode,
    purchaseOrderNumber: terms.purchaseOrderNumber ?? row.purchaseOrderNumber,
    billingAt: context.now,
    datedAt: context.now,
    sections: [terms, row].filter(saysAnything).slice(0, 1),
    isOpen: terms.invoiceRequiresSuccessfulPayment,
    spendsCredits: false,
    subscriptions: [],
    periods: () => [],
    columns: { invoiceType: 'credit', usageThroughSeq: null },
  })
}

const saysAnything = (choice: CustomSectionChoice): boolean =>
  choice.skipsCustomSections || choice.customSectionCodes.length > 0

/** What an invoice has sold to a wallet. */
export interface Purchase {
  readonly transaction: WalletTransactionRow
  /** The wallet as far as the purchase goes, active or not. */
  readonly account: WalletAccount
}

/** The purchase of a credit invoice, undefined for an invoice of another type. */
export async function purchaseOf(
  { db, ref }: CommandContext,
  { id, invoiceType }: Pick<InvoiceRow, 'id' | 'invoiceType'>,
): Promise<Purchase | undefined> {
  if (invoiceType !== 'credit') return undefined
  const { transactions, wallets } = await readTogether(db, {
    transactions: transactionsOfInvoice(db, ref.organizationId, id),
    wallets: walletsOfInvoice(db, ref.organizationId, id),
  })
  const transaction = transactions.find(({ transactionStatus }) => transactionStatus === 'purchased')
  const wallet = wallets.find((row) => row.id === transaction?.walletId)
  if (transaction === undefined || wallet === undefined) throw new Error(`credit invoice ${id} has sold nothing`)
  const left = (transaction.remainingAmountCents ?? 0) > 0 ? [transaction] : []
  return { transaction, account: new WalletAccount(wallet, left) }
}

/** Lets what was bought arrive, once: its invoice is paid. What had failed arrives all the same. */
export function arrival(context: CommandContext, bought: Purchase | undefined): Statement[] {
  if (bought === undefined || bought.transaction.status === 'settled') return []
  return settleStatements(context, bought.account, bought.transaction)
}

/** Lets a purchase fail. What has arrived stays. */
export function failedPurchase(context: CommandContext, bought: Purchase | undefined): Statement[] {
  if (bought === undefined || bought.transaction.status !== 'pending') return []
  const { db, ref, now } = context
  const { id } = bought.transaction
  return [
    updateTransactionRow(db, ref.organizationId, id, { status: 'failed', failedAt: now, updatedAt: now }),
    transactionTold(context, id, 'updated'),
  ]
}

export const boughtCredits = ({ transaction, account }: Purchase): BoughtCredits => ({
  isSettled: transaction.status === 'settled',
  remainingCents: transaction.remainingAmountCents ?? 0,
  isWalletActive: account.row.status === 'active',
})

/** What a credit note does to what its invoice has sold: what is paid back leaves its wallet, what was never paid never arrives. */
export function takenBack(
  context: CommandContext,
  bought: Purchase | undefined,
  { id: creditNoteId, refundAmountCents: amountCents }: Pick<CreditNoteRow, 'id' | 'refundAmountCents'>,
): Statement[] {
  if (bought === undefined || bought.transaction.status !== 'settled') return failedPurchase(context, bought)
  const { transaction, account } = bought
  const credited = { amountCents, creditAmount: creditsOf(amountCents, account.rate) }
  const fundings = account.fundingsOf(amountCents, transaction.id)
  account.give(credited, fundings)
  const what = { transactionType: 'outbound', transactionStatus: 'voided', status: 'settled', creditNoteId } as const
  return outboundStatements(context, account, newTransaction(context, account, credited, what), fundings)
}
