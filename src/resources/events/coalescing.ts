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
  /** Lets no more requests in, and sends these. */
  readonly close: () => void
  /** In the order of the requests. */
  readonly replies: Promise<readonly IngestReply[]>
}

/**
 * The requests of this isolate that bring events to one customer's object at the same moment share a call of it. The first
 * opens a group and waits a moment for others: then they pay once, all together, for the call and for the write to the disk.
 * The object stores or refuses each for itself, and answers when all that it stored is kept.
 */
class IngestGroups {
  readonly #open = new Map<string, Group>()

  /** What the object answers to the request. Fails if the call of its group does. */
  async ingest(env: Env, ref: CustomerRef, request: IngestRequest): Promise<IngestReply> {
    const name = objectName(ref)
    const open = this.#open.get(name)
    const group = open ?? this.#openGroup(env, ref, name)
    const position = group.requests.push(request) - 1
    group.events += request.events.length
    if (group.events >= MAX_EVENTS_PER_GROUP) group.close()
    const replies = await (open === undefined ? group.replies : besideOwnTimer(group.replies))
    return replyAt(replies, position)
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
    this.#open.set(name, group)
    // The others rely on what this request has begun, whether or not its own client stays.
    waitUntil(group.replies.catch(() => undefined))
    return group
  }
}

const groups = new IngestGroups()

/** What the customer's object answers to a request that may share its call with others. */
export const ingestInGroup = (env: Env, ref: CustomerRef, request: IngestRequest): Promise<IngestReply> =>
  groups.ingest(env, ref, request)

/** The same for a request about which the object may have to ask D1: nobody else should have to wait for that. */
export async function ingestAlone(env: Env, ref: CustomerRef, request: IngestRequest): Promise<IngestReply> {
  return replyAt(await callCustomer(env, ref, (object, again) => object.ingest(ref, [request], again)), 0)
}

/** The runtime takes a request that only waits for another one for hung, and cancels it: so it waits for a timer of its own too. */
async function besideOwnTimer<T>(shared: Promise<T>): Promise<T> {
  const tooLong = async () => {
    await scheduler.wait(MAX_GROUP_MS)
    throw new Error('the call that this request shares took too long')
  }
  return Promise.race([shared, tooLong()])
}

function replyAt(replies: readonly IngestReply[], position: number): IngestReply {
  const reply = replies[position]
  if (reply === undefined) throw new Error('an object did not answer every request')
  return reply
}
