import { Temporal } from '@js-temporal/polyfill'
import type { AgendaStep } from '../agenda/kinds.js'
import { schedule, unschedule } from '../agenda/store.js'
import type { AgendaRow } from '../agenda/table.js'
import { sumCents } from '../core/invoicing/cents.js'
import { Decimal, ZERO } from '../core/money/decimal.js'
import { localDate, midnight } from '../core/time/zones.js'
import { creditsOf } from '../core/wallets/credits.js'
import { spreadUsage } from '../core/wallets/ongoing.js'
import {
  hasRunLow,
  intervalTopUp,
  thresholdTopUp,
  type WalletStanding,
  waitsAfterFailure,
} from '../core/wallets/recurring_rules.js'
import { type AskedCredits, NO_BOUNDS, topUpErrors } from '../core/wallets/top_up.js'
import { nextTopUpDay } from '../core/wallets/top_up_days.js'
import { NO_SECTIONS } from '../resources/custom_sections/terms.js'
import type { WalletRuleRow } from '../resources/wallet_rules/table.js'
import { isExpired, ruleOf } from '../resources/wallet_rules/terms.js'
import { updateWalletRow } from '../resources/wallets/store.js'
import type { WalletRow } from '../resources/wallets/table.js'
import { boundsOf, USUAL_PRIORITY } from '../resources/wallets/terms.js'
import type { CommandContext } from './command_context.js'
import type { CustomerState } from './load_customer.js'
import { joined, NOTHING, type Prepared, prepared } from './prepared.js'
import { topUp } from './top_up.js'
import { unpaidUsage } from './unpaid_usage.js'
import type { WalletAccount } from './wallet_account.js'

/** What each active wallet will have to pay of unpaid usage, by its id. Whole minor units. */
export async function ongoingUsage(
  context: CommandContext,
  state: CustomerState,
): Promise<ReadonlyMap<string, number>> {
  const { wallets } = state
  const looked = wallets.accounts.map((account) => ({
    ...account.asSource(),
    currency: account.row.currency,
    fillsUp: wallets.ruleOf(account.row.id, context.now)?.trigger === 'threshold',
  }))
  return spreadUsage(looked, await unpaidUsage(context, state))
}

/** Fills a wallet that has run low, if it has a rule for that. */
export function topUpByThreshold(
  context: CommandContext,
  state: CustomerState,
  account: WalletAccount,
  ongoingUsageCents: number,
): Prepared {
  const { id } = account.row
  const row = state.wallets.ruleOf(id, context.now)
  if (row?.trigger !== 'threshold') return NOTHING
  const rule = ruleOf(row)
  const standing = standingOf(state, account, ongoingUsageCents)
  if (!hasRunLow(rule, standing)) return NOTHING
  const asked = thresholdTopUp(rule, standing)
  const purchases = state.wallets.purchasesOf(id).map((one) => ({ ...one, isAutomatic: one.source !== 'manual' }))
  const buys = asked.paidCredits?.gt(0) ?? false
  if (buys && waitsAfterFailure(purchases, context.now)) return NOTHING
  return filled(context, state, account, row, asked)
}

/** Fills the wallets whose day it is, and notes when their next one is. */
export async function topUpByInterval(
  context: CommandContext,
  state: CustomerState,
  step: AgendaStep,
): Promise<Prepared> {
  const subjects = new Set(step.items.map(({ subjectId }) => subjectId))
  const rows = state.wallets.rules.filter((row) => subjects.has(row.id) && !isExpired(row, context.now))
  if (rows.length === 0) return NOTHING
  const used = await ongoingUsage(context, state)
  return joined(rows.map((row) => topUpOnDay(context, state, row, used)))
}

function topUpOnDay(
  context: CommandContext,
  state: CustomerState,
  row: WalletRuleRow,
  used: ReadonlyMap<string, number>,
): Prepared {
  const account = state.wallets.account(row.walletId)
  if (account === undefined || row.trigger !== 'interval') return NOTHING
  const today = localDate(context.now, state.zone)
  // Who has moved to another zone since may find that the day is still to come.
  if (!nextDay(row, account.row, state.zone, today)?.equals(today)) return rescheduledRule(context, state, row)
  const asked = intervalTopUp(ruleOf(row), standingOf(state, account, used.get(row.walletId) ?? 0))
  const toppedUpOn = today.toString()
  const scheduled = topUpItems(row, { ...account.row, toppedUpOn }, state.zone, context.now)
  const { db, ref, now } = context
  const statements = [
    updateWalletRow(db, ref.organizationId, row.walletId, { toppedUpOn, updatedAt: now }),
    ...scheduled.map((item) => schedule(db, item)),
  ]
  return joined([filled(context, state, account, row, asked), prepared({ scheduled, statements })])
}

function filled(
  context: CommandContext,
  state: CustomerState,
  account: WalletAccount,
  row: WalletRuleRow,
  asked: AskedCredits,
): Prepared {
  // More than a wallet can hold is no refill.
  const pending = sumCents(pendingOf(state, account).map(({ amountCents }) => amountCents))
  const errors = topUpErrors(asked, account.rate, NO_BOUNDS, account.balance.balanceCents + pending)
  if (account.isFull || Object.values(errors).flat().includes('value_is_out_of_range')) return NOTHING
  return topUp(context, state, account, asked, {
    name: row.transactionName,
    metadata: row.transactionMetadata,
    priority: USUAL_PRIORITY,
    source: row.trigger,
    invoiceRequiresSuccessfulPayment: row.invoiceRequiresSuccessfulPayment,
    purchaseOrderNumber: null,
    ...NO_SECTIONS,
  }).prepared
}

const pendingOf = (state: CustomerState, { row }: WalletAccount) =>
  state.wallets.purchasesOf(row.id).filter(({ status }) => status === 'pending')

function standingOf(state: CustomerState, account: WalletAccount, usedCents: number): WalletStanding {
  const { row, rate, balance } = account
  const pending = pendingOf(state, account)
  return {
    ongoingCredits: balance.creditsBalance.minus(creditsOf(usedCents, rate)),
    pendingCredits: pending.reduce((sum, { creditAmount }) => sum.plus(new Decimal(creditAmount)), ZERO),
    rate,
    bounds: boundsOf(row),
  }
}

/** When a rule is looked at again: on its next day, and when it ends. */
export function ruleItems(row: WalletRuleRow, wallet: WalletRow, zone: string, now: number): AgendaRow[] {
  const { organizationId, customerId, id: subjectId, expirationAt } = row
  const ends: AgendaRow[] =
    expirationAt === null ? [] : [{ organizationId, customerId, kind: 'expire_wallet', subjectId, dueAt: expirationAt }]
  return [...topUpItems(row, wallet, zone, now), ...ends]
}

function topUpItems(row: WalletRuleRow, wallet: WalletRow, zone: string, now: number): AgendaRow[] {
  const day = nextDay(row, wallet, zone, localDate(now, zone))
  const { organizationId, customerId, id: subjectId } = row
  return day === null
    ? []
    : [{ organizationId, customerId, kind: 'top_up_wallet', subjectId, dueAt: Math.max(midnight(day, zone), now) }]
}

/** Null for a rule without an interval. */
function nextDay(
  { interval, startedAt, createdAt }: WalletRuleRow,
  wallet: WalletRow,
  zone: string,
  today: Temporal.PlainDate,
): Temporal.PlainDate | null {
  if (interval === null) return null
  const calendar = {
    interval,
    anchorOn: localDate(startedAt ?? createdAt, zone),
    openedOn: localDate(wallet.createdAt, zone),
    toppedUpOn: wallet.toppedUpOn === null ? null : Temporal.PlainDate.from(wallet.toppedUpOn),
  }
  return nextTopUpDay(calendar, today)
}

/** The same in the customer's present zone. */
export function rescheduledRule(context: CommandContext, state: CustomerState, row: WalletRuleRow): Prepared {
  const { db, now } = context
  const account = state.wallets.account(row.walletId)
  const scheduled = account === undefined ? [] : topUpItems(row, account.row, state.zone, now)
  const statements = [unschedule(db, 'top_up_wallet', row.id), ...scheduled.map((item) => schedule(db, item))]
  return prepared({ scheduled, statements })
}
