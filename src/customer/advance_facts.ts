import { feesOfEvents, startedSubscriptions } from '../resources/fees/load.js'
import type { FeeRow } from '../resources/fees/table.js'
import { loadPlans } from '../resources/plans/load.js'
import type { SubscriptionRow } from '../resources/subscriptions/table.js'
import type { WaitingEvent } from './advance_books.js'
import { activeAt, chargesInAdvance } from './advance_fees.js'
import type { CommandContext } from './command_context.js'
import { type CustomerState, loadCustomer } from './load_customer.js'

/** What events are charged by: the customer and the plans as they are now. */
export interface AdvanceFacts {
  /** Null when there is no such customer. */
  readonly state: CustomerState | null
  /** By external id: all that ever ran under it. */
  readonly subscriptions: ReadonlyMap<string, readonly SubscriptionRow[]>
  /** Fees that these events have already, by {@link feeKey}. */
  readonly fees: ReadonlyMap<string, FeeRow>
}

export const feeKey = (subscriptionId: string, chargeId: string, transactionId: string): string =>
  JSON.stringify([subscriptionId, chargeId, transactionId])

/** @param withFees whether fees have to be looked for: they are there only after a crash, and then the commit says so. */
export async function loadAdvanceFacts(
  { db, ref, now }: CommandContext,
  waiting: readonly WaitingEvent[],
  { withFees }: { readonly withFees: boolean },
): Promise<AdvanceFacts> {
  const { organizationId, customerId } = ref
  const externalIds = [...new Set(waiting.flatMap(({ event }) => event?.externalSubscriptionId ?? []))]
  const [loaded, rows] = await Promise.all([
    loadCustomer(db, ref, now, [], 'no_bills_on_the_way'),
    startedSubscriptions(db, organizationId, customerId, externalIds),
  ])
  const subscriptions = Map.groupBy(rows, (row) => row.externalId)
  if (loaded === undefined) return { state: null, subscriptions, fees: new Map() }
  const state = await withPlans(loaded, rows)
  const fees = withFees ? await feesOfEvents(db, organizationId, feesWanted(state, subscriptions, waiting)) : []
  const keyed = fees.map(
    (fee) => [feeKey(fee.subscriptionId ?? '', fee.chargeId ?? '', fee.eventTransactionId ?? ''), fee] as const,
  )
  return { state, subscriptions, fees: new Map(keyed) }

  /** Plans of subscriptions that have ended are not part of what commands work on. */
  async function withPlans(of: CustomerState, owners: readonly SubscriptionRow[]): Promise<CustomerState> {
    const missing = owners.map(({ planId }) => planId).filter((planId) => !of.plans.has(planId))
    if (missing.length === 0) return of
    return { ...of, plans: new Map([...of.plans, ...(await loadPlans(db, organizationId, [...new Set(missing)]))]) }
  }
}

function feesWanted(
  state: CustomerState,
  subscriptions: AdvanceFacts['subscriptions'],
  waiting: readonly WaitingEvent[],
) {
  return waiting.flatMap(({ event }) => {
    if (event === null) return []
    const subscription = activeAt(subscriptions.get(event.externalSubscriptionId ?? '') ?? [], event)
    if (subscription === undefined) return []
    return chargesInAdvance(state, subscription, event.code).map((charge) => ({
      subscriptionId: subscription.id,
      chargeId: charge.id,
      transactionId: event.transactionId,
    }))
  })
}
