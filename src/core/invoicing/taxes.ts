import type { Tax } from '../catalog.js'
import { type Decimal, type DecimalValue, ZERO } from '../money/decimal.js'
import { roundHalfUp } from '../money/rounding.js'
import { cutToCents, roundToCents, sumCents } from './cents.js'
import { type FeeDraft, netCents, preciseNetCents } from './fee.js'

/** A tax as copied onto a fee or an invoice; the catalog may change afterwards. */
export interface AppliedTax {
  readonly taxId: string
  readonly code: string
  readonly name: string
  readonly description: string | null
  /** Percent, decimal text. */
  readonly rate: string
  /** Rounded half up; 0 for a rate of 0, which is written down too. */
  readonly amountCents: number
}

export interface InvoiceAppliedTax extends AppliedTax {
  /** The net amount of the fees that bear this tax, cut to an integer. */
  readonly feesAmountCents: number
}

/** The taxes that a fee itself shows. Those of the invoice are not their sum. */
export interface FeeTaxes {
  /** The sum of the rates, percent. */
  readonly rate: Decimal
  /** All taxes of the fee, rounded once: the rows may add up to something else. */
  readonly amountCents: number
  /** On the precise net amount, unrounded, in minor units. */
  readonly preciseAmountCents: Decimal
  /** Each rounded for itself, in the order of the level. */
  readonly appliedTaxes: readonly AppliedTax[]
}

export interface TaxTotals {
  /** One row per tax, by code. */
  readonly appliedTaxes: readonly InvoiceAppliedTax[]
  /** The sum of the rows. */
  readonly amountCents: number
}

/** An amount in minor units and the taxes that it bears. */
export interface TaxedAmount {
  readonly netCents: Decimal
  readonly taxes: readonly Tax[]
}

/**
 * The first level that has any taxes wins, whole; levels run from the narrowest to the widest: charge, plan, customer,
 * organization (invoicing rules, section 4).
 */
export function taxesOfFee(levels: readonly (readonly Tax[])[]): readonly Tax[] {
  return levels.find((taxes) => taxes.length > 0) ?? []
}

/** The taxes of one fee (invoicing rules, section 2, "Rounding"). Every tax applies to the same net, none on top of another. */
export function taxFee(fee: FeeDraft): FeeTaxes {
  const net = netCents(fee)
  const rate = totalRate(fee.taxes)
  return {
    rate,
    amountCents: roundToCents(percentOf(net, rate)),
    preciseAmountCents: percentOf(preciseNetCents(fee), rate),
    appliedTaxes: fee.taxes.map((tax) => applied(tax, percentOf(net, tax.rate))),
  }
}

/**
 * The taxes of an invoice: each summed over all that bears it, then rounded once. The total is the sum of the rounded taxes,
 * so that the listed ones add up (invoicing rules, section 2, "Rounding").
 */
export function taxTotals(amounts: Iterable<TaxedAmount>): TaxTotals {
  const bases = new Map<string, { readonly tax: Tax; net: Decimal; due: Decimal }>()
  for (const { netCents: net, taxes } of amounts) {
    for (const tax of taxes) {
      const base = bases.get(tax.id) ?? { tax, net: ZERO, due: ZERO }
      bases.set(tax.id, base)
      base.net = base.net.plus(net)
      base.due = base.due.plus(percentOf(net, tax.rate))
    }
  }
  const appliedTaxes = [...bases.values()]
    .map(({ tax, net, due }) => ({ ...applied(tax, due), feesAmountCents: cutToCents(net) }))
    .sort(byCode)
  return { appliedTaxes, amountCents: sumCents(appliedTaxes.map((tax) => tax.amountCents)) }
}

/**
 * The invoice's tax rate: the rates of its fees weighted by their net amounts, or by number of fees when the subtotal is 0.
 * Percent, half up at 5 decimals; 0 without fees (invoicing rules, section 2, "Rounding").
 */
export function weightedTaxRate(fees: readonly FeeDraft[], subTotalExcludingTaxesAmountCents: number): Decimal {
  const byNumber = subTotalExcludingTaxesAmountCents === 0
  const whole = byNumber ? fees.length : subTotalExcludingTaxesAmountCents
  if (whole === 0) return ZERO
  const weighted = fees.reduce((sum, fee) => sum.plus(totalRate(fee.taxes).times(byNumber ? 1 : netCents(fee))), ZERO)
  return roundHalfUp(weighted.div(whole), 5)
}

/** The sum of the rates, percent. */
export function totalRate(taxes: readonly Pick<Tax, 'rate'>[]): Decimal {
  return taxes.reduce((sum, tax) => sum.plus(tax.rate), ZERO)
}

function percentOf(amount: Decimal, rate: DecimalValue): Decimal {
  return amount.times(rate).div(100)
}

function applied(tax: Tax, due: Decimal): AppliedTax {
  const { id, code, name, description, rate } = tax
  return { taxId: id, code, name, description, rate, amountCents: roundToCents(due) }
}

function byCode(a: AppliedTax, b: AppliedTax): number {
  if (a.code !== b.code) return a.code < b.code ? -1 : 1
  return a.taxId < b.taxId ? -1 : 1
}
