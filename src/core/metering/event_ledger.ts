import { EARLIEST, EVERYTHING, LATEST, subtract, type TimeRange } from './time_ranges.js'

/** Why nothing counts an event: the first of these that applies. */
export const UNMATCHED_REASONS = ['unknown_metric', 'not_charged', 'outside_period'] as const
export type UnmatchedReason = (typeof UNMATCHED_REASONS)[number]

/** One life of a subscription, as events see it. */
export interface LedgerLife {
  /** Epoch microseconds. The instant of the end belongs to it; null while it runs. */
  readonly startedAt: number
  readonly endedAt: number | null
  /** What its plan charges for, by code of the metric. */
  readonly charged: ReadonlyMap<string, ChargedCode>
  /** Its periods that were billed for good. */
  readonly billed: readonly BilledRange[]
}

export interface ChargedCode {
  /** Of recurring metrics the usage before the start counts too, and what arrives late counts in the next period. */
  readonly recurring: boolean
  /** Whether a charge in advance makes its fee as soon as an event arrives, whatever was billed before. */
  readonly payInAdvance: boolean
}

export interface BilledRange extends TimeRange {
  /** The last place in the log when it was billed: later events of it came too late. Null: not known, so none did. */
  readonly lastSeq: number | null
}

/** Moments whose events count; where `lastSeq` is a number, only those up to this place in the log. */
export interface CountedRange extends TimeRange {
  readonly lastSeq: number | null
}

interface LedgerEvent {
  readonly code: string
  /** Epoch microseconds. */
  readonly at: number
  readonly seq: number
}

/**
 * Tells of each event of an external subscription id whether anything counts it, and otherwise why not: its code is of no
 * metric; no plan that ran under the id at its time charges for it; or nothing ran then, or what ran had been billed before
 * it arrived.
 */
export class EventLedger {
  /** @param metrics codes of the organization's metrics */
  constructor(
    private readonly metrics: ReadonlySet<string>,
    private readonly lives: readonly LedgerLife[],
  ) {}

  reasonOf(event: LedgerEvent): UnmatchedReason | null {
    const applies = (reason: UnmatchedReason) =>
      !this.rangesWithout(reason, event.code).some((range) => holds(range, event))
    return UNMATCHED_REASONS.find(applies) ?? null
  }

  /** Where events of this code are counted by something. */
  countedRanges(code: string): CountedRange[] {
    return this.metrics.has(code) ? this.#charging(code).flatMap((life) => rangesOf(life, code)) : []
  }

  /** Where events of this code do not go uncounted for this reason. */
  rangesWithout(reason: UnmatchedReason, code: string): CountedRange[] {
    const everything = [open(EVERYTHING)]
    const isKnown = this.metrics.has(code)
    const isCharged = this.#charging(code).length > 0
    switch (reason) {
      case 'unknown_metric':
        return isKnown ? everything : []
      case 'not_charged':
        if (!isKnown) return everything
        return isCharged ? subtract([EVERYTHING], this.#uncharged(code)).map(open) : []
      case 'outside_period':
        if (!isKnown || !isCharged) return everything
        return [...this.countedRanges(code), ...this.#uncharged(code).map(open)]
    }
  }

  /** Moments at which only plans ran that do not charge for a code that others do charge for. */
  #uncharged(code: string): TimeRange[] {
    const others = this.lives.filter(({ charged }) => !charged.has(code)).map(lifeOf)
    return subtract(others, this.countedRanges(code))
  }

  #charging(code: string): LedgerLife[] {
    return this.lives.filter(({ charged }) => charged.has(code))
  }
}

function rangesOf(life: LedgerLife, code: string): CountedRange[] {
  const charged = life.charged.get(code)
  const whole = lifeOf(life)
  if (charged?.recurring) return [{ from: EARLIEST, to: whole.to, lastSeq: lastBill(life)?.lastSeq ?? null }]
  if (charged?.payInAdvance) return [open(whole)]
  return [...subtract([whole], life.billed).map(open), ...life.billed]
}

/** The period that settled a life which has ended: nothing comes after it. */
const lastBill = ({ endedAt, billed }: LedgerLife): BilledRange | undefined =>
  endedAt === null ? undefined : billed.find(({ to }) => to >= endedAt)

const lifeOf = ({ startedAt, endedAt }: LedgerLife): TimeRange => ({
  from: startedAt,
  to: endedAt === null ? LATEST : endedAt + 1,
})

const open = ({ from, to }: TimeRange): CountedRange => ({ from, to, lastSeq: null })

const holds = ({ from, to, lastSeq }: CountedRange, { at, seq }: LedgerEvent): boolean =>
  from <= at && at < to && (lastSeq === null || seq <= lastSeq)
