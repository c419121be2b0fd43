import { schedule, unschedule } from '../agenda/store.js'
import { ok, type Result } from '../core/result.js'
import type { Statement } from '../db/commit.js'
import { endRulesOf, insertRule, updateRuleRow } from '../resources/wallet_rules/store.js'
import type { WalletRuleRow } from '../resources/wallet_rules/table.js'
import { changedRule, INVALID_RULE, type RuleInput } from '../resources/wallet_rules/terms.js'
import type { WalletRow } from '../resources/wallets/table.js'
import type { CommandContext } from './command_context.js'
import { ruleItems } from './wallet_rule_work.js'

/**
 * Gives a wallet the rule that a request names, in place of the one it has: the same one changed if that is named by its id. None are
 * sent: nothing changes; an empty list leaves it without.
 * @param zone of the customer
 */
export function rulesSaved(
  context: CommandContext,
  wallet: WalletRow,
  before: WalletRuleRow | undefined,
  sent: readonly RuleInput[] | undefined,
  zone: string,
): Result<Statement[]> {
  if (sent === undefined) return ok([])
  const { db, ref, now, newId } = context
  const [wish] = sent
  const named = wish?.lago_id ?? null
  if (named !== null && named !== before?.id) return INVALID_RULE
  const kept = named === null ? undefined : before
  const end = endRulesOf(db, ref.organizationId, wallet.id, { except: kept?.id ?? '', now })
  if (wish === undefined) return ok([end])
  const terms = changedRule(kept, wish, wallet, now)
  if (!terms.ok) return terms
  const fresh = { seq: 0, id: newId(), ...ref, createdAt: now, walletId: wallet.id }
  const row: WalletRuleRow = { ...(kept ?? fresh), ...terms.value, status: 'active', updatedAt: now }
  const { seq: _, ...columns } = row
  return ok([
    end,
    kept === undefined ? insertRule(db, columns) : updateRuleRow(db, ref.organizationId, row.id, terms.value),
    unschedule(db, 'top_up_wallet', row.id),
    unschedule(db, 'expire_wallet', row.id),
    ...ruleItems(row, wallet, zone, now).map((item) => schedule(db, item)),
  ])
}
