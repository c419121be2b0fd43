import { describe, expect, it } from 'vitest'
import { ownerOf, ranAt } from '../../../src/core/metering/event_owner.js'

const subscription = (id: string, startedAt: number | null, terminatedAt: number | null = null) => ({
  id,
  startedAt,
  terminatedAt,
})
/** An instant in milliseconds, and so many microseconds. */
const micros = (ms: number, more = 0) => ms * 1000 + more

const ended = subscription('ended', 100, 200)
const active = subscription('active', 300)
const pending = subscription('pending', null)

describe('every event has one owner', () => {
  it.each([
    [[], micros(150), undefined, 'nothing ever had the id'],
    [[ended, active], micros(150), 'ended', 'it ran at that time'],
    [[ended, active], micros(350), 'active', 'it runs at that time'],
    [[ended, active], micros(100), 'ended', 'the first instant belongs to what starts'],
    [[ended, active], micros(200), 'ended', 'the last instant belongs to what ends'],
    [[ended, active], micros(200, 1), 'active', 'just after an end, nothing ran: what runs now takes it'],
    [[ended, active], micros(50), 'active', 'before everything: what runs now takes it'],
    [[ended, pending], micros(150), 'ended', 'what is to come does not take what was used before'],
    [[ended, pending], micros(250), 'pending', 'nothing runs: what is to come takes it'],
    [[pending, active], micros(250), 'active', 'what runs goes before what is to come'],
    [[ended], micros(500), 'ended', 'nothing runs or will: the last one keeps it'],
    [[subscription('later', 10, 90), subscription('sooner', 20, 80)], micros(95), 'later', 'the one that ended last'],
    [
      [subscription('old', 100, 200), subscription('new', 200)],
      micros(200),
      'new',
      'a change of hands: what began then',
    ],
    [[subscription('old', 100, 200), subscription('new', 200)], micros(199, 999), 'old', 'the microsecond before it'],
    [[subscription('a', 200, 200), subscription('b', 200)], micros(200), 'b', 'of the same start the one made last'],
  ])('of %j at %i it is %s: %s', (candidates, at, owner, _why) => {
    expect(ownerOf(candidates, at)?.id).toBe(owner)
  })

  it('a subscription that has not started never ran', () => {
    expect(ranAt(pending, micros(0))).toBe(false)
  })
})
