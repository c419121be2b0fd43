import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CustomSectionChoice, customSectionCodes } from '../../../src/core/invoicing/custom_sections.js'

const KNOWN = new Set(['e', 'c', 's', 't'])
const NOTHING_SAID: CustomSectionChoice = { skipsCustomSections: false, customSectionCodes: [] }
const NONE: CustomSectionChoice = { skipsCustomSections: true, customSectionCodes: ['x'] }
const wants = (...codes: string[]): CustomSectionChoice => ({ skipsCustomSections: false, customSectionCodes: codes })

describe('the sections of an invoice', () => {
  it.each<[string, CustomSectionChoice[], CustomSectionChoice, string[], string[]]>([
    ["are the entity's where nobody says otherwise", [NOTHING_SAID], NOTHING_SAID, ['e'], ['e']],
    ["are the customer's before the entity's", [NOTHING_SAID], wants('c'), ['e'], ['c']],
    ["are the subscription's before the customer's", [wants('s')], wants('c'), ['e'], ['s']],
    ['are none where the customer wants none', [NOTHING_SAID], NONE, ['e'], []],
    ['are none where the subscription wants none', [NONE], wants('c'), ['e'], []],
    ['are those of a subscription though the customer wants none', [wants('s')], NONE, ['e'], ['s']],
    [
      'of two subscriptions are those of both, each once',
      [wants('s', 't'), wants('t'), NOTHING_SAID],
      wants('c'),
      [],
      ['s', 't', 'c'],
    ],
    ["of no subscription are the customer's", [], wants('c'), ['e'], ['c']],
    ["are the customer's where the subscription names gone ones alone", [wants('gone')], wants('c'), ['e'], ['c']],
    ["are the entity's where the customer names gone ones alone", [], wants('gone'), ['e'], ['e']],
    ['are without the gone ones among others', [wants('gone', 's')], wants('c'), ['e'], ['s']],
    ["are without the entity's gone ones", [], NOTHING_SAID, ['gone', 'e'], ['e']],
  ])('%s', (_, own, customer, entity, codes) => {
    expect(customSectionCodes(own, customer, entity, KNOWN)).toEqual(codes)
  })
  it('are known ones, each once, whoever wants what', () => {
    const choice = fc.record({
      skipsCustomSections: fc.boolean(),
      customSectionCodes: fc.array(fc.constantFrom('e', 'c', 's', 't', 'gone', 'lost')),
    })
    fc.assert(
      fc.property(fc.array(choice), choice, choice, (own, customer, entity) => {
        const codes = customSectionCodes(own, customer, entity.customSectionCodes, KNOWN)
        expect(new Set(codes).size).toBe(codes.length)
        expect(codes.filter((code) => !KNOWN.has(code))).toEqual([])
        // Whoever names a known one is heard, unless he wants none.
        const heard = own.filter(({ skipsCustomSections }) => !skipsCustomSections)
        const named = heard.flatMap(({ customSectionCodes: wanted }) => wanted.filter((code) => KNOWN.has(code)))
        expect(codes).toEqual(expect.arrayContaining(named))
      }),
      { numRuns: 1000 },
    )
  })
})
