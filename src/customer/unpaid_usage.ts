import { roundToCents } from '../core/invoicing/cents.js'
import { keepsFee } from '../core/invoicing/fee.js'
import { type Decimal, ZERO } from '../core/money/decimal.js'
import { relieve, taxesOfKey } from '../core/progressive_billing/relief.js'
import { bucketOf, grossCents } from '../core/wallets/buckets.js'
import type { UnpaidBucket } from '../core/wallets/ongoing.js'
import { feesOfDrafts } from '../resources/fees/load.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import { chargeFees } from './charge_fees.js'
import type { CommandContext } from './command_context.js'
import { FeeRoom } from './fee_room.js'
import { creditedItem } from './invoice_credits.js'
import { type CustomerState, planOf } from './load_customer.js'
import { runningPeriod } from './running_period.js'

type Unpaid = Parameters<typeof bucketOf>[0] & Parameters<typeof grossCents>[0] & { readonly currency: string }

/**
 * What the customer has used or is about to be billed for, and has not paid (wallet rules, section 1.7): usage in arrears of the periods that
 * run, less what was billed of it on the way, and drafts. Usage in advance is billed as it comes.
 */
export async function unpaidUsage(context: CommandContext, state: CustomerState): Promise<UnpaidBucket[]> {
  const sums: Sums = new Map()
  // One after the other, for each may have thousands of fees; and all before anything is awaited.
  for (const subscription of state.subscriptions.filter(({ status }) => status === 'active')) {
    const fees = runningFees(context, state, subscription)
    context.wallets.looked(fees.length)
    add(sums, fees)
  }
  if (state.drafts.length > 0) add(sums, await draftFees(context))
  return [...sums.values()].map(({ bucket, cents }) => ({ ...bucket, netCents: roundToCents(cents) }))
}

type Sums = Map<string, { readonly bucket: Omit<UnpaidBucket, 'netCents'>; readonly cents: Decimal }>

function add(sums: Sums, fees: readonly Unpaid[]): void {
  for (const fee of fees) {
    const bucket = { ...bucketOf(fee), currency: fee.currency }
    const key = JSON.stringify(bucket)
    sums.set(key, { bucket, cents: grossCents(fee).plus(sums.get(key)?.cents ?? ZERO) })
  }
}

function runningFees(
  { usage, now }: CommandContext,
  state: CustomerState,
  subscription: SubscriptionRow,
): readonly Unpaid[] {
  const period = runningPeriod(state, subscription, now, '')
  const fees = chargeFees(usage, state, period, new FeeRoom()).filter(keepsFee)
  const source = state.progressive.sourceOf(period)
  if (source === undefined) return fees
  const relief = relieve(fees, source)
  const { currency } = planOf(state, subscription)
  return [...relief.fees, ...relief.surplus.map((one) => ({ ...one, ...TAKEN_OFF, currency })).map(negative)]
}

/** What was billed beyond what usage is worth by now is of no metric: it is taken off all of them together. */
const TAKEN_OFF = { type: 'charge', item: { id: '' }, groupedBy: {}, preciseCouponsAmountCents: ZERO } as const

const negative = <S extends { readonly amountCents: number; readonly taxes: string }>(surplus: S) => ({
  ...surplus,
  amountCents: -surplus.amountCents,
  taxes: taxesOfKey(surplus.taxes),
})

async function draftFees({ db, ref }: CommandContext): Promise<readonly Unpaid[]> {
  const rows = await feesOfDrafts(db, ref.organizationId, ref.customerId)
  return rows.map((row) => ({
    ...creditedItem(row, ZERO).fee,
    type: row.feeType,
    item: { id: row.itemId },
    groupedBy: row.groupedBy,
    currency: row.currency,
  }))
}
