import { ITEM_TYPES } from '../../core/invoicing/fee.js'
import { type FieldErrors, invalid, ok, type Result } from '../../core/result.js'
import type { WalletLimits } from '../../core/wallets/buckets.js'
import type { Database } from '../../db/client.js'
import { isObject } from '../../http/body.js'
import { livingMetricsByCode } from './store.js'

const FEE_TYPES = Object.keys(ITEM_TYPES) as (keyof typeof ITEM_TYPES)[]

/** How a request is refused whose limits name what there is not: differently for a new wallet and for one that is there. */
const REFUSALS = {
  create: { feeTypes: { applies_to: ['invalid_limitations'] }, metrics: { applies_to: ['invalid_limitations'] } },
  update: {
    feeTypes: { allowed_fee_types: ['invalid_fee_types'] },
    metrics: { billable_metrics: ['invalid_identifier'] },
  },
} satisfies Record<string, Record<string, FieldErrors>>

/** What a wallet is to pay for, by ids (wallet rules, section 1.5): only the lists that are sent; none where nothing is said of it. */
export async function readLimits(
  db: Database,
  organizationId: string,
  sent: unknown,
  how: keyof typeof REFUSALS,
): Promise<Result<Partial<WalletLimits> | undefined>> {
  if (sent === undefined) return ok(undefined)
  const refusals = REFUSALS[how]
  if (sent !== null && !isObject(sent)) return invalid(refusals.feeTypes)
  const { fee_types: types, billable_metric_codes: codes } = sent ?? { fee_types: [], billable_metric_codes: [] }
  const feeTypes = types === undefined ? undefined : typesOf(types)
  if (feeTypes === null) return invalid(refusals.feeTypes)
  if (codes === undefined) return ok({ feeTypes })
  const named = textsOf(codes)
  if (named === null) return invalid(refusals.metrics)
  const metrics = await livingMetricsByCode(db, organizationId, named)
  if (metrics.length < named.length) return invalid(refusals.metrics)
  const idOf = new Map(metrics.map(({ id, code }) => [code, id]))
  return ok({ feeTypes, metricIds: named.flatMap((code) => idOf.get(code) ?? []) })
}

/** Null for anything but a list of types of fees. */
function typesOf(sent: unknown): WalletLimits['feeTypes'] | null {
  const named = textsOf(sent)
  if (named === null) return null
  const known = FEE_TYPES.filter((type) => named.includes(type))
  return known.length < named.length ? null : known
}

/** Metrics that one wallet can be limited to. */
const MAX_LIMITS = 100

/** Each text once; null for anything but a list of texts. */
function textsOf(sent: unknown): string[] | null {
  if (sent === null) return []
  if (!Array.isArray(sent) || sent.length > MAX_LIMITS || sent.some((one) => typeof one !== 'string')) return null
  return [...new Set((sent as string[]).map((text) => text.toWellFormed()))]
}
