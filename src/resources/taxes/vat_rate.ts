import { Decimal } from '../../core/money/decimal.js'
import { invalid, ok, type Result } from '../../core/result.js'
import type { TaxRow } from './table.js'

/*
 * The older spelling of taxes (API rules, section 10): a `vat_rate` in percent, on a customer or an organization, stands for
 * one tax of that rate, named VAT. Setting another rate puts another such tax in its place; 0 stands for none.
 */

/** `rate` is percent, decimal text without needless zeros. */
export const vatTaxCode = (rate: string): string => `vat_${rate}`

export const isNoVat = (rate: string): boolean => new Decimal(rate).isZero()

/** Whether the tax is one that a `vat_rate` stands for. Others whose code starts alike are the user's own. */
export const isVatTax = (tax: { readonly code: string }): boolean => /^vat_\d+(\.\d+)?$/.test(tax.code)

export interface NewTax {
  readonly id: string
  readonly organizationId: string
  readonly appliedToOrganization: boolean
  readonly now: number
}

/** The row of a tax that a `vat_rate` stands for. */
export function newVatTax(rate: string, { now, ...given }: NewTax): Omit<TaxRow, 'seq'> {
  const life = { createdAt: now, updatedAt: now, deletedAt: null }
  return { ...given, ...life, code: vatTaxCode(rate), name: 'VAT', description: null, rate }
}

/**
 * The tax to use for `rate` where a tax with its code may exist already. One that was given another rate since is refused:
 * to apply it would charge a tax that nobody asked for.
 */
export function vatTaxFor<T extends Pick<TaxRow, 'rate'>>(rate: string, existing: T | undefined): Result<T | undefined> {
  const usable = existing === undefined || new Decimal(existing.rate).eq(rate)
  return usable ? ok(existing) : invalid({ vat_rate: ['value_already_exist'] })
}
