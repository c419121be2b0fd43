import { failed, notAllowed, ok, type Result } from '../../core/result.js'
import type { Database } from '../../db/client.js'
import { targetsByCode } from './store.js'
import type { CouponRow } from './table.js'
import type { CouponTargetCodes } from './terms.js'

type CouponTargets = Pick<CouponRow, 'targetKind' | 'targetIds'>

/** What the codes of a request stand for. A coupon is limited to plans or to metrics, never to both. */
export async function findTargets(
  db: Database,
  organizationId: string,
  { planCodes, metricCodes }: CouponTargetCodes,
): Promise<Result<CouponTargets>> {
  if (planCodes.length > 0 && metricCodes.length > 0) return notAllowed('only_one_limitation_type_per_coupon_allowed')
  if (planCodes.length === 0 && metricCodes.length === 0) return ok({ targetKind: null, targetIds: [] })
  const [plans, metrics] = await targetsByCode(db, organizationId, planCodes, metricCodes)
  if (plans.length < planCodes.length) return failed({ kind: 'not_found', thing: 'plans' })
  if (metrics.length < metricCodes.length) return failed({ kind: 'not_found', thing: 'billable_metrics' })
  return planCodes.length > 0
    ? ok({ targetKind: 'plans', targetIds: inOrder(planCodes, plans) })
    : ok({ targetKind: 'metrics', targetIds: inOrder(metricCodes, metrics) })
}

function inOrder(codes: readonly string[], found: readonly { readonly id: string; readonly code: string }[]): string[] {
  const idOf = new Map(found.map(({ id, code }) => [code, id]))
  return codes.flatMap((code) => idOf.get(code) ?? [])
}
