import type { JsonState, MemberSet, MeteredEvent, UsageSpan } from '../metering/aggregation.js'
import { Counter, type EventEffect } from '../metering/counter.js'
import type { TallyOf } from '../metering/division.js'
import { BucketFold } from '../metering/fold_log.js'
import { formatDecimal } from '../money/format.js'
import { chargeDivision } from '../usage/charge_division.js'
import type { ChargeTerms, CountedUsage, UsageBasis } from './fee_basis.js'
import { toCounted } from './fee_basis.js'

/** An event of the log as an explanation shows it. */
export interface TracedEvent extends MeteredEvent {
  readonly transactionId: string
  /** When it was received, epoch milliseconds. */
  readonly createdAt: number
}

/** What one event did to a fee. Decimals are text. */
export interface ExplainedEvent extends Pick<TracedEvent, 'transactionId' | 'at' | 'seq' | 'createdAt'> {
  /** Null for one that came too late for the fee: then nothing else is told of it. */
  readonly effect:
    | (EventEffect & {
        /** What it added to the units, before the metric's rounding. */
        readonly added: string
        /** The units with it, as if nothing had followed. */
        readonly units: string
      })
    | null
}

/** Which events of a bucket are to be told, counted from the first. */
export interface TracePage {
  readonly offset: number
  readonly limit: number
}

/**
 * Follows a bucket through the events of its window, by the log alone: what it comes to, and what each event of one page did.
 * Only the page and the values of a set are kept in memory.
 */
export class UsageTrace {
  readonly events: ExplainedEvent[] = []
  /** Events of the bucket so far, late ones included. */
  eventsCount = 0
  lateCount = 0
  readonly #counter: Counter
  readonly #fold: BucketFold

  constructor(
    private readonly basis: UsageBasis,
    terms: ChargeTerms,
    tallyOf: TallyOf,
    private readonly page: TracePage,
    members?: MemberSet<JsonState> & { readonly size: number },
  ) {
    const { metric } = terms
    this.#counter = new Counter(
      {
        externalSubscriptionId: basis.externalSubscriptionId,
        code: metric.code,
        aggregation: metric.aggregationType,
        fieldName: metric.fieldName,
        window: basis.window,
        division: chargeDivision(terms),
        ...(basis.held !== undefined && { held: basis.held }),
      },
      tallyOf,
    )
    this.#fold = new BucketFold(this.#counter, basis.bucket, members)
  }

  /** Takes the window's next event, in the order of position. */
  take(event: TracedEvent): void {
    if (this.#counter.bucketOf(event) !== this.basis.bucket) return
    const place = this.eventsCount++
    const isShown = place >= this.page.offset && place < this.page.offset + this.page.limit
    const { transactionId, at, seq, createdAt } = event
    if (seq > this.basis.throughSeq) {
      this.lateCount++
      if (isShown) this.events.push({ transactionId, at, seq, createdAt, effect: null })
      return
    }
    const { span } = this.basis
    const before = isShown ? this.#fold.usage(span).units : null
    const effectOf = this.#fold.add(event)
    if (before === null) return
    const { units } = this.#fold.usage(span)
    const effect = { ...effectOf(), added: formatDecimal(units.minus(before)), units: formatDecimal(units) }
    this.events.push({ transactionId, at, seq, createdAt, effect })
  }

  /** What the events come to that the fee could have seen. */
  counted(span: UsageSpan): CountedUsage {
    const { tally, ...usage } = this.#fold.usage(span)
    // A bucket that saw nothing is not there for the price either.
    return toCounted({ ...usage, tally: this.#fold.isSeen ? tally : null })
  }
}
