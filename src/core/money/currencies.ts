/**
 * The currencies that can be billed in: those of the API's document, and the currencies in circulation with three decimals,
 * which it leaves out though amounts in them are served. Grouped by their minor-unit exponent in ISO 4217; codes that have
 * been withdrawn since keep the exponent they had.
 */
const CODES_BY_EXPONENT: readonly (readonly [exponent: number, codes: string])[] = [
  [0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF'],
  [
    2,
    `AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BWP BYN BZD CAD CDF CHF CNY COP CRC CVE CZK
    DKK DOP DZD EGP ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR JMD KES KGS KHR KYD KZT LAK
    LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRO MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN
    QAR RON RSD RUB SAR SBD SCR SEK SGD SHP SLL SOS SRD STD SZL THB TJS TOP TRY TTD TWD TZS UAH USD UYU UZS WST XCD YER ZAR
    ZMW`,
  ],
  [3, 'BHD IQD JOD KWD LYD OMR TND'],
  [4, 'CLF'],
]

/** Code of each currency to its minor-unit exponent: EUR 2, JPY 0, BHD 3. Ask with `Object.hasOwn`. */
export const CURRENCIES: Readonly<Record<string, number>> = Object.fromEntries(
  CODES_BY_EXPONENT.flatMap(([exponent, codes]) => codes.split(/\s+/).map((code) => [code, exponent] as const)),
)

/**
 * Decimal places of a currency's amounts: one minor unit is 10 to the minus that. Throws for what is no key of
 * {@link CURRENCIES}: requests are checked against it before anything is stored.
 */
export function exponentOf(currency: string): number {
  const exponent = Object.hasOwn(CURRENCIES, currency) ? CURRENCIES[currency] : undefined
  if (exponent === undefined) throw new RangeError(`unknown currency ${currency}`)
  return exponent
}
