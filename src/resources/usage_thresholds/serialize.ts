import { seconds } from '../../http/timestamps.js'
import type { AppliedThreshold, KeptThreshold } from './terms.js'

export const serializeThreshold = ({ id, displayName, amountCents, recurring, createdAt }: KeptThreshold) => ({
  lago_id: id,
  threshold_display_name: displayName,
  amount_cents: amountCents,
  recurring,
  created_at: seconds(createdAt),
  updated_at: seconds(createdAt),
})

export const serializeAppliedThreshold = (applied: AppliedThreshold) => ({
  lifetime_usage_amount_cents: applied.lifetimeUsageAmountCents,
  created_at: seconds(applied.passedAt),
  usage_threshold: serializeThreshold(applied),
})
