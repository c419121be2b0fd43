import { calculateInvoice } from '../../../src/core/invoicing/calculate.js'
import type { FeeDraft } from '../../../src/core/invoicing/fee.js'
import type { InvoiceTotals } from '../../../src/core/invoicing/invoice_totals.js'
import { checkInvoice } from '../../../src/core/invoicing/postconditions.js'
import {
  type ProgressiveSource,
  relieve,
  taxesKey,
  usageSubject,
} from '../../../src/core/progressive_billing/relief.js'
import { passedThresholds, type UsageThreshold } from '../../../src/core/progressive_billing/thresholds.js'
import { chargeFeeOf, planFeeOf, tax } from '../invoicing/builders.js'

/** Usage that one event brings, by the place of its charge. What it takes away is below 0. */
export interface UsageEvent {
  readonly charge: number
  readonly cents: number
}

/** What was stored between two looks at thresholds. */
export type Batch = readonly UsageEvent[]

/** The batches of one period, at whose end a plan fee is due as well. */
export type Period = readonly Batch[]

/** What a life was billed. */
export interface BilledLife {
  /** On the way: the ids of the thresholds that each invoice passed, and the level of its highest. */
  readonly passed: readonly { readonly ids: readonly string[]; readonly level: number }[]
  readonly periods: readonly BilledPeriodOfLife[]
}

export interface BilledPeriodOfLife {
  readonly progressive: readonly InvoiceTotals[]
  readonly last: InvoiceTotals
  /** What came back of progressive invoices. */
  readonly surplusCents: number
  readonly usedCents: number
}

const PLAN_CENTS = 3100
const TAXES = [tax('vat', '20')]

/**
 * Bills a life of periods as an object does: after each batch the usage of the period so far is looked at, and billed if it has
 * passed a threshold; at its end the period is billed for good. Every invoice is checked.
 */
export function billedLife(thresholds: readonly UsageThreshold[], periods: readonly Period[]): BilledLife {
  const passed: { ids: string[]; level: number }[] = []
  let invoicedCents = 0
  let reachedCents = 0
  const billed = periods.map((batches): BilledPeriodOfLife => {
    const usage = new Map<number, number>()
    const progressive: InvoiceTotals[] = []
    let source: ProgressiveSource | null = null
    let surplusCents = 0
    /** The next invoice of the period: what it cannot take off of the one before comes back. */
    const bill = (fees: readonly FeeDraft[]): InvoiceTotals => {
      if (source !== null) surplusCents += relieve(fees, source).surplus.reduce((sum, one) => sum + one.amountCents, 0)
      return sound(fees, source === null ? [] : [source])
    }
    for (const batch of batches) {
      for (const { charge, cents } of batch) usage.set(charge, (usage.get(charge) ?? 0) + cents)
      const totalCents = invoicedCents + worth(usage)
      const found = passedThresholds(thresholds, reachedCents, totalCents)
      if (found.length === 0) continue
      const invoice = bill(feesOf(usage))
      progressive.push(invoice)
      passed.push({
        ids: found.map(({ threshold }) => threshold.id),
        level: Math.max(...found.map(({ levelCents }) => levelCents)),
      })
      source = sourceOf(invoice, `progressive-${progressive.length}`)
      reachedCents = Math.max(reachedCents, totalCents)
    }
    const last = bill([planFeeOf(PLAN_CENTS, { taxes: TAXES }), ...feesOf(usage)])
    const usedCents = worth(usage)
    invoicedCents += usedCents
    reachedCents = Math.max(reachedCents, invoicedCents)
    return { progressive, last, surplusCents, usedCents }
  })
  return { passed, periods: billed }
}

/** What the usage of a charge is worth is never below 0. */
const worth = (usage: ReadonlyMap<number, number>): number =>
  [...usage.values()].reduce((sum, cents) => sum + Math.max(0, cents), 0)

const feesOf = (usage: ReadonlyMap<number, number>): FeeDraft[] =>
  [...usage].map(([charge, cents]) => chargeFeeOf(Math.max(0, cents), { chargeId: `charge-${charge}`, taxes: TAXES }))

function sound(fees: readonly FeeDraft[], progressive: readonly ProgressiveSource[]): InvoiceTotals {
  const invoice = calculateInvoice(
    { currency: 'EUR', fees },
    { progressive, coupons: [], creditNotes: [], wallets: [] },
  )
  const violations = checkInvoice(invoice, invoice.fees)
  if (violations.length > 0) throw new Error(violations.join('; '))
  return invoice
}

export function sourceOf({ fees }: Pick<InvoiceTotals, 'fees'>, id: string): ProgressiveSource {
  return {
    id,
    subscriptionId: 'sub',
    fees: fees.map((fee, i) => ({
      id: `${id}-${i}`,
      chargeId: fee.chargeId ?? '',
      subject: usageSubject(fee.chargeId ?? '', fee.item.filters, fee.groupedBy),
      taxes: taxesKey(fee.taxes),
      leftCents: fee.amountCents,
    })),
  }
}

/** What all invoices of a period ask before taxes, without its plan fee, less what came back. */
export const askedForUsage = ({ progressive, last, surplusCents }: BilledPeriodOfLife): number =>
  [...progressive, last].reduce((sum, invoice) => sum + invoice.subTotalExcludingTaxesAmountCents, 0) -
  PLAN_CENTS -
  surplusCents
