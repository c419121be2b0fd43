import { exceptionAt, isMemberState, SPECIAL_TERRITORIES, STANDARD_RATES } from './eu_vat_rates.js'

/*
 * Which VAT a customer pays to a seller in the European Union (invoicing rules, section 4, 'EU VAT'): the tax that is chosen, and
 * the taxes there are to choose from. Countries are ISO 3166 alpha-2 in upper case.
 */

/** What is known of a VAT number: none given, given and not answered for yet, unknown, or valid in that country. */
export type VatNumberCheck =
  | { readonly outcome: 'none' | 'unanswered' | 'invalid' }
  | { readonly outcome: 'valid'; readonly country: string }

export interface VatFacts {
  readonly country: string | null
  readonly zipcode: string | null
  readonly vatNumber: VatNumberCheck
  readonly sellerCountry: string
}

const CODE_START = 'lago_eu_'
const REVERSE_CHARGE = `${CODE_START}reverse_charge`
const TAX_EXEMPT = `${CODE_START}tax_exempt`
const standardCode = (country: string): string => `${CODE_START}${country.toLowerCase()}_standard`
const exceptionCode = (country: string, name: string): string =>
  `${CODE_START}${country.toLowerCase()}_exception_${name}`

/** Whether the tax is one of those that European tax management chooses from. */
export const isEuTax = (tax: { readonly code: string }): boolean => tax.code.startsWith(CODE_START)

/** The code of the one tax that the customer pays. */
export function euTaxCode({ country, zipcode, vatNumber, sellerCountry }: VatFacts): string {
  const territory = country === null ? undefined : exceptionAt(country, zipcode)
  if (country !== null && territory !== undefined && (!territory.businessOnly || vatNumber.outcome === 'valid')) {
    return exceptionCode(country, territory.name)
  }
  if (vatNumber.outcome === 'valid') {
    return vatNumber.country === sellerCountry ? standardCode(vatNumber.country) : REVERSE_CHARGE
  }
  // A number that nobody has vouched for yet changes nothing.
  const taxedIn = country ?? sellerCountry
  return isMemberState(taxedIn) ? standardCode(taxedIn) : TAX_EXEMPT
}

/** What the choice depends on, besides the answer about the VAT number. */
export interface VatInputs {
  readonly country: string | null
  readonly zipcode: string | null
  readonly taxIdentificationNumber: string | null
  readonly billingEntityCode: string
}

/**
 * Whether the tax is to be chosen anew: for a new customer (`before` is null), for one who has no tax at all, and where
 * something changed that the choice depends on. Taxes chosen by hand stay until then.
 */
export function choosesEuTaxAnew(before: VatInputs | null, after: VatInputs, hasTaxes: boolean): boolean {
  if (before === null || !hasTaxes) return true
  const inputs = ['country', 'zipcode', 'taxIdentificationNumber', 'billingEntityCode'] as const
  return inputs.some((input) => (before[input] ?? '') !== (after[input] ?? ''))
}

export interface EuTax {
  readonly code: string
  readonly name: string
  /** Percent, decimal text. */
  readonly rate: string
}

/** Every tax that {@link euTaxCode} can choose. */
export function euTaxes(): EuTax[] {
  const standard = Object.entries(STANDARD_RATES).map(([country, rate]) => ({
    code: standardCode(country),
    name: `VAT ${country}`,
    rate,
  }))
  const exceptions = SPECIAL_TERRITORIES.map(({ country, name, title, rate }) => ({
    code: exceptionCode(country, name),
    name: `VAT ${country}, ${title}`,
    rate,
  }))
  return [
    ...standard,
    ...exceptions,
    { code: REVERSE_CHARGE, name: 'Reverse charge', rate: '0' },
    { code: TAX_EXEMPT, name: 'Tax exempt', rate: '0' },
  ]
}
