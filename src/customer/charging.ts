import { unpark } from '../agenda/store.js'
import type { Charge } from '../core/catalog.js'
import type { EventBasis } from '../core/explanation/fee_basis.js'
import { exponentOf } from '../core/money/currencies.js'
import { Decimal } from '../core/money/decimal.js'
import { askedInstead } from '../core/usage/advance_bucket.js'
import { commit } from '../db/commit.js'
import type { FeeRow } from '../resources/fees/table.js'
import { streamed, type WaitingEvent } from './advance_books.js'
import { type AdvanceFacts, feeKey } from './advance_facts.js'
import { activeAt, advanceFee, chargesInAdvance, type PlacedEvent, placeEvent } from './advance_fees.js'
import { feeInAdvance } from './advance_invoice.js'
import { chargeLedger } from './charge_ledger.js'
import type { CommandContext } from './command_context.js'
import type { StoredEvent } from './contract.js'
import type { Stream } from './event_log.js'
import { linkStatements } from './invoice_chain.js'
import { termsOfCharge } from './kept_terms.js'
import { carries, type Ledger, type LedgerDefinition, type TakenUp } from './ledger.js'
import { joined, type Prepared } from './prepared.js'

/** Charges events by facts that were read once. After a conflict it is to be thrown away, with what its ledgers were changed by. */
export class Charging {
  readonly #open = new Map<string, { readonly definition: LedgerDefinition; readonly ledger: Ledger }>()
  /** Those of the commit that is being made, which stand in the queue still. */
  #taken: (StoredEvent & Stream)[] = []
  readonly #definitions = new Map<string, LedgerDefinition>()

  constructor(
    private readonly context: CommandContext,
    private readonly facts: AdvanceFacts,
  ) {}

  /** The key that the commit met; null when it succeeded. */
  async commit(waiting: readonly WaitingEvent[]): Promise<string | null> {
    const { db, ref, advance } = this.context
    const { statements, finals } = joined(waiting.flatMap(({ event }) => (event === null ? [] : this.#take(event))))
    if (statements.length > 0) {
      const links = await linkStatements(this.context, finals)
      const outcome = await commit(db, [...statements, ...links, unpark(db, ref.customerId)])
      if (!outcome.committed) return outcome.conflict
    }
    advance.settle(
      waiting,
      [...this.#open.values()].map(({ ledger }) => ledger),
    )
    this.#taken = []
    return null
  }

  /** The fees of an event. Recurring units are carried into every later period, whose ledgers have to know of one that comes late. */
  #take(event: StoredEvent): Prepared[] {
    const fees = this.#charge(event)
    const carried = streamed(event)
    for (const { definition, ledger } of this.#open.values()) {
      if (carries(definition, carried)) ledger.takeUp(definition, event)
    }
    this.#taken.push(carried)
    return fees
  }

  #ledger(definition: LedgerDefinition): Ledger {
    const open = this.#open.get(definition.key)
    if (open !== undefined) return open.ledger
    const ledger = this.context.advance.open(definition)
    for (const event of this.#taken) {
      if (carries(definition, event)) ledger.takeUp(definition, event)
    }
    this.#open.set(definition.key, { definition, ledger })
    return ledger
  }

  #charge(event: StoredEvent): Prepared[] {
    const { state, subscriptions } = this.facts
    const subscription = activeAt(subscriptions.get(event.externalSubscriptionId ?? '') ?? [], event)
    if (state === null || state.customer.deletedAt !== null || subscription === undefined) return []
    const placed = placeEvent(state, subscription, event)
    return chargesInAdvance(state, subscription, event.code).flatMap((charge) => {
      const definition = this.#definition(charge, placed)
      const ledger = this.#ledger(definition)
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
    ...(taken.share === null ? {} : { prorated: { period: frame.period, share: taken.share } }),
    before: taken.chargedBefore,
    after: taken.state.ledger,
  }
  return { basis, terms }
}

/** The fee was made before the object could take note of it: what it asked is what was charged, whatever prices are now. */
function repair(ledger: Ledger, taken: TakenUp, fee: FeeRow): Prepared[] {
  const amount =
    fee.pricingUnit === null
      ? new Decimal(fee.preciseAmountCents).div(Decimal.pow(10, exponentOf(fee.currency)))
      : new Decimal(fee.pricingUnit.preciseAmountCents).div(100)
  ledger.set(taken.bucket, askedInstead(taken, amount))
  return []
}
