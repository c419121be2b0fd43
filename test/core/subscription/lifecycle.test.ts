import { describe, expect, it } from 'vitest'
import { canBecome, SUBSCRIPTION_STATUSES, startDecision } from '../../../src/core/subscription/lifecycle.js'
import { at } from './support.js'

describe('a subscription becomes', () => {
  it('what the table allows and nothing else', () => {
    const allowed = SUBSCRIPTION_STATUSES.flatMap((from) =>
      SUBSCRIPTION_STATUSES.filter((to) => canBecome(from, to)).map((to) => `${from} -> ${to}`),
    )
    expect(allowed).toEqual([
      'pending -> incomplete',
      'pending -> active',
      'pending -> canceled',
      'incomplete -> active',
      'incomplete -> canceled',
      'active -> terminated',
    ])
  })
})

describe('a start', () => {
  it.each([
    [
      '2024-03-15T09:00:00Z',
      '2024-03-15T14:30:00Z',
      'UTC',
      'active_now',
      '2024-03-15T09:00:00Z',
      'at_once',
      'earlier today',
    ],
    [
      '2024-03-15T20:00:00Z',
      '2024-03-15T14:30:00Z',
      'UTC',
      'active_now',
      '2024-03-15T20:00:00Z',
      'at_once',
      'later today',
    ],
    ['2024-03-15T14:30:00Z', '2024-03-15T14:30:00Z', 'UTC', 'active_now', '2024-03-15T14:30:00Z', 'at_once', 'now'],
    [
      '2024-03-16T01:00:00Z',
      '2024-03-15T20:00:00Z',
      'America/Bogota',
      'active_now',
      '2024-03-16T01:00:00Z',
      'at_once',
      'today is the customer’s',
    ],
    [
      '2024-03-10T08:00:00Z',
      '2024-03-20T10:00:00Z',
      'UTC',
      'active_backdated',
      '2024-03-10T08:00:00Z',
      'next_billing_day',
      'before today',
    ],
    [
      '2024-03-15T04:00:00Z',
      '2024-03-15T06:00:00Z',
      'America/Bogota',
      'active_backdated',
      '2024-03-15T04:00:00Z',
      'next_billing_day',
      'two hours ago, yesterday',
    ],
  ])('%s at %s in %s: %s from %s, billed %s (%s)', (subscriptionAt, now, zone, kind, startedAt, bills) => {
    expect(startDecision(at(subscriptionAt), at(now), zone)).toEqual({ kind, startedAt: at(startedAt), bills })
  })

  it.each([
    [
      '2023-08-25T10:00:00Z',
      '2023-08-24T00:07:00Z',
      'America/Bogota',
      '2023-08-25T05:00:00Z',
      'local midnight of its day',
    ],
    [
      '2024-02-01T10:00:00Z',
      '2024-01-31T08:00:00Z',
      'Asia/Kathmandu',
      '2024-01-31T18:15:00Z',
      'also where that is no full hour',
    ],
    [
      '2024-04-26T10:00:00Z',
      '2024-04-25T08:00:00Z',
      'Africa/Cairo',
      '2024-04-25T22:00:00Z',
      'also where the clock skips it',
    ],
    ['2024-03-16T00:30:00Z', '2024-03-15T23:30:00Z', 'UTC', '2024-03-16T00:00:00Z', 'an hour ahead, tomorrow'],
  ])('%s at %s in %s is pending and becomes active at %s: %s', (subscriptionAt, now, zone, activatesAt) => {
    expect(startDecision(at(subscriptionAt), at(now), zone)).toEqual({
      kind: 'pending',
      activatesAt: at(activatesAt),
      bills: 'on_activation',
    })
  })

  it.each([
    [
      '2025-03-15T00:00:00Z',
      '2026-03-13T00:00:00Z',
      '2026-03-13T00:00:00Z',
      '2026-03-13T00:00:00Z',
      'active_backdated',
      'days before the termination',
    ],
    [
      '2024-03-10T00:00:00Z',
      '2024-03-10T10:00:00Z',
      '2024-03-10T10:00:00Z',
      '2024-03-10T10:00:00Z',
      'active_now',
      'earlier the same day',
    ],
    [
      '2024-03-15T00:00:00Z',
      '2024-03-20T00:00:00Z',
      '2024-03-10T00:00:00Z',
      '2024-03-15T00:00:00Z',
      'active_backdated',
      'after the termination',
    ],
  ])(
    '%s at %s under an id that was billed until %s begins at %s, %s: %s',
    (subscriptionAt, now, notBefore, startedAt, kind) => {
      expect(startDecision(at(subscriptionAt), at(now), 'UTC', at(notBefore))).toMatchObject({
        kind,
        startedAt: at(startedAt),
      })
    },
  )
})
