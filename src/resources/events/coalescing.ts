import { waitUntil } from 'cloudflare:workers'
import {
  type CustomerRef,
  callCustomer,
  type IngestReply,
  type IngestRequest,
  objectName,
} from '../../customer/contract.js'
import type { Env } from '../../env.js'
import { GROUP_OPEN_MS, MAX_EVENTS_PER_GROUP, MAX_GROUP_MS } from '../../limits.js'

/** Requests that go to a customer's object in one call. */
interface Group {
  readonly requests: IngestRequest[]
  events: number
  /** Takes no more requests, and is sent at once. */
  readonly close: () => void
  /** In the order of the requests. */
  readonly replies: Promise<readonly IngestReply[]>
}

/**
 * The requests of this isolate that bring events to the same customer's object at the same moment share one call of it. The
 * first opens a group and waits a moment for others: what a call costs besides its events, and the write to the disk, is
 * then theirs together. Each is stored or refused for itself, and none is answered before its events are kept.
 */
class IngestGroups {
  readonly #open = new Map<string, Group>()

  /** What the object answers to the request. Fails if the call of its group does. */
  async ingest(env: Env, ref: CustomerRef, request: IngestRequest): Promise<IngestReply> {
    const name = objectName(ref)
    const group = this.#open.get(name) ?? this.#openGroup(env, ref, name)
    const position = group.requests.push(request) - 1
    group.events += request.events.length
    if (group.events >= MAX_EVENTS_PER_GROUP) group.close()
    // A request that waits only for what another one does is taken for hung, and canceled. So it has a timer of its own.
    const replies = await Promise.race([group.replies, scheduler.wait(MAX_GROUP_MS)])
    const reply = replies?.[position]
    if (reply === undefined) throw new Error(`${name} did not answer`)
    return reply
  }

  #openGroup(env: Env, ref: CustomerRef, name: string): Group {
    const requests: IngestRequest[] = []
    const closed = Promise.withResolvers<void>()
    const close = () => {
      if (this.#open.get(name) === group) this.#open.delete(name)
      closed.resolve()
    }
    const send = async () => {
      await Promise.race([closed.promise, scheduler.wait(GROUP_OPEN_MS)])
      close()
      return callCustomer(env, ref, (object, again) => object.ingest(ref, requests, again))
    }
    const group: Group = { requests, events: 0, close, replies: send() }
    // The others rely on what this request has begun, whether or not its own client stays.
    waitUntil(group.replies.catch(() => undefined))
    this.#open.set(name, group)
    return group
  }
}

const groups = new IngestGroups()

/** What the customer's object answers to a request that may share its call with others. */
export const ingestInGroup = (env: Env, ref: CustomerRef, request: IngestRequest): Promise<IngestReply> =>
  groups.ingest(env, ref, request)

/** The same for a request that the object may have to ask D1 about: nobody else should have to wait for that. */
export async function ingestAlone(env: Env, ref: CustomerRef, request: IngestRequest): Promise<IngestReply> {
  const [reply] = await callCustomer(env, ref, (object, again) => object.ingest(ref, [request], again))
  if (reply === undefined) throw new Error(`${objectName(ref)} did not answer`)
  return reply
}
