import { type Decimal, ZERO } from '../money/decimal.js'

/** What a row of a usage answer says of some of a charge's usage. Figures of a whole are the sums of those of its parts. */
export interface Figures {
  readonly units: Decimal
  readonly totalAggregatedUnits: Decimal
  readonly eventsCount: number
  /** Whole minor units. */
  readonly amountCents: Decimal
  /** Whole hundredths of the charge's pricing unit; null where it is priced in the currency. */
  readonly pricingUnitCents: Decimal | null
  /** What it will come to by the end of the period; null where that was not asked for. */
  readonly projected: ProjectedFigures | null
}

export interface ProjectedFigures {
  readonly units: Decimal
  /** Whole minor units. */
  readonly amountCents: Decimal
}

/** Neutral: nothing is known yet of pricing units and projections, the first figures that are added say. */
export const NO_FIGURES: Figures = {
  units: ZERO,
  totalAggregatedUnits: ZERO,
  eventsCount: 0,
  amountCents: ZERO,
  pricingUnitCents: null,
  projected: null,
}

export function addFigures(a: Figures, b: Figures): Figures {
  return {
    units: a.units.plus(b.units),
    totalAggregatedUnits: a.totalAggregatedUnits.plus(b.totalAggregatedUnits),
    eventsCount: a.eventsCount + b.eventsCount,
    amountCents: a.amountCents.plus(b.amountCents),
    pricingUnitCents: both(a.pricingUnitCents, b.pricingUnitCents, (left, right) => left.plus(right)),
    projected: both(a.projected, b.projected, (left, right) => ({
      units: left.units.plus(right.units),
      amountCents: left.amountCents.plus(right.amountCents),
    })),
  }
}

function both<T>(a: T | null, b: T | null, join: (a: T, b: T) => T): T | null {
  return a === null ? b : b === null ? a : join(a, b)
}
