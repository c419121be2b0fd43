import { expect } from 'vitest'
import { Decimal } from '../../../src/core/money/decimal.js'
import { periodGrids } from '../../../src/core/subscription/terms.js'
import { periodContaining } from '../../../src/core/time/billing_periods.js'
import { daysBetween } from '../../../src/core/time/dates.js'
import { windowDays } from '../../../src/core/time/windows.js'
import { localDate } from '../../../src/core/time/zones.js'
import type { FeeRow } from '../../../src/resources/fees/table.js'
import type { SubscriptionRow } from '../../../src/resources/subscriptions/table.js'
import { termsOf } from '../../../src/resources/subscriptions/terms.js'
import type { FixedChargeSpec } from './history.js'
import type { HistoryLife } from './life.js'
import type { HistoryRecord } from './record.js'

/**
 * A fixed charge is billed period by period, none left out and none twice, each at the price of its units, by its days where it is
 * prorated; only one that took over from another plan may bill less, by what was paid there for the same days.
 */
export function checkFixedCharges(life: HistoryLife, record: HistoryRecord): void {
  for (const row of record.subscriptions) {
    const { fixedCharge } = life.planOf(row)
    const fees = record.fees.filter(
      ({ feeType, subscriptionId }) => feeType === 'fixed_charge' && subscriptionId === row.id,
    )
    if (fixedCharge === null || fixedCharge.units === 0) {
      expect(fees).toEqual([])
      continue
    }
    // What was paid before a customer moved reaches to a midnight of the zone of then.
    if (!fixedCharge.payInAdvance || life.zones.length === 1)
      fees.slice(1).forEach(({ fromAt }, i) => {
        expect({ fromAt, row }).toEqual({ fromAt: fees[i]?.toAt, row })
      })
    if (life.zones.length === 1) for (const fee of fees) checkPrice(life, row, fee, fixedCharge)
    if (!fixedCharge.payInAdvance) checkEnd(record, row, fees.at(-1))
  }
}

function checkPrice(life: HistoryLife, row: SubscriptionRow, fee: FeeRow, charge: FixedChargeSpec): void {
  const { zone } = life.history
  const { billChargesMonthly, ...plan } = life.planOf(row)
  const terms = termsOf(row, { ...plan, billChargesMonthly, billFixedChargesMonthly: charge.billMonthly })
  const window = { fromAt: fee.fromAt ?? 0, toAt: fee.toAt ?? 0, toInclusive: fee.toInclusive }
  const period = periodContaining(periodGrids(terms, zone).fixedCharges, localDate(window.fromAt, zone))
  const share = new Decimal(charge.units)
    .times(charge.prorated ? windowDays(window, zone) : 1)
    .div(charge.prorated ? daysBetween(period.fromOn, period.toOn) : 1)
  const cents = share
    .toDecimalPlaces(6, Decimal.ROUND_HALF_UP)
    .times(charge.unitPrice)
    .times(100)
    .toDecimalPlaces(0, Decimal.ROUND_HALF_UP)
  if (row.previousSubscriptionId === null) expect(fee.amountCents).toBe(cents.toNumber())
  else expect(fee.amountCents).toBeLessThanOrEqual(cents.toNumber())
}

/** What is paid in arrears is billed to the end of the last period, unless a change of plan left it no day. */
function checkEnd({ periods }: HistoryRecord, { id }: SubscriptionRow, last: FeeRow | undefined): void {
  const ends = periods.flatMap((period) => {
    const { subscriptionId, fixedChargesFromAt: fromAt, fixedChargesToAt: toAt, zone } = period
    if (subscriptionId !== id || fromAt === null || toAt === null) return []
    const days = windowDays({ fromAt, toAt, toInclusive: period.fixedChargesToInclusive }, zone)
    return days === 0 ? [] : [toAt]
  })
  expect(last?.toAt ?? null).toBe(ends.length === 0 ? null : Math.max(...ends))
}
