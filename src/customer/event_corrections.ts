import type { StoredEvent } from './contract.js'
import type {
  AmendReply,
  EventChanges,
  EventCorrections,
  EventHistory,
  EventPlace,
  WithdrawReply,
} from './event_contract.js'
import type { EventCounts } from './event_counts.js'
import type { LoggedEvent } from './event_log.js'
import type { EventVersions } from './event_versions.js'
import type { UsageCounters } from './usage_counters.js'

interface Parts {
  readonly versions: EventVersions
  readonly counters: UsageCounters
  readonly counts: EventCounts
  /** Runs all of it or nothing. */
  readonly transact: <T>(run: () => T) => T
}

/** Changes of stored events: the log, its history and everything that is counted change together. */
export class Corrections implements EventCorrections {
  constructor(private readonly parts: Parts) {}

  locate(externalSubscriptionId: string, transactionId: string): EventPlace | null {
    return this.parts.versions.locate(externalSubscriptionId, transactionId)
  }

  withdraw(seq: number, now: number): WithdrawReply {
    const { versions, counters, counts, transact } = this.parts
    return transact(() => {
      const before = versions.current(seq)
      if (typeof before === 'string') return { outcome: before === 'withdrawn' ? 'already_withdrawn' : before }
      versions.end(seq, now, 'deletion')
      versions.empty(seq)
      counters.unfold(logged(before.event))
      counts.add('withdrawn', before.subscription, before.code, 1)
      return { outcome: 'withdrawn', event: before.event }
    })
  }

  amend(seq: number, changes: EventChanges, now: number): AmendReply {
    const { versions, counters, counts, transact } = this.parts
    return transact(() => {
      const before = versions.current(seq)
      if (typeof before === 'string') return { outcome: before === 'withdrawn' ? 'already_withdrawn' : before }
      const event = changed(before.event, changes)
      if (isSame(before.event, event)) return { outcome: 'unchanged', event: before.event }
      versions.end(seq, now, 'amendment')
      const code = versions.replace(event)
      counters.unfold(logged(before.event))
      counters.fold([logged(event)])
      counts.add('amended', before.subscription, before.code, 1)
      counts.add('accepted', before.subscription, code, 0)
      return { outcome: 'amended', event }
    })
  }

  history(seq: number): EventHistory | null {
    const { versions } = this.parts
    const current = versions.current(seq)
    if (current === 'not_found') return null
    return { current: current === 'withdrawn' ? null : current.event, past: versions.past(seq) }
  }
}

function changed(event: StoredEvent, changes: EventChanges): StoredEvent {
  const { code = event.code, at = event.at, properties = event.properties } = changes
  const { preciseTotalAmountCents = event.preciseTotalAmountCents } = changes
  return { ...event, code, at, properties, preciseTotalAmountCents }
}

const isSame = (a: StoredEvent, b: StoredEvent): boolean => JSON.stringify(a) === JSON.stringify(b)

function logged(event: StoredEvent): LoggedEvent {
  const { externalSubscriptionId, code, at, seq, properties, preciseTotalAmountCents } = event
  if (externalSubscriptionId === null) throw new Error(`the stored event ${seq} has no subscription`)
  return { externalSubscriptionId, code, at, seq, properties, preciseTotalAmountCents }
}
