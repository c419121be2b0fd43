import { expect, it } from 'vitest'
import { repeatedEvents } from '../../../src/core/metering/event_identity.js'

type Sent = [externalSubscriptionId: string | null, transactionId: string]

it.each<[Sent[], number[], string]>([
  [[], [], 'no events'],
  [
    [
      ['s', 'a'],
      ['s', 'a'],
      ['s', 'a'],
    ],
    [1, 2],
    'all but the first',
  ],
  [
    [
      ['s', 'a'],
      ['s2', 'a'],
    ],
    [],
    'another subscription is another event',
  ],
  [
    [
      [null, 'a'],
      [null, 'a'],
    ],
    [],
    'without subscription nothing is a duplicate',
  ],
  [
    [
      ['s","t', 'a'],
      ['s', 't","a'],
    ],
    [],
    'ids are not run together',
  ],
  [
    [
      ['s', 'a'],
      ['s', 'b'],
      ['s', 'b'],
      ['s', 'a'],
    ],
    [2, 3],
    'each is compared with all before it',
  ],
])('of %j the repeated ones are %j: %s', (sent, repeated) => {
  const events = sent.map(([externalSubscriptionId, transactionId]) => ({ externalSubscriptionId, transactionId }))
  expect([...repeatedEvents(events)]).toEqual(repeated)
})
