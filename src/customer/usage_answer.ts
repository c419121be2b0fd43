import type { Charge } from '../core/catalog.js'
import { taxesOfFee } from '../core/invoicing/taxes.js'
import { taxUsage } from '../core/invoicing/usage_taxes.js'
import { presentationKeysOf } from '../core/rating/charge_properties.js'
import { type PeriodProgress, projectUsage } from '../core/rating/projection.js'
import { localDate } from '../core/time/zones.js'
import type { UsageWish } from '../core/usage/charge_division.js'
import { addFigures, type Figures, NO_FIGURES } from '../core/usage/figures.js'
import { type PageOfGroups, pageWithin } from '../core/usage/group_page.js'
import { type PresentationFilter, presentationWish } from '../core/usage/presentation.js'
import { propertiesOf, type RatedBucket } from '../core/usage/rated_buckets.js'
import { type ChargeRows, type UsageBucket, usageRows } from '../core/usage/usage_rows.js'
import { serializeChargeUsage, serializeUsage, type UsageAnswer } from '../resources/usage/serialize.js'
import { entityOfSubscription } from './billing_entity.js'
import type { CommandContext } from './command_context.js'
import { type CustomerState, planOf } from './load_customer.js'
import { presentedUsage, shownUsage, type UsageFrame } from './rated_usage.js'

/** How usage is to be shown. */
export interface UsageView {
  readonly wish: UsageWish
  readonly presentation: PresentationFilter
  /** Of the groups of each charge. */
  readonly page: PageOfGroups
  /** Null: without what it will come to by the end of the period. */
  readonly progress: PeriodProgress | null
  readonly appliesTaxes: boolean
}

/** The usage of these charges in a stretch of a running subscription (metering rules, section 6), ordered by metric name. */
export function usageAnswer(
  context: Pick<CommandContext, 'usage' | 'advance'>,
  state: CustomerState,
  frame: UsageFrame,
  charges: readonly Charge[],
  view: UsageView,
): UsageAnswer {
  const { currency } = frame
  const shown = charges.toSorted(byMetricName).map((charge) => ({
    charge,
    rows: chargeRows(context, frame, charge, view, charges.length),
  }))
  const whole = shown.reduce((sum, { rows }) => addFigures(sum, rows.figures), NO_FIGURES)
  const plan = planOf(state, frame.subscription)
  const entity = entityOfSubscription(state, frame.subscription)
  const taxed = shown.map(({ charge, rows }) => ({
    amountCents: rows.figures.amountCents.toNumber(),
    taxes: taxesOfFee([charge.taxes, plan.taxes, state.customerTaxes, entity.taxes]),
  }))
  const amountCents = whole.amountCents.toNumber()
  const taxesAmountCents = view.appliesTaxes ? taxUsage(taxed).amountCents : 0
  const { fromAt, toAt, toInclusive } = frame.stretch
  return serializeUsage(
    {
      fromAt,
      toAt,
      toInclusive,
      issuingOn: localDate(toAt - 1, state.zone).toString(),
      invoiceId: null,
      currency,
      amountCents,
      taxesAmountCents,
      totalAmountCents: amountCents + taxesAmountCents,
      ...(view.progress !== null && { projectedAmountCents: whole.projected?.amountCents.toNumber() ?? 0 }),
    },
    shown.map(({ charge, rows }) =>
      serializeChargeUsage({ charge, metric: charge.metric, pricingUnit: charge.pricingUnit, rows }, currency),
    ),
  )
}

function chargeRows(
  context: Pick<CommandContext, 'usage' | 'advance'>,
  frame: UsageFrame,
  charge: Charge,
  { wish, presentation, page, progress }: UsageView,
  charges: number,
): ChargeRows {
  const keys = presentationKeysOf(charge.properties).map(({ value }) => value)
  const presented = presentationWish(keys, presentation)
  const breakdowns = presentedUsage(context.usage, charge, frame, presented, wish)
  const shownFilters = charge.filters.map((filter, position) => ({ ...filter, position }))
  const toBucket = (rated: RatedBucket): UsageBucket => ({
    filter: rated.bucket.filter === null ? null : (shownFilters[rated.bucket.filter] ?? null),
    groupedBy: rated.groupedBy,
    figures: figuresOf(charge, rated, frame, progress),
    breakdown: breakdowns.get(rated.key) ?? [],
  })
  return usageRows(mapped(shownUsage(context, charge, frame, wish), toBucket), {
    hasFilters: charge.filters.length > 0,
    page: pageWithin(page, charges, charge.filters.length + 1),
    presentationKeys: presented.keys,
  })
}

function figuresOf(
  charge: Charge,
  { bucket, usage }: RatedBucket,
  { currency }: UsageFrame,
  progress: PeriodProgress | null,
): Figures {
  const priced = { ...charge, currency, properties: propertiesOf(charge, bucket) }
  return {
    units: usage.units,
    totalAggregatedUnits: usage.totalAggregatedUnits,
    eventsCount: usage.eventsCount,
    amountCents: usage.amountCents,
    pricingUnitCents: usage.pricingUnit?.amountCents ?? null,
    projected: progress && projectUsage(priced, usage, progress),
  }
}

function* mapped<A, B>(items: Iterable<A>, map: (item: A) => B): Generator<B> {
  for (const item of items) yield map(item)
}

function byMetricName(a: Charge, b: Charge): number {
  const [left, right] = [a.metric.name.toLowerCase(), b.metric.name.toLowerCase()]
  return left < right ? -1 : left > right ? 1 : 0
}
