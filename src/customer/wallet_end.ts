import type { AgendaStep } from '../agenda/kinds.js'
import { unschedule } from '../agenda/store.js'
import type { AgendaRow } from '../agenda/table.js'
import type { Statement } from '../db/commit.js'
import { endRulesOf, updateRuleRow } from '../resources/wallet_rules/store.js'
import { isExpired } from '../resources/wallet_rules/terms.js'
import { updateWalletRow } from '../resources/wallets/store.js'
import type { WalletRow } from '../resources/wallets/table.js'
import type { CommandContext } from './command_context.js'
import type { CustomerState } from './load_customer.js'
import { type Prepared, prepared } from './prepared.js'
import { walletTold } from './wallet_movements.js'

/** When a wallet ends by itself; nothing where it does not. */
export function walletExpiry({ id: subjectId, organizationId, customerId, expirationAt }: WalletRow): AgendaRow[] {
  if (expirationAt === null) return []
  return [{ organizationId, customerId, kind: 'expire_wallet', subjectId, dueAt: expirationAt }]
}

/** Ends a wallet: what it holds is shown as it was, and is of no use any more. */
export function endStatements(context: CommandContext, { id }: Pick<WalletRow, 'id'>): Statement[] {
  const { db, ref, now } = context
  return [
    updateWalletRow(db, ref.organizationId, id, { status: 'terminated', terminatedAt: now, updatedAt: now }),
    unschedule(db, 'expire_wallet', id),
    endRulesOf(db, ref.organizationId, id, { except: '', now }),
    walletTold(context, id, 'terminated'),
  ]
}

/** Ends the wallets, and the rules of wallets, that have expired by now, unless they do so later after all. */
export function expireWallets(context: CommandContext, state: CustomerState, step: AgendaStep): Prepared {
  const subjects = new Set(step.items.map(({ subjectId }) => subjectId))
  const expired = state.wallets.accounts
    .map(({ row }) => row)
    .filter(({ id, expirationAt }) => subjects.has(id) && expirationAt !== null && expirationAt <= context.now)
  const rules = state.wallets.rules.filter((rule) => subjects.has(rule.id) && isExpired(rule, context.now))
  const { db, ref, now } = context
  const ended = rules.map(({ id }) =>
    updateRuleRow(db, ref.organizationId, id, { status: 'terminated', updatedAt: now }),
  )
  return prepared({ statements: [...ended, ...expired.flatMap((row) => endStatements(context, row))] })
}
