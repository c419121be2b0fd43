import { type Formula, formulaOf } from '../core/metering/expression/formula.js'
import { contains, type EventWindow } from '../core/metering/window.js'
import { notAllowed, type Result } from '../core/result.js'
import type { Database } from '../db/client.js'
import {
  billedStretches,
  type EventHolder,
  feesOfEvent,
  livesQuery,
  metricsOfCodes,
} from '../resources/event_counts/store.js'
import { findFormulas } from '../resources/events/store.js'
import { advanceStreams } from '../resources/fees/load.js'
import type { StoredEvent } from './contract.js'
import { eventWindow } from './rated_usage.js'

/** After every instant that an event can have, epoch milliseconds. */
const FOR_EVER = 8_640_000_000_000_000

/** What decides whether an event may still be put right, and how. */
export interface CorrectionFacts {
  /** When something ran under the external id. */
  readonly lives: readonly EventWindow[]
  /** The windows whose usage was billed for good. */
  readonly billed: readonly EventWindow[]
  /** Codes of recurring metrics: their usage is part of every later bill. */
  readonly recurring: ReadonlySet<string>
  /** By code, since when there is a charge in advance on it, epoch milliseconds. */
  readonly inAdvance: ReadonlyMap<string, number>
  /** Whether a charge in advance has made a fee for the event. */
  readonly hasFee: boolean
  /** By code, what metrics compute when an event arrives. */
  readonly formulas: ReadonlyMap<string, Formula | null>
}

type JudgedEvent = Pick<StoredEvent, 'at' | 'seq' | 'code' | 'createdAt'>

/** @param codes the codes that the event has and is to have */
export async function loadCorrectionFacts(
  db: Database,
  holder: EventHolder,
  transactionId: string,
  codes: readonly string[],
): Promise<CorrectionFacts> {
  const { customerId, externalSubscriptionId, organizationId } = holder
  const [[lives, stretches, fees, metrics, streams], formulas] = await Promise.all([
    db.batch([
      livesQuery(db, holder),
      billedStretches(db, holder),
      feesOfEvent(db, holder, transactionId),
      metricsOfCodes(db, organizationId, codes),
      advanceStreams(db, organizationId, customerId),
    ]),
    findFormulas(db, organizationId, codes),
  ])
  const byId = new Map(lives.map((life) => [life.id, life]))
  const own = streams.filter((stream) => stream.externalSubscriptionId === externalSubscriptionId)
  return {
    lives: lives.map((life) => eventWindow(life, lifeOf(life))),
    billed: stretches.flatMap(({ subscriptionId, fromAt, toAt, toInclusive }) => {
      const life = byId.get(subscriptionId)
      if (life === undefined || fromAt === null || toAt === null) return []
      return [eventWindow(life, { fromAt, toAt, toInclusive })]
    }),
    recurring: new Set(metrics.flatMap(({ code, recurring }) => (recurring ? [code] : []))),
    inAdvance: new Map(own.map(({ code, since }) => [code, since ?? 0])),
    hasFee: fees.length > 0,
    formulas: new Map(formulas.map((metric) => [metric.code, formulaOf(metric)])),
  }
}

/** Why an event cannot be put right any more; null when it can. */
export function correctionRefusal(facts: CorrectionFacts, event: JudgedEvent): Result<never> | null {
  if (facts.hasFee || isChargedInAdvance(facts, event)) return notAllowed('event_already_charged')
  return isBilled(facts, event) ? notAllowed('period_finalized') : null
}

/** Why an event cannot become like this; null when it can. Charges in advance look at events when they arrive, and then only. */
export function amendmentRefusal(facts: CorrectionFacts, event: JudgedEvent): Result<never> | null {
  if (isBilled(facts, event)) return notAllowed('period_finalized')
  return isChargedInAdvance(facts, event) ? notAllowed('charged_in_advance') : null
}

/** Whether a charge in advance takes note of the event: even where it makes no fee, what later events pay depends on it. */
function isChargedInAdvance({ inAdvance, lives }: CorrectionFacts, event: JudgedEvent): boolean {
  const since = inAdvance.get(event.code)
  return since !== undefined && event.createdAt >= since && lives.some((life) => contains(life, event))
}

function isBilled({ billed, recurring }: CorrectionFacts, event: JudgedEvent): boolean {
  const hasNoLowerBound = recurring.has(event.code)
  return billed.some((window) => contains(hasNoLowerBound ? { ...window, from: null } : window, event))
}

const lifeOf = ({ startedAt, terminatedAt }: { startedAt: number | null; terminatedAt: number | null }) => ({
  fromAt: startedAt ?? FOR_EVER,
  toAt: terminatedAt ?? FOR_EVER,
  toInclusive: terminatedAt !== null,
})
