import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  choosesEuTaxAnew,
  euTaxCode,
  euTaxes,
  isEuTax,
  type VatInputs,
  type VatNumberCheck,
} from '../../../src/core/invoicing/eu_vat.js'
import { STANDARD_RATES } from '../../../src/core/invoicing/eu_vat_rates.js'

const NONE: VatNumberCheck = { outcome: 'none' }
const UNANSWERED: VatNumberCheck = { outcome: 'unanswered' }
const INVALID: VatNumberCheck = { outcome: 'invalid' }
const valid = (country: string): VatNumberCheck => ({ outcome: 'valid', country })

describe('the VAT of a customer of a French seller', () => {
  type Row = readonly [country: string | null, zip: string | null, number: VatNumberCheck, code: string, why: string]
  const rows: readonly Row[] = [
    ['FR', '75018', NONE, 'lago_eu_fr_standard', 'at home'],
    ['IT', '00146', NONE, 'lago_eu_it_standard', 'in another member state, as a consumer'],
    ['US', '80095', NONE, 'lago_eu_tax_exempt', 'outside the union'],
    ['GB', null, NONE, 'lago_eu_tax_exempt', 'no member state any more'],
    [null, null, NONE, 'lago_eu_fr_standard', 'nowhere: where the seller is'],
    [null, '35001', NONE, 'lago_eu_fr_standard', 'a postal code says nothing without its country'],
    ['IT', null, valid('IT'), 'lago_eu_reverse_charge', 'a business in another member state'],
    ['FR', null, valid('FR'), 'lago_eu_fr_standard', 'a business at home'],
    [null, null, valid('DE'), 'lago_eu_reverse_charge', 'the number tells where, too'],
    ['IT', null, INVALID, 'lago_eu_it_standard', 'a wrong number is none'],
    ['US', null, INVALID, 'lago_eu_tax_exempt', 'outside, with some other number'],
    ['IT', null, UNANSWERED, 'lago_eu_it_standard', 'nobody has vouched for the number yet'],
    ['ES', '35001', NONE, 'lago_eu_es_exception_canary_islands', 'Las Palmas'],
    ['ES', '38 001', NONE, 'lago_eu_es_exception_canary_islands', 'Tenerife, spaces do not count'],
    ['ES', '28001', NONE, 'lago_eu_es_standard', 'Madrid'],
    ['ES', 'ES-51001', NONE, 'lago_eu_es_exception_ceuta', 'a leading country does not count'],
    ['FR', '35001', NONE, 'lago_eu_fr_standard', 'the same code in another country'],
    ['ES', '35001', valid('ES'), 'lago_eu_es_exception_canary_islands', 'the territory comes before the number'],
    ['FR', '97400', NONE, 'lago_eu_fr_standard', 'Réunion: its rate is for businesses'],
    ['FR', '97400', UNANSWERED, 'lago_eu_fr_standard', 'and only for those that are known to be some'],
    ['FR', '97400', INVALID, 'lago_eu_fr_standard', 'a wrong number makes none'],
    ['FR', '97400', valid('FR'), 'lago_eu_fr_exception_reunion', 'a business on Réunion'],
    ['PT', '9000-123', NONE, 'lago_eu_pt_exception_madeira', 'Funchal'],
    ['PT', '9500-321', NONE, 'lago_eu_pt_exception_azores', 'Ponta Delgada'],
    ['PT', '1000-001', NONE, 'lago_eu_pt_standard', 'Lisbon'],
    ['AT', '6691', NONE, 'lago_eu_at_exception_jungholz', 'Jungholz'],
    ['DE', '78266', NONE, 'lago_eu_de_exception_busingen_am_hochrhein', 'Büsingen'],
  ]
  it.each<Row>(rows)('%s %s %o: %s (%s)', (country, zipcode, vatNumber, code) => {
    expect(euTaxCode({ country, zipcode, vatNumber, sellerCountry: 'FR' })).toBe(code)
  })

  const MEMBERS = Object.keys(STANDARD_RATES)
  const country = fc.constantFrom(null, 'US', 'GB', 'CH', ...MEMBERS)
  const vatNumber = fc.oneof(fc.constantFrom(NONE, UNANSWERED, INVALID), fc.constantFrom(...MEMBERS).map(valid))
  const zipcode = fc.option(fc.stringMatching(/^\d{4,5}$/))
  const facts = fc.record({ country, zipcode, vatNumber, sellerCountry: fc.constantFrom(...MEMBERS) })

  it('is one of the taxes that there are', () => {
    const codes = new Set(euTaxes().map((tax) => tax.code))
    fc.assert(
      fc.property(facts, (given) => codes.has(euTaxCode(given))),
      { numRuns: 2_000 },
    )
  })

  it('is reversed only for a valid number of another member state', () => {
    fc.assert(
      fc.property(facts, (given) => {
        if (euTaxCode(given) !== 'lago_eu_reverse_charge') return
        expect(given.vatNumber.outcome).toBe('valid')
        expect('country' in given.vatNumber && given.vatNumber.country).not.toBe(given.sellerCountry)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is exempt only outside the union', () => {
    fc.assert(
      fc.property(facts, (given) => {
        if (euTaxCode(given) === 'lago_eu_tax_exempt') expect(MEMBERS).not.toContain(given.country)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the taxes to choose from', () => {
  it('are a standard one for each of the 27 member states, the special territories, and two of nothing', () => {
    const codes = euTaxes().map((tax) => tax.code)
    expect(new Set(codes).size).toBe(codes.length)
    expect(codes.filter((code) => code.endsWith('_standard'))).toHaveLength(27)
    expect(euTaxes().every(isEuTax)).toBe(true)
  })

  it.each([
    ['lago_eu_fr_standard', '20'],
    ['lago_eu_de_standard', '19'],
    ['lago_eu_it_standard', '22'],
    ['lago_eu_es_standard', '21'],
    ['lago_eu_hu_standard', '27'],
    ['lago_eu_lu_standard', '17'],
    ['lago_eu_fi_standard', '25.5'],
    ['lago_eu_es_exception_canary_islands', '0'],
    ['lago_eu_fr_exception_reunion', '8.5'],
    ['lago_eu_reverse_charge', '0'],
    ['lago_eu_tax_exempt', '0'],
  ])('%s is %s percent', (code, rate) => {
    expect(euTaxes().find((tax) => tax.code === code)?.rate).toBe(rate)
  })
})

describe('the tax is chosen anew', () => {
  const known: VatInputs = {
    country: 'FR',
    zipcode: '75001',
    taxIdentificationNumber: null,
    billingEntityCode: 'default',
  }
  type Row = readonly [
    before: VatInputs | null,
    changes: Partial<VatInputs>,
    hasTaxes: boolean,
    anew: boolean,
    why: string,
  ]
  const rows: readonly Row[] = [
    [null, {}, false, true, 'for a new customer'],
    [known, {}, false, true, 'for one who has no tax'],
    [known, {}, true, false, 'not where nothing changed: taxes chosen by hand stay'],
    [known, { country: 'DE' }, true, true, 'after a move to another country'],
    [known, { country: null }, true, true, 'when the country is taken away'],
    [known, { zipcode: '97400' }, true, true, 'after a move within it'],
    [known, { taxIdentificationNumber: 'FR1' }, true, true, 'with a VAT number'],
    [known, { taxIdentificationNumber: '' }, true, false, 'not for a VAT number of nothing'],
    [known, { billingEntityCode: 'second' }, true, true, 'with another seller'],
  ]
  it.each<Row>(rows)('%o then %o, with taxes: %s: %s (%s)', (before, changes, hasTaxes, anew) => {
    expect(choosesEuTaxAnew(before, { ...known, ...changes }, hasTaxes)).toBe(anew)
  })
})
