import type { CustomerRef, IngestCheck, IngestReply, IngestRequest } from './contract.js'
import type { OwnedSubscriptions } from './owned_subscriptions.js'
import type { UsageStore } from './usage_store.js'

export interface IngestionHost {
  readonly usage: UsageStore
  readonly owned: OwnedSubscriptions
  /** Looks in D1 whether a subscription runs here, and takes in what waits for it. */
  adopt(ref: CustomerRef, externalSubscriptionId: string): Promise<void>
  /** Is told in the same turn that events were stored. `now` in epoch milliseconds. */
  stored(ref: CustomerRef, now: number): void
}

type NotMine = Extract<IngestReply, { outcome: 'not_mine' }>

/** Takes events into the customer's log if their subscriptions are the customer's own. */
export class Ingestion {
  constructor(private readonly host: IngestionHost) {}

  /** Believes callers that have just read in D1 whose the subscriptions are. Has to come before all else. */
  async adoptConfirmed(ref: CustomerRef, requests: readonly IngestRequest[]): Promise<void> {
    const confirmed = requests.filter((request) => request.confirmed)
    for (const externalId of this.#foreign(confirmed)) await this.host.adopt(ref, externalId)
  }

  /**
   * Stores or refuses each request, at once: nothing is awaited, so what is found to be own still is when it is stored.
   * The answers are in the order of the requests.
   * @param again see {@link CustomerApi.ingest}
   */
  ingest(ref: CustomerRef, requests: readonly IngestRequest[], again: boolean): IngestReply[] {
    const refusals = requests.map((request) => this.#refusal(request))
    const own = requests.filter((_, i) => refusals[i] === null)
    const received = own.map(({ events, now }) => events.map((event) => ({ ...event, createdAt: now })))
    const replies = this.host.usage.appendEach(received, again).values()
    const [first] = own
    if (first !== undefined) this.host.stored(ref, first.now)
    return refusals.flatMap((refusal) => refusal ?? replies.next().value ?? [])
  }

  /** {@link ingest} of one request. */
  ingestOne(ref: CustomerRef, request: IngestRequest): IngestReply {
    const [reply] = this.ingest(ref, [request], false)
    if (reply === undefined) throw new Error('a request has no answer')
    return reply
  }

  check(request: IngestRequest): IngestCheck {
    const refusal = this.#refusal(request)
    if (refusal !== null) return refusal
    const positions = this.host.usage.refusedDuplicates(request.events)
    return positions.length > 0 ? { outcome: 'duplicates', positions } : { outcome: 'storable' }
  }

  /** Null when the request's subscriptions are this customer's: known as such, or confirmed by who asks. */
  #refusal(request: IngestRequest): NotMine | null {
    const externalSubscriptionIds = request.confirmed ? [] : this.#foreign([request])
    return externalSubscriptionIds.length === 0 ? null : { outcome: 'not_mine', externalSubscriptionIds }
  }

  #foreign(requests: readonly IngestRequest[]): string[] {
    const externalIds = requests.flatMap(({ events }) => events.map((event) => event.externalSubscriptionId ?? ''))
    return this.host.owned.foreign(externalIds)
  }
}
