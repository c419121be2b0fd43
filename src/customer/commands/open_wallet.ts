import { schedule } from '../../agenda/store.js'
import { Decimal } from '../../core/money/decimal.js'
import { type FieldErrors, invalid, notFound, ok, type Result } from '../../core/result.js'
import { NO_BOUNDS, topUpErrors } from '../../core/wallets/top_up.js'
import { NO_SECTIONS, sectionsOf } from '../../resources/custom_sections/terms.js'
import { updateCustomerRow } from '../../resources/customers/store.js'
import { askedCredits } from '../../resources/wallet_transactions/terms.js'
import { insertWallet } from '../../resources/wallets/store.js'
import type { WalletRow } from '../../resources/wallets/table.js'
import {
  boundsOf,
  codeOfWallet,
  limitErrors,
  rateOf,
  USUAL_PRIORITY,
  type WalletInput,
  walletErrors,
} from '../../resources/wallets/terms.js'
import type { CommandContext } from '../command_context.js'
import type { CommandResult } from '../contract.js'
import { type CustomerState, loadCustomer } from '../load_customer.js'
import { joined, prepared } from '../prepared.js'
import { topUp } from '../top_up.js'
import { WalletAccount } from '../wallet_account.js'
import { walletExpiry } from '../wallet_end.js'
import { walletTold } from '../wallet_movements.js'
import { rulesSaved } from '../wallet_rules_saved.js'
import { billDue } from './bill_due.js'
import { mustCarryOut } from './run.js'

/**
 * Opens a wallet with its first credits (wallet rules, section 1). What is due before is billed first, without it. Gives the wallet as it
 * is before its credits.
 */
export async function openWallet(context: CommandContext, input: WalletInput): CommandResult<WalletRow> {
  await billDue(context)
  const { db, ref, now } = context
  const state = await loadCustomer(db, ref, now)
  if (state === undefined || state.customer.deletedAt !== null) return invalid({ customer: ['customer_not_found'] })
  const row = newWallet(context, state, input)
  if (!row.ok) return row
  const account = new WalletAccount(row.value, [])
  const asked = askedCredits(input)
  const bounds = input.ignore_paid_top_up_limits_on_creation ? NO_BOUNDS : boundsOf(row.value)
  const errors: FieldErrors = {
    ...limitErrors(state.wallets.accounts.length),
    ...walletErrors(row.value, null, now),
    ...topUpErrors(asked, rateOf(row.value), bounds, 0),
  }
  if (Object.keys(errors).length > 0) return invalid(errors)
  const rules = rulesSaved(context, row.value, undefined, input.recurring_transaction_rules, state.zone)
  if (!rules.ok) return rules
  const { seq: _, ...columns } = row.value
  const { currency } = row.value
  const statements = [
    insertWallet(db, columns),
    ...rules.value,
    ...walletExpiry(row.value).map((item) => schedule(db, item)),
    ...(state.customer.currency === null
      ? [updateCustomerRow(db, ref.organizationId, ref.customerId, { currency, updatedAt: now })]
      : []),
    walletTold(context, columns.id, 'created'),
  ]
  const credits = topUp(context, state, account, asked, {
    name: input.transaction_name ?? null,
    metadata: [...(input.transaction_metadata ?? [])],
    priority: input.transaction_priority ?? USUAL_PRIORITY,
    source: 'manual',
    invoiceRequiresSuccessfulPayment: columns.invoiceRequiresSuccessfulPayment,
    purchaseOrderNumber: null,
    ...NO_SECTIONS,
  })
  await mustCarryOut(context, joined([prepared({ statements }), credits.prepared]))
  context.wallets.heed(true)
  return ok(row.value)
}

function newWallet({ newId, ref, now }: CommandContext, state: CustomerState, input: WalletInput): Result<WalletRow> {
  const currency = input.currency ?? state.customer.currency
  if (currency === null) return invalid({ currency: ['value_is_invalid'] })
  const billingEntityCode = input.billing_entity_code ?? null
  if (billingEntityCode !== null && !state.billingEntities.has(billingEntityCode)) return notFound('billing_entity')
  const code = codeOfWallet(input, new Set(state.wallets.accounts.map(({ row }) => row.code)), now)
  if (!code.ok) return code
  return ok({
    // The database's to give.
    seq: 0,
    id: newId(),
    ...ref,
    createdAt: now,
    updatedAt: now,
    code: code.value,
    name: input.name ?? null,
    status: 'active',
    currency,
    rateAmount: input.rate_amount,
    priority: input.priority ?? USUAL_PRIORITY,
    billingEntityCode,
    balanceCents: 0,
    creditsBalance: '0',
    firstPaidCredits: input.paid_credits ?? '0',
    firstGrantedCredits: input.granted_credits ?? '0',
    ongoingSeenCents: 0,
    ongoingUsageCents: 0,
    // One that begins with nothing has not fallen to it.
    isDepleted: new Decimal(input.granted_credits ?? 0).isZero(),
    toppedUpOn: null,
    consumedCredits: '0',
    lastBalanceSyncAt: null,
    lastConsumedCreditAt: null,
    expirationAt: input.expiration_at ?? null,
    terminatedAt: null,
    invoiceRequiresSuccessfulPayment: input.invoice_requires_successful_payment ?? false,
    paidTopUpMinAmountCents: input.paid_top_up_min_amount_cents ?? null,
    paidTopUpMaxAmountCents: input.paid_top_up_max_amount_cents ?? null,
    purchaseOrderNumber: input.purchase_order_number ?? null,
    feeTypes: input.limits?.feeTypes ?? [],
    metricIds: input.limits?.metricIds ?? [],
    ...sectionsOf(NO_SECTIONS, input.invoice_custom_section),
    metadata: input.metadata ?? null,
  })
}
