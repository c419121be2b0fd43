import { Decimal } from '../money/decimal.js'
import { invalid, ok, type Result } from '../result.js'

/*
 * The older spelling of taxes (API rules, section 10): a `vat_rate`, on a customer or an organization, stands for one tax
 * of that rate, named VAT. Another rate puts another such tax in its place; 0 stands for none. Rates are percent, decimal
 * text without needless zeros.
 */

export const vatTaxCode = (rate: string): string => `vat_${rate}`

export const isNoVat = (rate: string): boolean => new Decimal(rate).isZero()

/** Whether the tax is one that a `vat_rate` stands for. Others whose code starts alike are the user's own. */
export const isVatTax = (tax: { readonly code: string }): boolean => /^vat_\d+(\.\d+)?$/.test(tax.code)

/** The tax that a rate stands for, to be made when it is missing. */
export const vatTax = (rate: string) => ({ code: vatTaxCode(rate), name: 'VAT', description: null, rate })

/**
 * The tax to use where one with the rate's code may exist already; undefined when it has to be made. One that was given
 * another rate since is refused: to apply it would charge a tax that nobody asked for.
 */
export function existingVatTax<T extends { readonly rate: string }>(
  rate: string,
  found: T | undefined,
): Result<T | undefined> {
  const usable = found === undefined || new Decimal(found.rate).eq(rate)
  return usable ? ok(found) : invalid({ vat_rate: ['value_already_exist'] })
}
