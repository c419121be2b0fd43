import { updateWalletRow } from '../../resources/wallets/store.js'
import type { CommandContext } from '../command_context.js'
import type { CustomerState } from '../load_customer.js'
import { joined, NOTHING, type Prepared, prepared } from '../prepared.js'
import type { WalletAccount } from '../wallet_account.js'
import { walletTold } from '../wallet_movements.js'
import { ongoingUsage, topUpByThreshold } from '../wallet_rule_work.js'
import { mustCarryOut } from './run.js'

/**
 * Writes down what the customer's wallets will have to pay of usage and drafts (wallet rules, section 1.7), where that has changed, tells
 * once that one will not be enough any more, and fills those that have run low by their rules.
 * @param state of now
 */
export async function refreshWallets(context: CommandContext, state: CustomerState): Promise<void> {
  const { accounts } = state.wallets
  context.wallets.heed(accounts.length > 0)
  if (!context.wallets.isDue || accounts.length === 0) return
  context.wallets.look()
  // What has ended and is about to be billed is neither usage of a running period nor a draft: its bill is followed by another look.
  if (state.due.some(({ kind }) => kind === 'bill_period' || kind === 'end_subscription')) return
  try {
    const used = await ongoingUsage(context, state)
    const work = accounts.map((account) => refreshed(context, state, account, used.get(account.row.id) ?? 0))
    const all = joined(work.flatMap(({ figures, filling }) => [figures, filling]))
    if (all.statements.length > 0) await mustCarryOut(context, all)
    // What has just come in is looked at like everything else.
    if (work.some(({ filling }) => filling !== NOTHING)) context.wallets.doubt()
  } catch (error) {
    context.wallets.doubt()
    throw error
  }
}

interface Refreshed {
  /** What is written down of the wallet. */
  readonly figures: Prepared
  /** What comes in because it has run low. */
  readonly filling: Prepared
}

function refreshed(
  context: CommandContext,
  state: CustomerState,
  account: WalletAccount,
  ongoingUsageCents: number,
): Refreshed {
  const { db, ref, now } = context
  const { row, balance } = account
  const ongoingSeenCents = balance.balanceCents - ongoingUsageCents
  const isDepleted = ongoingSeenCents <= 0
  const hasMoved = ongoingSeenCents !== row.ongoingSeenCents
  if (!hasMoved && ongoingUsageCents === row.ongoingUsageCents && isDepleted === row.isDepleted) {
    return { figures: NOTHING, filling: NOTHING }
  }
  const changes = { ongoingUsageCents, ongoingSeenCents, isDepleted, lastBalanceSyncAt: now }
  const statements = [
    updateWalletRow(db, ref.organizationId, row.id, changes),
    ...(isDepleted && !row.isDepleted ? [walletTold(context, row.id, 'depleted_ongoing_balance')] : []),
  ]
  return {
    figures: prepared({ statements }),
    filling: hasMoved ? topUpByThreshold(context, state, account, ongoingUsageCents) : NOTHING,
  }
}
