import { and, eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { moveCredits } from '../../../src/customer/commands/move_credits.js'
import { openWallet } from '../../../src/customer/commands/open_wallet.js'
import { walletTransactions } from '../../../src/resources/wallet_transactions/table.js'
import { wallets } from '../../../src/resources/wallets/table.js'
import type { Deed, WalletSpec } from './history.js'
import type { HistoryLife } from './life.js'
import type { HistoryRecord } from './record.js'

export async function openedWallet(life: HistoryLife, spec: WalletSpec): Promise<void> {
  const monthly = { trigger: 'interval', interval: 'monthly', granted_credits: `${spec.monthlyCredits}` } as const
  const opened = await openWallet(life.object.context(life.now), {
    rate_amount: spec.rateAmount,
    currency: 'EUR',
    limits: { feeTypes: spec.paysForUsageOnly ? ['charge'] : [] },
    recurring_transaction_rules: spec.monthlyCredits > 0 ? [monthly] : undefined,
  })
  if (!opened.ok) throw new Error(JSON.stringify(opened.failure))
}

/** As a careful client does it: one that is not sure whether it was heard looks before it asks again. */
export async function prepaid(life: HistoryLife, { credits }: Extract<Deed, { kind: 'prepay' }>): Promise<void> {
  const { db } = life.world
  const { customerId } = life.ref
  const name = `deed ${life.deeds}`
  const own = eq(walletTransactions.customerId, customerId)
  const [wallet] = await db.select().from(wallets).where(eq(wallets.customerId, customerId))
  const done = await db
    .select()
    .from(walletTransactions)
    .where(and(own, eq(walletTransactions.name, name)))
  if (wallet === undefined || done.length > 0) return
  const amount = `${Math.abs(credits)}`
  // More than there is cannot be taken: that is refused, and nothing happens.
  await moveCredits(life.object.context(life.now), wallet.id, {
    name,
    ...(credits < 0 ? { voided_credits: amount } : { granted_credits: amount }),
  })
}

/** What wallets hold is what is left of all that came in, and what invoices took is what they say that they took. */
export function checkWallets({ wallets: all, transactions, fundings, invoices }: HistoryRecord): void {
  const sum = (amounts: readonly (number | null)[]) => amounts.reduce<number>((whole, one) => whole + (one ?? 0), 0)
  for (const wallet of all) {
    const own = transactions.filter(({ walletId }) => walletId === wallet.id)
    expect(wallet.balanceCents).toBe(sum(own.map((one) => one.remainingAmountCents)))
    let balance = 0
    for (const { transactionType, transactionStatus, amountCents, invoiceId } of own) {
      balance += transactionType === 'inbound' ? amountCents : -amountCents
      const invoice = invoices.find(({ id }) => id === invoiceId)
      // A wallet for everything leaves nothing due as long as it holds anything.
      if (transactionStatus === 'invoiced' && wallet.feeTypes.length === 0 && (invoice?.totalAmountCents ?? 0) > 0) {
        expect(balance).toBe(0)
      }
    }
    expect(wallet.balanceCents).toBe(balance)
  }
  for (const { id, transactionType, amountCents } of transactions) {
    const side = transactionType === 'outbound' ? 'outboundId' : 'inboundId'
    const funded = sum(fundings.filter((one) => one[side] === id).map((one) => one.amountCents))
    if (transactionType === 'outbound') expect(funded).toBe(amountCents)
    else expect(funded).toBeLessThanOrEqual(amountCents)
  }
  for (const { id, prepaidCreditAmountCents } of invoices) {
    const drawn = transactions.filter(
      ({ invoiceId, transactionStatus }) => invoiceId === id && transactionStatus === 'invoiced',
    )
    expect(sum(drawn.map(({ amountCents }) => amountCents))).toBe(prepaidCreditAmountCents)
  }
}
