import { type FieldErrors, invalid, ok, type Result } from '../../core/result.js'
import { NO_BOUNDS, topUpErrors } from '../../core/wallets/top_up.js'
import { type VoidedCredits, voidOf } from '../../core/wallets/void_credits.js'
import { NO_SECTIONS, sectionsOf } from '../../resources/custom_sections/terms.js'
import { transactionQuery } from '../../resources/wallet_transactions/store.js'
import { askedCredits, creditsSent, type MovementInput } from '../../resources/wallet_transactions/terms.js'
import { walletQuery } from '../../resources/wallets/store.js'
import { boundsOf, USUAL_PRIORITY } from '../../resources/wallets/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { loadCustomer } from '../load_customer.js'
import { joined, NOTHING, type Prepared, prepared } from '../prepared.js'
import { topUp } from '../top_up.js'
import type { WalletAccount } from '../wallet_account.js'
import { newTransaction, outboundStatements } from '../wallet_movements.js'
import type { PurchaseTerms } from '../wallet_purchases.js'
import { billDue } from './bill_due.js'
import { mustCarryOut } from './run.js'

/**
 * Buys, gives and voids credits of a wallet (wallet rules, section 1.1), all that is asked for or nothing. What is due before is billed
 * first. Gives the ids of the transactions.
 */
export async function moveCredits(
  context: CommandContext,
  walletId: string,
  input: MovementInput,
): CommandResult<readonly string[]> {
  await billDue(context)
  const { db, ref, now } = context
  const state = await loadCustomer(db, ref, now)
  const account = state?.wallets.account(walletId)
  if (state === undefined || account === undefined) return unusable(context, walletId)
  const asked = askedCredits(input)
  const { rate, balance, row } = account
  const bounds = input.ignore_paid_top_up_limits ? NO_BOUNDS : boundsOf(row)
  const voided = await voidAsked(context, account, input)
  const isFull = account.isFull && (asked.paidCredits !== null || asked.grantedCredits !== null)
  const errors: FieldErrors = {
    ...(isFull ? { wallet_id: ['wallet_transaction_limit_reached'] } : {}),
    ...topUpErrors(asked, rate, bounds, balance.balanceCents),
    ...(voided.ok ? {} : voided.failure.kind === 'invalid' ? (voided.failure.details as FieldErrors) : {}),
  }
  if (Object.keys(errors).length > 0) return invalid(errors)
  if (!voided.ok) return voided
  const terms: PurchaseTerms = {
    name: input.name ?? null,
    metadata: [...(input.metadata ?? [])],
    priority: input.priority ?? USUAL_PRIORITY,
    source: 'manual',
    invoiceRequiresSuccessfulPayment: input.invoice_requires_successful_payment ?? row.invoiceRequiresSuccessfulPayment,
    purchaseOrderNumber: input.purchase_order_number ?? null,
    ...sectionsOf(NO_SECTIONS, input.invoice_custom_section),
  }
  const topped = topUp(context, state, account, asked, terms)
  const gone = voided.value === null ? null : voiding(context, account, voided.value, terms)
  await mustCarryOut(context, joined([topped.prepared, gone?.prepared ?? NOTHING]))
  return ok([...topped.ids, ...(gone === null ? [] : [gone.id])])
}

async function unusable({ db, ref }: CommandContext, walletId: string): CommandResult<never> {
  const [row] = await walletQuery(db, ref.organizationId, ref.customerId, walletId)
  return invalid({ wallet_id: [row === undefined ? 'wallet_not_found' : 'wallet_is_terminated'] })
}

/** The void that is asked for, null for none. */
async function voidAsked(
  { db, ref }: CommandContext,
  account: WalletAccount,
  { voided_credits: credits, voided_transaction_id: aimedId }: MovementInput,
): Promise<Result<VoidedCredits | null>> {
  const [aimed] = aimedId == null ? [] : await transactionQuery(db, ref.organizationId, aimedId)
  const isOwn = aimed?.walletId === account.row.id && aimed.transactionType === 'inbound'
  if (aimedId != null && !isOwn) return invalid({ voided_transaction_id: ['wallet_transaction_not_found'] })
  const target = aimedId == null ? null : { id: aimedId, remainingCents: aimed?.remainingAmountCents ?? 0 }
  return voidOf(creditsSent(credits), target, account.rate, account.balance)
}

function voiding(
  context: CommandContext,
  account: WalletAccount,
  { credited, inboundId }: VoidedCredits,
  { name, metadata, priority }: PurchaseTerms,
): { readonly id: string; readonly prepared: Prepared } {
  const what = { transactionType: 'outbound', transactionStatus: 'voided', status: 'settled' } as const
  const transaction = newTransaction(context, account, credited, { ...what, name, metadata, priority })
  const fundings = account.fundingsOf(credited.amountCents, inboundId)
  account.give(credited, fundings)
  return {
    id: transaction.id,
    prepared: prepared({ statements: outboundStatements(context, account, transaction, fundings) }),
  }
}
