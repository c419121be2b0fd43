import { type ChargedCode, EventLedger, type LedgerLife } from '../core/metering/event_ledger.js'
import type { Database } from '../db/client.js'
import {
  billedStretches,
  chargedCodes,
  type EventHolder,
  livesQuery,
  metricsOfCodes,
} from '../resources/event_counts/store.js'

/** Reads what the events of an external subscription id can be counted by: one round trip. */
export async function loadEventLedger(
  db: Database,
  holder: EventHolder,
  codes: readonly string[],
): Promise<EventLedger> {
  const [lives, stretches, charged, metrics] = await db.batch([
    livesQuery(db, holder),
    billedStretches(db, holder),
    chargedCodes(db, holder),
    metricsOfCodes(db, holder.organizationId, codes),
  ])
  const recurring = new Map(metrics.map((metric) => [metric.code, metric.recurring]))
  const plans = Map.groupBy(charged, ({ planId }) => planId)
  const chargedBy = (planId: string) => {
    const byCode = Map.groupBy(plans.get(planId) ?? [], ({ metricCode }) => metricCode)
    return new Map(
      [...byCode].map(([code, same]): [string, ChargedCode] => [
        code,
        { recurring: recurring.get(code) ?? false, payInAdvance: same.some(({ payInAdvance }) => payInAdvance) },
      ]),
    )
  }
  const billed = Map.groupBy(stretches, ({ subscriptionId }) => subscriptionId)
  return new EventLedger(
    new Set(recurring.keys()),
    lives.map(
      ({ id, planId, startedAt, terminatedAt }): LedgerLife => ({
        startedAt: (startedAt ?? 0) * 1000,
        endedAt: terminatedAt === null ? null : terminatedAt * 1000,
        charged: chargedBy(planId),
        billed: (billed.get(id) ?? []).map(({ fromAt, toAt, toInclusive, throughSeq }) => ({
          from: (fromAt ?? 0) * 1000,
          to: (toAt ?? 0) * 1000 + (toInclusive ? 1 : 0),
          lastSeq: throughSeq,
        })),
      }),
    ),
  )
}
