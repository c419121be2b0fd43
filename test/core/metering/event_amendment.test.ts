import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { amendEvent } from '../../../src/core/metering/event_amendment.js'
import type { NewEvent } from '../../../src/core/metering/events.js'

const event: NewEvent = {
  transactionId: 't',
  code: 'calls',
  externalSubscriptionId: 's',
  externalCustomerId: null,
  at: 1_000_000,
  properties: { n: 1 },
  preciseTotalAmountCents: '5',
}
const RECEIVED_AT = 7_000

const amended = (sent: Record<string, unknown>) => {
  const parsed = amendEvent(event, sent, RECEIVED_AT)
  return parsed.ok ? parsed.event : parsed.errors
}

describe('an amendment changes the fields that are sent', () => {
  it.each<[Record<string, unknown>, Partial<NewEvent>, string]>([
    [{ code: 'storage' }, { code: 'storage' }, 'the code'],
    [{ timestamp: '2.5' }, { at: 2_500_000 }, 'the time, in seconds as text'],
    [{ timestamp: null }, { at: 7_000_000 }, 'no time is that of reception'],
    [{ properties: { m: 2 } }, { properties: { m: 2 } }, 'properties are replaced, not merged'],
    [{ properties: null }, { properties: {} }, 'no properties'],
    [{ precise_total_amount_cents: 1.5 }, { preciseTotalAmountCents: '1.5' }, 'the amount, a number'],
    [{ precise_total_amount_cents: null }, { preciseTotalAmountCents: null }, 'no amount'],
    [{}, {}, 'nothing'],
    [{ transaction_id: 'u', external_subscription_id: 'x', external_customer_id: 'y' }, {}, 'never whose it is'],
  ])('%j gives %j: %s', (sent, changes) => {
    expect(amended(sent)).toEqual({ ...event, ...changes })
  })

  it.each([
    [{ code: ' ' }, { code: ['value_is_mandatory'] }],
    [{ timestamp: '2024-01-01' }, { timestamp: ['invalid_format'] }],
    [{ properties: [] }, { properties: ['value_is_invalid'] }],
    [{ precise_total_amount_cents: 'x' }, { precise_total_amount_cents: ['invalid_value'] }],
    [
      { timestamp: 'x', code: null },
      { timestamp: ['invalid_format'], code: ['value_is_mandatory'] },
    ],
  ])('%j is refused as it is when an event arrives', (sent, errors) => {
    expect(amended(sent)).toEqual(errors)
  })

  it('sent again, it changes nothing', () => {
    const field = fc.oneof(fc.string(), fc.double(), fc.constant(null), fc.dictionary(fc.string(), fc.jsonValue()))
    const sent = fc.dictionary(
      fc.constantFrom('code', 'timestamp', 'properties', 'precise_total_amount_cents', 'other'),
      field,
    )
    fc.assert(
      fc.property(sent, (fields) => {
        const once = amendEvent(event, fields, RECEIVED_AT)
        if (once.ok) expect(amendEvent(once.event, fields, RECEIVED_AT)).toEqual(once)
      }),
    )
  })
})
