import type { Charge } from '../../core/catalog.js'
import { Divider } from '../../core/metering/divider.js'
import type { EventLedger } from '../../core/metering/event_ledger.js'
import { ownerOf } from '../../core/metering/event_owner.js'
import type { NewEvent } from '../../core/metering/events.js'
import { eventWindows } from '../../core/subscription/event_windows.js'
import { ALL_USAGE, chargeDivision } from '../../core/usage/charge_division.js'
import { type EventReceipt, type ReceiptOfCharge, serializeReceiptRow } from '../../resources/event_counts/serialize.js'
import type { SubscriptionRow } from '../../resources/subscriptions/table.js'
import { termsOf } from '../../resources/subscriptions/terms.js'
import type { CommandContext } from '../command_context.js'
import { loadEventLedger } from '../event_ledger.js'
import { type CustomerState, loadCustomer, planOf } from '../load_customer.js'
import { shownUsage, usageFrame } from '../rated_usage.js'

/** What a receipt is made from: read before the event is stored, so that nothing comes between its storing and its receipt. */
export interface ReceiptSources {
  readonly state: CustomerState | undefined
  readonly ledger: EventLedger
}

export async function receiptSources({ db, now, ref }: CommandContext, event: NewEvent): Promise<ReceiptSources> {
  const holder = { ...ref, externalSubscriptionId: event.externalSubscriptionId ?? '' }
  const [state, ledger] = await Promise.all([
    loadCustomer(db, ref, now, [], 'no_bills_on_the_way'),
    loadEventLedger(db, holder, [event.code]),
  ])
  return { state, ledger }
}

/**
 * What an event that has just been stored did: for each charge on its metric, what the bucket that it fell into has come to in
 * the event's period. Of a charge in advance that is what has been charged so far.
 */
export function eventReceipt(
  context: CommandContext,
  { state, ledger }: ReceiptSources,
  event: NewEvent & { readonly seq: number },
): EventReceipt {
  const reason = ledger.reasonOf(event)
  if (reason !== null || state === undefined) return { reason, charges: [] }
  const lives = state.subscriptions.filter(({ externalId }) => externalId === event.externalSubscriptionId)
  const subscription = ownerOf(lives, event.at)
  if (subscription === undefined) return { reason, charges: [] }
  const charges = planOf(state, subscription).charges.filter(({ metric }) => metric.code === event.code)
  return { reason, charges: charges.map((charge) => receiptOfCharge(context, state, subscription, charge, event)) }
}

function receiptOfCharge(
  context: CommandContext,
  state: CustomerState,
  subscription: SubscriptionRow,
  charge: Charge,
  event: NewEvent,
): ReceiptOfCharge {
  // Usage of a recurring metric from before the start is part of the first period.
  const at = Math.max(Math.floor(event.at / 1000), subscription.startedAt ?? 0)
  const stretch = eventWindows(termsOf(subscription, planOf(state, subscription)), at, state.zone).charges
  const frame = usageFrame(state, subscription, stretch, state.zone)
  const own = new Divider(chargeDivision(charge)).keyOf(event.properties)
  for (const { filter, groupedBy, key, usage } of shownUsage(context, charge, frame, ALL_USAGE)) {
    if (key === own) return serializeReceiptRow({ charge, stretch, currency: frame.currency, filter, groupedBy, usage })
  }
  return serializeReceiptRow({ charge, stretch, currency: frame.currency, filter: null, groupedBy: {}, usage: null })
}
