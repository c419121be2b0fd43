import { Decimal } from '../../core/money/decimal.js'
import { invalid, ok, type Result } from '../../core/result.js'
import { type RecurringRule, TRIGGERS } from '../../core/wallets/recurring_rules.js'
import { NO_BOUNDS, topUpErrors } from '../../core/wallets/top_up.js'
import type { MetadataPair } from '../wallet_transactions/table.js'
import type { WalletRow } from '../wallets/table.js'
import { boundsOf, rateOf } from '../wallets/terms.js'
import type { WalletRuleRow } from './table.js'

/** A rule as a request sends it. Absent leaves it as it is; credits are decimal text, moments epoch milliseconds. */
export interface RuleInput {
  /** Of the rule that is changed. */
  readonly lago_id?: string | null | undefined
  readonly trigger?: RecurringRule['trigger'] | undefined
  readonly interval?: WalletRuleRow['interval'] | undefined
  readonly method?: RecurringRule['method'] | null | undefined
  readonly threshold_credits?: string | null | undefined
  readonly paid_credits?: string | null | undefined
  readonly granted_credits?: string | null | undefined
  readonly target_ongoing_balance?: string | null | undefined
  readonly grants_target_top_up?: boolean | null | undefined
  readonly started_at?: number | null | undefined
  readonly expiration_at?: number | null | undefined
  readonly invoice_requires_successful_payment?: boolean | null | undefined
  readonly ignore_paid_top_up_limits?: boolean | null | undefined
  readonly transaction_name?: string | null | undefined
  readonly transaction_metadata?: readonly MetadataPair[] | null | undefined
}

/** What a rule can be: it has neither place nor life yet. */
export type RuleTerms = Omit<
  WalletRuleRow,
  'seq' | 'id' | 'organizationId' | 'customerId' | 'walletId' | 'createdAt' | 'updatedAt' | 'status'
>

export const INVALID_RULE = invalid({ recurring_transaction_rules: ['invalid_recurring_rule'] })

/**
 * A rule of a wallet after a request (wallet rules, section 1.8), or that it makes no sense. A fixed one that names no amounts repeats the
 * wallet's first credits.
 * @param before undefined for a new rule
 */
export function changedRule(
  before: RuleTerms | undefined,
  sent: RuleInput,
  wallet: WalletRow,
  now: number,
): Result<RuleTerms> {
  const kept = <T>(value: T | undefined, was: T): T => (value === undefined ? was : value)
  const trigger = sent.trigger ?? before?.trigger
  if (trigger === undefined || !TRIGGERS.includes(trigger)) return INVALID_RULE
  const method = sent.method ?? before?.method ?? 'fixed'
  const namesAmounts = sent.paid_credits != null || sent.granted_credits != null
  const repeats = method === 'fixed' && !namesAmounts && before === undefined
  const terms: RuleTerms = {
    trigger,
    interval: trigger === 'interval' ? kept(sent.interval, before?.interval ?? null) : null,
    method,
    thresholdCredits: (trigger === 'threshold' ? kept(sent.threshold_credits, before?.thresholdCredits) : '0') ?? '',
    paidCredits: sent.paid_credits ?? (repeats ? wallet.firstPaidCredits : (before?.paidCredits ?? '0')),
    grantedCredits: sent.granted_credits ?? (repeats ? wallet.firstGrantedCredits : (before?.grantedCredits ?? '0')),
    targetOngoingBalance:
      method === 'target' ? kept(sent.target_ongoing_balance, before?.targetOngoingBalance ?? null) : null,
    grantsTargetTopUp: method === 'target' ? (sent.grants_target_top_up ?? before?.grantsTargetTopUp ?? false) : null,
    startedAt: kept(sent.started_at, before?.startedAt ?? null),
    expirationAt: kept(sent.expiration_at, before?.expirationAt ?? null),
    invoiceRequiresSuccessfulPayment:
      sent.invoice_requires_successful_payment ??
      before?.invoiceRequiresSuccessfulPayment ??
      wallet.invoiceRequiresSuccessfulPayment,
    ignorePaidTopUpLimits: sent.ignore_paid_top_up_limits ?? before?.ignorePaidTopUpLimits ?? false,
    transactionName: kept(sent.transaction_name, before?.transactionName ?? null),
    transactionMetadata: [...(sent.transaction_metadata ?? before?.transactionMetadata ?? [])],
  }
  const isGranting = method === 'fixed' && sent.grants_target_top_up === true
  return isGranting || !isSensible(terms, before, wallet, now) ? INVALID_RULE : ok(terms)
}

function isSensible(terms: RuleTerms, before: RuleTerms | undefined, wallet: WalletRow, now: number): boolean {
  const { trigger, interval, method, thresholdCredits, targetOngoingBalance, expirationAt } = terms
  if (trigger === 'interval' ? interval === null : thresholdCredits === '') return false
  if (method === 'target') {
    if (targetOngoingBalance === null) return false
    if (trigger === 'threshold' && new Decimal(targetOngoingBalance).lt(thresholdCredits)) return false
  }
  if (expirationAt !== null && expirationAt <= now && expirationAt !== before?.expirationAt) return false
  return isWithinBounds(terms, wallet)
}

/** What a wallet could not hold is no amount, whatever is ignored; the bounds of purchases are for fixed ones. */
function isWithinBounds(terms: RuleTerms, wallet: WalletRow): boolean {
  const { method, paidCredits, grantedCredits, targetOngoingBalance, ignorePaidTopUpLimits } = terms
  const bounds = method === 'target' || ignorePaidTopUpLimits ? NO_BOUNDS : boundsOf(wallet)
  const target = new Decimal(targetOngoingBalance ?? 0)
  const all = [
    { paidCredits: new Decimal(paidCredits), grantedCredits: new Decimal(grantedCredits), bounds },
    { paidCredits: Decimal.max(target, 0), grantedCredits: null, bounds: NO_BOUNDS },
  ]
  return all.every((one) => Object.keys(topUpErrors(one, rateOf(wallet), one.bounds, 0)).length === 0)
}

/** A stored rule as it is reckoned with. */
export const ruleOf = (row: RuleTerms): RecurringRule => ({
  trigger: row.trigger,
  interval: row.interval,
  method: row.method,
  thresholdCredits: new Decimal(row.thresholdCredits),
  paidCredits: new Decimal(row.paidCredits),
  grantedCredits: new Decimal(row.grantedCredits),
  targetOngoingBalance: row.targetOngoingBalance === null ? null : new Decimal(row.targetOngoingBalance),
  grantsTargetTopUp: row.grantsTargetTopUp ?? false,
  ignorePaidTopUpLimits: row.ignorePaidTopUpLimits,
})

/** Whether a rule is over though nobody has marked it so yet. */
export const isExpired = ({ expirationAt }: Pick<WalletRuleRow, 'expirationAt'>, now: number): boolean =>
  expirationAt !== null && expirationAt <= now
