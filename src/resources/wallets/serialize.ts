import { Decimal } from '../../core/money/decimal.js'
import { formatDecimal } from '../../core/money/format.js'
import { creditsOf } from '../../core/wallets/credits.js'
import { seconds } from '../../http/timestamps.js'
import { serializeChosen } from '../custom_sections/serialize.js'
import type { CustomSectionRow } from '../custom_sections/table.js'
import { serializeRule } from '../wallet_rules/serialize.js'
import type { WalletRuleRow } from '../wallet_rules/table.js'
import type { WalletListing } from './store.js'
import { rateOf } from './terms.js'

/** What answers name that a wallet has only the ids or codes of. */
export interface WalletSurroundings {
  /** Codes of metrics by id. */
  readonly metricCodes: ReadonlyMap<string, string>
  readonly sections: readonly CustomSectionRow[]
  /** Those that hold, of these and other wallets. */
  readonly rules: readonly WalletRuleRow[]
}

/** Who pays: no way of payment can be chosen, so it is the one of the customer. */
export const USUAL_PAYMENT_METHOD = { payment_method_type: 'provider', payment_method_id: null } as const

export function serializeWallet(
  { wallet, externalCustomerId, customerEntityCode }: WalletListing,
  { metricCodes, sections, rules }: WalletSurroundings,
) {
  const ongoingCredits = creditsOf(wallet.ongoingUsageCents, rateOf(wallet))
  return {
    lago_id: wallet.id,
    lago_customer_id: wallet.customerId,
    external_customer_id: externalCustomerId,
    billing_entity_code: wallet.billingEntityCode ?? customerEntityCode,
    status: wallet.status,
    currency: wallet.currency,
    name: wallet.name,
    code: wallet.code,
    priority: wallet.priority,
    rate_amount: decimal(wallet.rateAmount),
    credits_balance: decimal(wallet.creditsBalance),
    balance_cents: wallet.balanceCents,
    consumed_credits: decimal(wallet.consumedCredits),
    created_at: seconds(wallet.createdAt),
    expiration_at: seconds(wallet.expirationAt),
    last_balance_sync_at: seconds(wallet.lastBalanceSyncAt),
    last_consumed_credit_at: seconds(wallet.lastConsumedCreditAt),
    terminated_at: seconds(wallet.terminatedAt),
    invoice_requires_successful_payment: wallet.invoiceRequiresSuccessfulPayment,
    applies_to: {
      fee_types: wallet.feeTypes,
      billable_metric_codes: wallet.metricIds.flatMap((id) => metricCodes.get(id) ?? []),
    },
    recurring_transaction_rules: rules.filter(({ walletId }) => walletId === wallet.id).map(serializeRule),
    ongoing_balance_cents: wallet.balanceCents - wallet.ongoingUsageCents,
    ongoing_usage_balance_cents: wallet.ongoingUsageCents,
    credits_ongoing_balance: formatDecimal(new Decimal(wallet.creditsBalance).minus(ongoingCredits)),
    credits_ongoing_usage_balance: formatDecimal(ongoingCredits),
    paid_top_up_min_amount_cents: wallet.paidTopUpMinAmountCents,
    paid_top_up_max_amount_cents: wallet.paidTopUpMaxAmountCents,
    applied_invoice_custom_sections: serializeChosen(sections, wallet.customSectionCodes),
    payment_method: USUAL_PAYMENT_METHOD,
    purchase_order_number: wallet.purchaseOrderNumber,
    ...(wallet.metadata === null ? {} : { metadata: wallet.metadata }),
  }
}

const decimal = (text: string): string => formatDecimal(new Decimal(text))
