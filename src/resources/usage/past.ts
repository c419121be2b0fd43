import { Decimal } from '../../core/money/decimal.js'
import { type PageOfGroups, pageWithin } from '../../core/usage/group_page.js'
import { type ShownFilter, UsageRows } from '../../core/usage/usage_rows.js'
import type { Database } from '../../db/client.js'
import { serializeChargeUsage, serializeUsage, type UsageAnswer } from './serialize.js'
import { chargesOfUsage, type PastFee, type PastPeriod, pastFees } from './store.js'

interface PastView {
  readonly organizationId: string
  /** Only the charges of this metric. */
  readonly metricCode?: string | undefined
  /** Of the groups of each charge. */
  readonly groups: PageOfGroups
}

/**
 * The usage that these periods' invoices bill, from their charge fees (metering rules, section 6): what made no fee is not there.
 * The amounts of a period are those of its whole invoice.
 */
export async function pastUsage(
  db: Database,
  periods: readonly PastPeriod[],
  { organizationId, metricCode, groups }: PastView,
): Promise<UsageAnswer[]> {
  const page = pageWithin(groups, periods.length, 1)
  const byPeriod = new Map<string, Map<string, BilledCharge>>()
  for await (const fee of pastFees(db, organizationId, periods, metricCode)) {
    const billed = byPeriod.get(periodKey(fee)) ?? new Map<string, BilledCharge>()
    byPeriod.set(periodKey(fee), billed)
    const charge = billed.get(fee.chargeId ?? '') ?? new BilledCharge(fee, page)
    billed.set(fee.chargeId ?? '', charge)
    charge.add(fee)
  }
  const chargeIds = new Set([...byPeriod.values()].flatMap((billed) => [...billed.keys()]))
  const charges = await chargesOfUsage(db, organizationId, [...chargeIds])
  return periods.map((period) => {
    const billed = [...(byPeriod.get(periodKey(period))?.values() ?? [])].sort(byMetricName)
    return serializeUsage(
      {
        fromAt: period.fromAt ?? 0,
        toAt: period.toAt ?? 0,
        toInclusive: period.toInclusive,
        issuingOn: period.issuingOn,
        invoiceId: period.invoiceId,
        currency: period.currency,
        amountCents: period.feesAmountCents,
        taxesAmountCents: period.taxesAmountCents,
        totalAmountCents: period.totalAmountCents,
      },
      billed.map((charge) => charge.answer(charges, period.currency)),
    )
  })
}

const periodKey = ({ invoiceId, subscriptionId }: Pick<PastFee, 'invoiceId' | 'subscriptionId'>): string =>
  `${invoiceId} ${subscriptionId}`

/** The fees of one charge on one invoice, put together. */
class BilledCharge {
  readonly #rows: UsageRows
  readonly #presentationKeys: readonly string[]
  readonly #filters = new Map<string, ShownFilter>()

  constructor(
    private readonly first: PastFee,
    page: PageOfGroups,
  ) {
    this.#presentationKeys = Object.keys(first.presentationBreakdowns[0]?.presentationBy ?? {})
    this.#rows = new UsageRows({ page, presentationKeys: this.#presentationKeys })
  }

  get metricName(): string {
    return this.first.metricName.toLowerCase()
  }

  add(fee: PastFee): void {
    const units = new Decimal(fee.units)
    this.#rows.add({
      filter: this.#filterOf(fee),
      groupedBy: fee.groupedBy,
      figures: {
        units,
        totalAggregatedUnits: fee.totalAggregatedUnits === null ? units : new Decimal(fee.totalAggregatedUnits),
        eventsCount: fee.eventsCount ?? 0,
        amountCents: new Decimal(fee.amountCents),
        pricingUnitCents: fee.pricingUnit && new Decimal(fee.pricingUnit.amountCents),
        projected: null,
      },
      breakdown: fee.presentationBreakdowns.map((row) => ({
        values: this.#presentationKeys.map((key) => row.presentationBy[key] ?? null),
        units: new Decimal(row.units),
      })),
    })
  }

  answer(charges: Awaited<ReturnType<typeof chargesOfUsage>>, currency: string) {
    const charge = charges.get(this.first.chargeId ?? '')
    if (charge === undefined) throw new Error(`charge ${this.first.chargeId} of a fee is not there`)
    const { metricId: id, metricName: name, metricCode: code, pricingUnit } = this.first
    const metric = { id, name, code, aggregationType: charge.aggregationType }
    return serializeChargeUsage({ charge, metric, pricingUnit, rows: this.#rows.rows() }, currency)
  }

  /** Fees are made in the order in which the filters are defined. */
  #filterOf({ chargeFilterId: id, filters, filterName }: PastFee): ShownFilter | null {
    if (id === null) return null
    const known = this.#filters.get(id)
    if (known !== undefined) return known
    const filter = { id, position: this.#filters.size, values: filters ?? {}, invoiceDisplayName: filterName }
    this.#filters.set(id, filter)
    return filter
  }
}

function byMetricName(a: BilledCharge, b: BilledCharge): number {
  return a.metricName < b.metricName ? -1 : a.metricName > b.metricName ? 1 : 0
}
