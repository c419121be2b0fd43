import { Decimal } from '../core/money/decimal.js'
import { type Credited, creditsOf } from '../core/wallets/credits.js'
import type { WalletDraw } from '../core/wallets/draw.js'
import type { Funding } from '../core/wallets/fundings.js'
import type { Statement } from '../db/commit.js'
import { enqueue } from '../outbox/store.js'
import {
  insertFundings,
  insertTransaction,
  takeFromInbound,
  updateTransactionRow,
} from '../resources/wallet_transactions/store.js'
import type { WalletTransactionRow } from '../resources/wallet_transactions/table.js'
import { moveWalletBalance } from '../resources/wallets/store.js'
import { USUAL_PRIORITY } from '../resources/wallets/terms.js'
import type { CommandContext } from './command_context.js'
import type { WalletAccount } from './wallet_account.js'
import type { WalletPurse } from './wallet_purse.js'

type Transaction = Omit<WalletTransactionRow, 'seq'>

/** What has to be said of a transaction; the rest is what most of them have. */
type NewTransaction = Pick<Transaction, 'transactionType' | 'transactionStatus' | 'status'> &
  Partial<Omit<Transaction, 'amountCents' | 'creditAmount'>>

export function newTransaction(
  { newId, now, ref }: CommandContext,
  { row }: WalletAccount,
  { amountCents, creditAmount }: Credited,
  what: NewTransaction,
): Transaction {
  return {
    id: newId(),
    ...ref,
    createdAt: now,
    updatedAt: now,
    walletId: row.id,
    source: 'manual',
    amountCents,
    creditAmount: creditAmount.toFixed(),
    remainingAmountCents: what.transactionType === 'inbound' && what.status === 'settled' ? amountCents : null,
    priority: USUAL_PRIORITY,
    name: null,
    metadata: [],
    invoiceId: null,
    creditNoteId: null,
    voidedInvoiceId: null,
    invoiceRequiresSuccessfulPayment: false,
    purchaseOrderNumber: null,
    skipsCustomSections: false,
    customSectionCodes: [],
    settledAt: what.status === 'settled' ? now : null,
    failedAt: null,
    ...what,
  }
}

/** Writes down what is given to a wallet, and is there at once. */
export function grantStatements(
  context: CommandContext,
  account: WalletAccount,
  transaction: Transaction,
  credited: Credited,
): Statement[] {
  const { id, priority } = transaction
  account.receive(credited, { id, kind: 'granted', priority, remainingCents: credited.amountCents })
  return [insertTransaction(context.db, transaction), ...moved(context, account, credited.amountCents, 'created', id)]
}

/** Lets what was bought arrive. */
export function settleStatements(
  context: CommandContext,
  account: WalletAccount,
  { id, amountCents, creditAmount, priority }: Transaction,
): Statement[] {
  const { db, ref, now } = context
  account.receive(
    { amountCents, creditAmount: new Decimal(creditAmount) },
    { id, kind: 'purchased', priority, remainingCents: amountCents },
  )
  const changes = { status: 'settled' as const, settledAt: now, remainingAmountCents: amountCents }
  return [
    updateTransactionRow(db, ref.organizationId, id, { ...changes, updatedAt: now }),
    ...moved(context, account, amountCents, 'updated', id),
  ]
}

/** Writes down what has left a wallet, and of what it was taken. */
export function outboundStatements(
  context: CommandContext,
  account: WalletAccount,
  transaction: Transaction,
  fundings: readonly Funding[],
): Statement[] {
  const { db, ref, now, newId } = context
  const { organizationId } = ref
  const { id: outboundId } = transaction
  return [
    insertTransaction(db, transaction),
    ...takeFromInbound(db, organizationId, fundings, now),
    ...insertFundings(
      db,
      fundings.map(({ inboundId, amountCents }) => ({
        ...{ id: newId(), organizationId, createdAt: now, inboundId, outboundId, amountCents },
      })),
    ),
    ...moved(context, account, -transaction.amountCents, 'created', outboundId),
  ]
}

/** What an invoice has drawn and the purse has spent, written down. */
export function drawStatements(
  context: CommandContext,
  purse: WalletPurse,
  invoiceId: string,
  draws: readonly WalletDraw[],
): Statement[] {
  return purse.accountsOf(draws).flatMap(({ draw: { amountCents, fundings }, account }) => {
    const credited = { amountCents, creditAmount: creditsOf(amountCents, account.rate) }
    const what = { transactionType: 'outbound', transactionStatus: 'invoiced', status: 'settled', invoiceId } as const
    return outboundStatements(context, account, newTransaction(context, account, credited, what), fundings)
  })
}

/** The wallet as it is after a movement, and who is told of it. */
function moved(
  context: CommandContext,
  account: WalletAccount,
  movedCents: number,
  what: 'created' | 'updated',
  transactionId: string,
): Statement[] {
  const { db, ref, now } = context
  const { id } = account.row
  const changes = { id, movedCents, ...account.columns, updatedAt: now, lastBalanceSyncAt: now }
  return [
    moveWalletBalance(db, ref.organizationId, changes),
    transactionTold(context, transactionId, what),
    walletTold(context, id, 'updated'),
  ]
}

export function transactionTold(context: CommandContext, id: string, what: 'created' | 'updated'): Statement {
  return told(context, 'wallet_transaction', id, what)
}

export function walletTold(
  context: CommandContext,
  id: string,
  what: 'created' | 'updated' | 'terminated' | 'depleted_ongoing_balance',
): Statement {
  return told(context, 'wallet', id, what)
}

function told(
  { db, ref, now, newId }: CommandContext,
  subjectType: string,
  subjectId: string,
  what: string,
): Statement {
  return enqueue(db, {
    ...{ id: newId(), ...ref, messageType: `${subjectType}.${what}`, subjectType, subjectId, createdAt: now },
  })
}
