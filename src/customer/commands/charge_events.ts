import { unpark } from '../../agenda/store.js'
import type { Charge } from '../../core/catalog.js'
import type { EventBasis } from '../../core/explanation/fee_basis.js'
import { exponentOf } from '../../core/money/currencies.js'
import { Decimal } from '../../core/money/decimal.js'
import { NOTHING_CHARGED } from '../../core/rating/advance_ledger.js'
import { askedInstead } from '../../core/usage/advance_bucket.js'
import { commit } from '../../db/commit.js'
import { type AdvanceStreamRow, advanceStreams } from '../../resources/fees/load.js'
import type { FeeRow } from '../../resources/fees/table.js'
import type { WaitingEvent } from '../advance_books.js'
import { type AdvanceFacts, feeKey, loadAdvanceFacts } from '../advance_facts.js'
import { activeAt, advanceFee, chargesInAdvance, type PlacedEvent, placeEvent } from '../advance_fees.js'
import { feeInAdvance } from '../advance_invoice.js'
import type { Ledger, LedgerDefinition, TakenUp } from '../advance_ledgers.js'
import { chargeLedger } from '../charge_ledger.js'
import type { CommandContext } from '../command_context.js'
import type { StoredEvent } from '../contract.js'
import { linkStatements } from '../invoice_chain.js'
import { termsOfCharge } from '../kept_terms.js'
import { EVENTS_CHARGED_AT_ONCE, EVENTS_PER_COMMIT } from '../limits.js'
import { joined, type Prepared } from '../prepared.js'
import { billProgress } from './bill_progress.js'
import { parkCustomer } from './run.js'

/** A commit that meets a fee or number that is there already is decided anew from what is there. */
const CONFLICTS_IN_A_ROW = 3

/**
 * Charges what waits to be charged in advance (recurring rules, section 5), in the order of reception. What fails parks the
 * customer, visibly, and keeps the events waiting. False when it failed.
 */
export async function settleAdvance(context: CommandContext, rounds?: number): Promise<boolean> {
  try {
    await refreshAdvance(context)
    await chargeWaiting(context, rounds)
    await billProgress(context)
    return true
  } catch (error) {
    await parkCustomer(context, error)
    return false
  }
}

/** Asks D1 what the customer pays in advance. An event that arrived unknown to be so since it was asked last is put in the queue. */
export async function refreshAdvance(context: CommandContext): Promise<void> {
  const { db, ref, usage } = context
  const askedAfterSeq = usage.maxSeq()
  heedAdvance(context, await advanceStreams(db, ref.organizationId, ref.customerId), askedAfterSeq)
}

/**
 * The same, where D1 has been asked already.
 * @param askedAfterSeq the last place in the log when it was asked
 */
export function heedAdvance(
  { advance }: CommandContext,
  streams: readonly AdvanceStreamRow[],
  askedAfterSeq: number,
): void {
  advance.refresh(
    streams.map((stream) => ({ ...stream, since: stream.since ?? 0 })),
    askedAfterSeq,
  )
}

/**
 * Makes the fees of the events that wait. The order makes a crash harmless at any point: D1 has the fees first, then the object
 * takes the events off and moves its ledgers in one transaction. A crash in between is met by the unique key of fees; the ledgers
 * then move by the fees that are there.
 * Events that arrive meanwhile are left to wait, so that no stream of them keeps this from coming to an end.
 * @param rounds of {@link EVENTS_CHARGED_AT_ONCE} events, at most
 * @returns whether any event had to be charged
 */
export async function chargeWaiting(context: CommandContext, rounds = Number.POSITIVE_INFINITY): Promise<boolean> {
  const throughSeq = context.usage.maxSeq()
  for (let round = 0, conflicts = 0; ; ) {
    const waiting = context.advance.waiting(EVENTS_CHARGED_AT_ONCE).filter(({ seq }) => seq <= throughSeq)
    if (waiting.length === 0 || round === rounds) return round > 0
    const conflict = await chargeRound(context, waiting, { withFees: conflicts > 0 })
    if (conflict === null) round++
    conflicts = conflict === null ? 0 : conflicts + 1
    if (conflicts === CONFLICTS_IN_A_ROW) throw new Error(`conflict on ${conflict}`)
  }
}

/** Gives the key that a commit met: the events up to it are charged, the rest waits. Null when all are charged. */
async function chargeRound(
  context: CommandContext,
  waiting: readonly WaitingEvent[],
  look: { readonly withFees: boolean },
): Promise<string | null> {
  const charging = new Charging(context, await loadAdvanceFacts(context, waiting, look))
  for (let at = 0; at < waiting.length; at += EVENTS_PER_COMMIT) {
    const conflict = await charging.commit(waiting.slice(at, at + EVENTS_PER_COMMIT))
    if (conflict !== null) return conflict
  }
  return null
}

/** Charges events by facts that were read once. After a conflict it is to be thrown away, with what its ledgers were changed by. */
class Charging {
  readonly #ledgers = new Map<string, Ledger>()
  readonly #definitions = new Map<string, LedgerDefinition>()

  constructor(
    private readonly context: CommandContext,
    private readonly facts: AdvanceFacts,
  ) {}

  /** The key that the commit met; null when it succeeded. */
  async commit(waiting: readonly WaitingEvent[]): Promise<string | null> {
    const { db, ref, advance } = this.context
    const { statements, finals } = joined(waiting.flatMap(({ event }) => (event === null ? [] : this.#charge(event))))
    if (statements.length > 0) {
      const links = await linkStatements(this.context, finals)
      const outcome = await commit(db, [...statements, ...links, unpark(db, ref.customerId)])
      if (!outcome.committed) return outcome.conflict
    }
    const seqs = waiting.map(({ seq }) => seq)
    advance.settle(seqs, this.#ledgers.values())
    return null
  }

  #charge(event: StoredEvent): Prepared[] {
    const { state, subscriptions } = this.facts
    const subscription = activeAt(subscriptions.get(event.externalSubscriptionId ?? '') ?? [], event)
    if (state === null || state.customer.deletedAt !== null || subscription === undefined) return []
    const placed = placeEvent(state, subscription, event)
    return chargesInAdvance(state, subscription, event.code).flatMap((charge) => {
      const definition = this.#definition(charge, placed)
      const ledger = this.#ledgers.get(definition.key) ?? this.context.advance.open(definition)
      this.#ledgers.set(definition.key, ledger)
      const taken = ledger.takeUp(definition, event)
      if (taken === null || taken.fee === null) return []
      const asked = this.facts.fees.get(feeKey(subscription.id, charge.id, event.transactionId))
      if (asked !== undefined) return repair(ledger, taken, asked)
      const priced = { bucket: taken.bucket, groupedBy: definition.groupedBy(taken.bucket), usage: taken.fee }
      const fee = { ...advanceFee(state, placed, charge, priced), ...eventBasis(placed, charge, taken, event.seq) }
      return feeInAdvance(this.context, state, placed, fee, event.at)
    })
  }

  /** A charge may have thousands of filters, which are laid out once. */
  #definition(charge: Parameters<typeof chargeLedger>[0], { subscription, frame }: PlacedEvent): LedgerDefinition {
    const key = `${charge.id} ${subscription.id} ${frame.stretch.fromAt}`
    const definition = this.#definitions.get(key) ?? chargeLedger(charge, frame)
    this.#definitions.set(key, definition)
    return definition
  }
}

/** What the fee of an event is to be explained by. */
function eventBasis({ subscription, frame }: PlacedEvent, charge: Charge, taken: TakenUp, seq: number) {
  const terms = termsOfCharge(charge)
  const basis: EventBasis = {
    kind: 'event',
    terms: terms.key,
    externalSubscriptionId: subscription.externalId,
    window: frame.window,
    bucket: taken.bucket,
    seq,
    before: taken.before?.ledger ?? NOTHING_CHARGED,
    after: taken.state.ledger,
  }
  return { basis, terms }
}

/** The fee was made before the object could take note of it: what it asked is what was charged, whatever prices are now. */
function repair(ledger: Ledger, { bucket, before, state }: TakenUp, fee: FeeRow): Prepared[] {
  const amount =
    fee.pricingUnit === null
      ? new Decimal(fee.preciseAmountCents).div(Decimal.pow(10, exponentOf(fee.currency)))
      : new Decimal(fee.pricingUnit.preciseAmountCents).div(100)
  ledger.set(bucket, askedInstead(before, state, amount))
  return []
}
