import { Decimal } from '../../core/money/decimal.js'
import { formatDecimal } from '../../core/money/format.js'
import { seconds } from '../../http/timestamps.js'
import type { WalletRuleRow } from './table.js'

export const serializeRule = (row: WalletRuleRow) => ({
  lago_id: row.id,
  trigger: row.trigger,
  interval: row.interval,
  method: row.method,
  status: row.status,
  threshold_credits: decimal(row.thresholdCredits),
  paid_credits: decimal(row.paidCredits),
  granted_credits: decimal(row.grantedCredits),
  target_ongoing_balance: row.targetOngoingBalance === null ? null : decimal(row.targetOngoingBalance),
  grants_target_top_up: row.grantsTargetTopUp,
  started_at: seconds(row.startedAt),
  expiration_at: seconds(row.expirationAt),
  invoice_requires_successful_payment: row.invoiceRequiresSuccessfulPayment,
  ignore_paid_top_up_limits: row.ignorePaidTopUpLimits,
  transaction_name: row.transactionName,
  transaction_metadata: row.transactionMetadata,
  created_at: seconds(row.createdAt),
})

const decimal = (text: string): string => formatDecimal(new Decimal(text))
