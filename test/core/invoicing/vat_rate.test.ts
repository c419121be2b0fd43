import { describe, expect, it } from 'vitest'
import { existingVatTax, isNoVat, isVatTax, vatTax, vatTaxCode } from '../../../src/core/invoicing/vat_rate.js'

describe('the tax that a vat_rate stands for', () => {
  it('has the rate in its code, and is told from taxes that people made', () => {
    expect(vatTax('12.5')).toEqual({ code: 'vat_12.5', name: 'VAT', description: null, rate: '12.5' })
    expect(isVatTax(vatTax('12.5'))).toBe(true)
  })

  it.each([
    ['vat_20', true, 'a whole rate'],
    ['vat_0.25', true, 'a fraction'],
    ['vat_fr', false, 'a word'],
    ['vat_20_fr', false, 'a rate and a word'],
    ['vat_', false, 'no rate'],
    ['vat_1.', false, 'half a rate'],
    ['my_vat_20', false, 'another start'],
    ['VAT_20', false, 'codes have a case'],
  ])('%s is one: %s (%s)', (code, expected) => {
    expect(isVatTax({ code })).toBe(expected)
  })

  it.each([
    ['0', true],
    ['0.00', true],
    ['0.01', false],
    ['20', false],
  ])('a rate of %s is none: %s', (rate, expected) => {
    expect(isNoVat(rate)).toBe(expected)
  })

  it('is made when it is missing, reused at the same rate, and refused at another', () => {
    expect(existingVatTax('20', undefined)).toEqual({ ok: true, value: undefined })
    const same = { code: vatTaxCode('20'), rate: '20.0' }
    expect(existingVatTax('20', same)).toEqual({ ok: true, value: same })
    expect(existingVatTax('20', { code: vatTaxCode('20'), rate: '21' })).toEqual({
      ok: false,
      failure: { kind: 'invalid', details: { vat_rate: ['value_already_exist'] } },
    })
  })
})
