import { describe, expect, it } from 'vitest'
import { computeEvent, formulaOf } from '../../../../src/core/metering/expression/formula.js'

const metric = { code: 'calls', fieldName: 'total', expression: 'event.properties.a * 2' }
const event = { code: 'calls', at: 0, properties: { a: 3, total: 'sent' } }

describe('what a metric computes of an event', () => {
  it('replaces the property that is aggregated, and nothing else', () => {
    expect(computeEvent(event, formulaOf(metric))).toEqual({
      ok: true,
      event: { ...event, properties: { a: 3, total: '6' } },
    })
  })

  it.each<[Parameters<typeof formulaOf>[0], string]>([
    [{ ...metric, expression: null }, 'without an expression'],
    [{ ...metric, fieldName: null }, 'without a property to keep it in'],
  ])('is nothing for a metric %#: %s', (plain) => {
    expect(computeEvent(event, formulaOf(plain))).toEqual({ ok: true, event })
  })

  it('fails with the words of the API where a property is missing', () => {
    expect(computeEvent({ ...event, properties: {} }, formulaOf(metric))).toEqual({
      ok: false,
      error: expect.stringMatching(/^expression_evaluation_failed: .*a not found/),
    })
  })

  it('an expression that cannot have been saved is a fault', () => {
    expect(() => formulaOf({ ...metric, expression: '1 +' })).toThrow('metric calls')
  })
})
