import type { Metadata } from '../../core/metadata.js'
import { Decimal } from '../../core/money/decimal.js'
import { type FieldErrors, invalid, ok, type Result } from '../../core/result.js'
import type { WalletLimits } from '../../core/wallets/buckets.js'
import type { CreditRate } from '../../core/wallets/credits.js'
import type { TopUpBounds } from '../../core/wallets/top_up.js'
import type { SentChoice } from '../custom_sections/terms.js'
import type { RuleInput } from '../wallet_rules/terms.js'
import type { MetadataPair } from '../wallet_transactions/table.js'
import type { WalletRow } from './table.js'

/** What a request may say of a wallet at any time. Absent leaves it as it is; null takes it away, where it may be absent. */
export interface WalletChanges {
  readonly name?: string | null | undefined
  readonly code?: string | null | undefined
  readonly priority?: number | null | undefined
  readonly billing_entity_code?: string | null | undefined
  /** Epoch milliseconds. */
  readonly expiration_at?: number | null | undefined
  readonly invoice_requires_successful_payment?: boolean | null | undefined
  /** Whole minor units. */
  readonly paid_top_up_min_amount_cents?: number | null | undefined
  readonly paid_top_up_max_amount_cents?: number | null | undefined
  readonly purchase_order_number?: string | null | undefined
  readonly invoice_custom_section?: SentChoice | null | undefined
  readonly metadata?: Metadata | null | undefined
  /** What it pays for, by ids. */
  readonly limits?: Partial<WalletLimits> | undefined
  readonly recurring_transaction_rules?: readonly RuleInput[] | undefined
}

/** A wallet as it is asked for, with its first credits (decimal text). */
export interface WalletInput extends WalletChanges {
  /** Decimal text, above 0. */
  readonly rate_amount: string
  readonly currency?: string | null | undefined
  readonly paid_credits?: string | null | undefined
  readonly granted_credits?: string | null | undefined
  readonly ignore_paid_top_up_limits_on_creation?: boolean | null | undefined
  readonly transaction_name?: string | null | undefined
  readonly transaction_metadata?: readonly MetadataPair[] | null | undefined
  readonly transaction_priority?: number | null | undefined
}

/** Transactions of one wallet with something left of them: all are read with its customer. */
export const MAX_OPEN_INBOUND = 10_000

/** Active wallets of one customer. */
const MAX_ACTIVE_WALLETS = 6

/** The priority of a wallet, and of a transaction, unless another is named. */
export const USUAL_PRIORITY = 50

const FALLBACK_CODE = 'default'
/** Characters of a code that is made of a name, with room for what tells it apart. */
const MAX_MADE_CODE_LENGTH = 200

export const rateOf = ({ rateAmount, currency }: Pick<WalletRow, 'rateAmount' | 'currency'>): CreditRate => ({
  rateAmount: new Decimal(rateAmount),
  currency,
})

export const boundsOf = (row: Pick<WalletRow, 'paidTopUpMinAmountCents' | 'paidTopUpMaxAmountCents'>): TopUpBounds => ({
  minAmountCents: row.paidTopUpMinAmountCents,
  maxAmountCents: row.paidTopUpMaxAmountCents,
})

/**
 * The code of a new wallet (wallet rules, section 1): the one that is given, which must be free, else one made of its name, with the moment
 * behind it where that is taken.
 * @param taken by active wallets of the customer
 * @param now epoch milliseconds
 */
export function codeOfWallet(
  { code, name }: Pick<WalletChanges, 'code' | 'name'>,
  taken: ReadonlySet<string>,
  now: number,
): Result<string> {
  if (code != null) return taken.has(code) ? invalid({ code: ['value_already_exist'] }) : ok(code)
  const words = (name ?? '').toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  const made = words.join('_').slice(0, MAX_MADE_CODE_LENGTH) || FALLBACK_CODE
  if (!taken.has(made)) return ok(made)
  const stamped = `${made}_${Math.floor(now / 1000)}`
  const others = Array.from({ length: taken.size }, (_, i) => `${stamped}_${i + 2}`)
  return ok([stamped, ...others].find((one) => !taken.has(one)) ?? stamped)
}

/** What is wrong with a wallet as it would be; nothing when all is well. */
export function walletErrors(
  row: Pick<WalletRow, 'expirationAt' | 'paidTopUpMinAmountCents' | 'paidTopUpMaxAmountCents'>,
  before: Pick<WalletRow, 'expirationAt'> | null,
  now: number,
): FieldErrors {
  const { expirationAt, paidTopUpMinAmountCents: min, paidTopUpMaxAmountCents: max } = row
  const isPast = expirationAt !== null && expirationAt <= now && expirationAt !== before?.expirationAt
  return {
    ...(isPast ? { expiration_at: ['invalid_date'] } : {}),
    ...(min !== null && max !== null && max < min
      ? { paid_top_up_max_amount_cents: ['must_be_greater_than_or_equal_min'] }
      : {}),
  }
}

/** Why a customer with so many active wallets can have no other; nothing where there is room. */
export const limitErrors = (active: number): FieldErrors =>
  active >= MAX_ACTIVE_WALLETS ? { customer: ['wallet_limit_reached'] } : {}
