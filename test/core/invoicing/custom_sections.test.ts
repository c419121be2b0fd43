import { describe, expect, it } from 'vitest'
import { type CustomSectionChoice, customSectionCodes } from '../../../src/core/invoicing/custom_sections.js'

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
  ])('%s', (_, own, customer, entity, codes) => {
    expect(customSectionCodes(own, customer, entity)).toEqual(codes)
  })
})
