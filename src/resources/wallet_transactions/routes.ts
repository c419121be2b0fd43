import type { Context } from 'hono'
import { customerObject } from '../../customer/contract.js'
import { type AppEnv, router } from '../../http/app_env.js'
import { readEnvelope } from '../../http/body.js'
import { fail } from '../../http/errors.js'
import { meta, pageOf } from '../../http/pagination.js'
import { Filters } from '../../http/query.js'
import { validate } from '../../http/validate.js'
import { customSectionsQuery } from '../custom_sections/store.js'
import { NO_WALLET } from '../wallets/answer.js'
import { findWallet } from '../wallets/store.js'
import type { WalletRow } from '../wallets/table.js'
import { moveCredits, movedWallet } from './schema.js'
import { serializeFunding, serializeTransaction } from './serialize.js'
import { listFundings, listTransactions, transactionQuery, transactionsById } from './store.js'
import {
  SETTLEMENT_STATUSES,
  TRANSACTION_STATUSES,
  TRANSACTION_TYPES,
  type TransactionType,
  type WalletTransactionRow,
} from './table.js'

const NOT_FOUND = { kind: 'not_found', thing: 'wallet_transaction' } as const

export const walletTransactionRoutes = router()
  .post('/', async (c) => {
    const envelope = await readEnvelope(c, 'wallet_transaction')
    if (!envelope.ok) return fail(c, envelope.failure)
    const { db, organizationId, now } = c.var
    const named = validate(movedWallet, envelope.value)
    const found = named.ok ? await findWallet(db, organizationId, named.value.wallet_id) : undefined
    if (found === undefined) return fail(c, { kind: 'invalid', details: { wallet_id: ['wallet_not_found'] } })
    const { wallet } = found
    const input = validate(moveCredits, envelope.value)
    if (!input.ok) return fail(c, input.failure)
    const ref = { organizationId, customerId: wallet.customerId }
    const moved = await customerObject(c.env, ref).moveCredits(ref, wallet.id, input.value, now)
    if (!moved.ok) return fail(c, moved.failure)
    const rows = await transactionsById(db, organizationId, moved.value)
    return c.json({ wallet_transactions: await serialized(c, wallet, rows) })
  })
  .get('/:id', async (c) => {
    const found = await find(c)
    if (found === undefined) return fail(c, NOT_FOUND)
    const [transaction] = await serialized(c, found.wallet, [found.row])
    return c.json({ wallet_transaction: transaction })
  })
  // Who pays an invoice through a provider is sent to it; there is none to be sent to.
  .post('/:id/payment_url', async (c) => {
    const found = await find(c)
    if (found === undefined) return fail(c, NOT_FOUND)
    return fail(c, { kind: 'invalid', details: paymentUrlErrors(found.row) })
  })
  .get('/:id/fundings', (c) => listOtherSide(c, 'outbound', 'wallet_transaction_fundings'))
  .get('/:id/consumptions', (c) => listOtherSide(c, 'inbound', 'wallet_transaction_consumptions'))

/** What has come into one wallet and left it. */
export const transactionsOfWalletRoutes = router().get('/:id/wallet_transactions', async (c) => {
  const { db, organizationId } = c.var
  const found = await findWallet(db, organizationId, c.req.param('id'))
  if (found === undefined) return fail(c, NO_WALLET)
  const page = pageOf(c)
  const filters = new Filters(c)
  // A word that is none of those asked about narrows nothing.
  const given = {
    status: SETTLEMENT_STATUSES.find((word) => word === filters.text('status')),
    transactionStatus: TRANSACTION_STATUSES.find((word) => word === filters.text('transaction_status')),
    transactionType: TRANSACTION_TYPES.find((word) => word === filters.text('transaction_type')),
  }
  const { rows, totalCount } = await listTransactions(db, organizationId, found.wallet.id, given, page)
  return c.json({ wallet_transactions: await serialized(c, found.wallet, rows), meta: meta(page, totalCount) })
})

interface Found {
  readonly row: WalletTransactionRow
  readonly wallet: WalletRow
}

async function find(c: Context<AppEnv, '/:id'>): Promise<Found | undefined> {
  const { db, organizationId } = c.var
  const [row] = await transactionQuery(db, organizationId, c.req.param('id'))
  const found = row && (await findWallet(db, organizationId, row.walletId))
  return found && { row, wallet: found.wallet }
}

async function serialized(c: Context<AppEnv>, wallet: WalletRow, rows: readonly WalletTransactionRow[]) {
  const sections = await customSectionsQuery(c.var.db, c.var.organizationId)
  return rows.map((row) => serializeTransaction(row, wallet, sections))
}

async function listOtherSide(c: Context<AppEnv, '/:id'>, asked: TransactionType, name: string) {
  const found = await find(c)
  if (found === undefined) return fail(c, NOT_FOUND)
  const { row, wallet } = found
  if (row.transactionType !== asked) {
    return fail(c, { kind: 'invalid', details: { transaction_type: ['invalid_transaction_type'] } })
  }
  const page = pageOf(c)
  const { rows, totalCount } = await listFundings(c.var.db, c.var.organizationId, row, page)
  const others = await serialized(
    c,
    wallet,
    rows.map(({ transaction }) => transaction),
  )
  const listed = rows.flatMap(({ funding }, i) => {
    const other = others[i]
    return other === undefined ? [] : [serializeFunding(funding, wallet, other)]
  })
  return c.json({ [name]: listed, meta: meta(page, totalCount) })
}

function paymentUrlErrors({ transactionStatus, status, invoiceId }: WalletTransactionRow): Record<string, string[]> {
  if (transactionStatus !== 'purchased') return { base: ['wallet_transaction_not_purchased'] }
  if (status === 'settled') return { base: ['wallet_transaction_already_settled'] }
  return { base: [invoiceId === null ? 'wallet_transaction_has_no_attached_invoice' : 'no_linked_payment_provider'] }
}
