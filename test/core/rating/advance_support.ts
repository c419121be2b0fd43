import type { JsonState, MeteredEvent, UsageSpan } from '../../../src/core/metering/aggregation.js'
import { aggregationOf } from '../../../src/core/metering/aggregations/registry.js'
import { rateChargedUsage, rateEvent } from '../../../src/core/rating/advance.js'
import {
  type AdvanceCharge,
  type AdvanceLedger,
  startLedger,
  type UsageState,
} from '../../../src/core/rating/advance_ledger.js'
import type { DayShare } from '../../../src/core/rating/prorated_units.js'
import type { RatedUsage } from '../../../src/core/rating/rate_charge.js'
import { chargeModelOf } from '../../../src/core/rating/registry.js'
import { parsed } from './pricing.js'

type Sent = Readonly<Record<string, unknown>>

const SPAN: UsageSpan = { toAt: 0, periodLength: 1 }
export const FIELD = 'value'

/** A charge in euros. */
export function advanceCharge(
  chargeModel: AdvanceCharge['chargeModel'],
  properties: unknown,
  aggregation: AdvanceCharge['aggregation'] = 'sum_agg',
): AdvanceCharge {
  const canonical = parsed(chargeModelOf(chargeModel), properties)
  return { chargeModel, properties: canonical, aggregation, currency: 'EUR', pricingUnit: null }
}

/** One bucket of a charge in advance in one period, fed with events one by one, its ledger kept as JSON text in between. */
export class AdvanceRun {
  readonly #members = new Map<string, JsonState>()
  readonly #events: MeteredEvent[] = []
  #state: JsonState
  #ledger: AdvanceLedger

  /**
   * @param charge may change between events
   * @param carried events before the period, of a recurring metric
   * @param unpriced events of the period that made no fee
   */
  constructor(
    public charge: AdvanceCharge,
    { carried = [], unpriced = [] }: { carried?: readonly Sent[]; unpriced?: readonly Sent[] } = {},
  ) {
    this.#state = aggregationOf(charge.aggregation).start()
    for (const properties of carried) this.#fold(properties, null)
    this.#ledger = startLedger(charge, carried.length === 0 ? null : this.#usage())
    for (const properties of unpriced) this.#fold(properties, null)
  }

  /** The fee of an event that carries these properties. */
  send(properties: Sent, cents: string | null = null, share: DayShare | null = null): RatedUsage {
    const before = this.#usage()
    const event = this.#fold(properties, cents)
    const { fee, ledger } = rateEvent(this.charge, this.#ledger, { event, before, after: this.#usage(), share })
    this.#ledger = JSON.parse(JSON.stringify(ledger)) as AdvanceLedger
    return fee
  }

  add(value: string | number, cents: string | null = null): RatedUsage {
    return this.send({ [FIELD]: value }, cents)
  }

  get ledger(): AdvanceLedger {
    return this.#ledger
  }

  current(): RatedUsage {
    const now = aggregationOf(this.charge.aggregation).result(this.#state, SPAN)
    return rateChargedUsage(this.charge, { roundingFunction: null, roundingPrecision: null }, this.#ledger, now)
  }

  #fold(properties: Sent, cents: string | null): MeteredEvent {
    const at = this.#events.length
    const event = { at, seq: at, properties, preciseTotalAmountCents: cents }
    this.#events.push(event)
    this.#state = aggregationOf(this.charge.aggregation).fold(this.#state, event, FIELD, this.#members)
    return event
  }

  /** With the model's tally over all events, as a counter that carries it would have it. */
  #usage(): UsageState {
    const { units, eventsCount } = aggregationOf(this.charge.aggregation).result(this.#state, SPAN)
    const tally = chargeModelOf(this.charge.chargeModel).tally(this.charge.properties, this.charge.aggregation)
    if (tally === null) return { units, eventsCount, tally: null }
    const folded = this.#events.reduce((state, event) => {
      const value = aggregationOf(this.charge.aggregation).valueOf(event, FIELD)
      return value === null ? state : tally.fold(state, value, event)
    }, tally.start())
    return { units, eventsCount, tally: folded }
  }
}

/** Units and cents of a fee. */
export const shown = (usage: RatedUsage): [string, string] => [usage.units.toFixed(), usage.amountCents.toFixed()]
