import { waitUntil } from 'cloudflare:workers'
import {
  type CustomerRef,
  callCustomer,
  type IngestReply,
  type IngestRequest,
  objectName,
} from '../../customer/contract.js'
import type { Env } from '../../env.js'
import { ExpiringCache } from '../../http/expiring_cache.js'
import { BUSY_MS, GROUP_OPEN_MS, MAX_CACHE_ENTRIES, MAX_EVENTS_PER_GROUP, MAX_GROUP_MS } from '../../limits.js'
import type { Edge } from './edge.js'

/** Requests that go to a customer's object in one call. */
interface Group {
  readonly requests: IngestRequest[]
  events: number
  /** In the order of the requests. */
  readonly replies: Promise<readonly IngestReply[]>
}

/**
 * Requests of this isolate that bring events to one customer's object at the same moment share a call of it. The first opens
 * a group and waits a moment for others, so that all of them pay once for the call and for the write to the disk; but where
 * nobody has come for a while, it does not wait. The object stores or refuses each for itself, and answers when what it stored
 * is kept.
 *
 * Requests have nothing in common but plain data and the promise of the replies. None may do what makes another go on, for
 * the runtime lets each do only its own I/O: so a group is sent when the timer of the request that opened it says so.
 */
class IngestGroups {
  readonly #open = new Map<string, Group>()
  /** The objects that others may be about to call, for some just have. */
  readonly #busy = new ExpiringCache<true>(BUSY_MS, MAX_CACHE_ENTRIES)

  /** What the object answers to the request. Fails if the call that it shares does. */
  async ingest({ env, clock }: Edge, ref: CustomerRef, request: IngestRequest): Promise<IngestReply> {
    const name = objectName(ref)
    const open = this.#open.get(name)
    const isBusy = this.#busy.get(name, clock) !== undefined
    this.#busy.set(name, true, clock)
    if (open === undefined && !isBusy) return ingestAlone(env, ref, request)
    const group = open ?? this.#openGroup(env, ref, name)
    const position = group.requests.push(request) - 1
    group.events += request.events.length
    if (group.events >= MAX_EVENTS_PER_GROUP) this.#close(name, group)
    return replyAt(await (open === undefined ? group.replies : besideOwnTimer(group.replies)), position)
  }

  #openGroup(env: Env, ref: CustomerRef, name: string): Group {
    const requests: IngestRequest[] = []
    const send = async () => {
      await scheduler.wait(GROUP_OPEN_MS)
      this.#close(name, group)
      return callCustomer(env, ref, (object, again) => object.ingest(ref, requests, again))
    }
    const group: Group = { requests, events: 0, replies: send() }
    this.#open.set(name, group)
    // The others rely on what this request has begun, whether or not its own client stays.
    waitUntil(group.replies.catch(() => undefined))
    return group
  }

  /** Lets no more requests into a group. */
  #close(name: string, group: Group): void {
    if (this.#open.get(name) === group) this.#open.delete(name)
  }
}

const groups = new IngestGroups()

/**
 * What the customer's object answers to a request. One about which it may have to ask D1 shares its call with nobody, who would
 * have to wait for that; nor does one that is as large as a group.
 */
export function ingestAtCustomer(edge: Edge, ref: CustomerRef, request: IngestRequest): Promise<IngestReply> {
  const isAlone = request.confirmed || request.events.length >= MAX_EVENTS_PER_GROUP
  return isAlone ? ingestAlone(edge.env, ref, request) : groups.ingest(edge, ref, request)
}

async function ingestAlone(env: Env, ref: CustomerRef, request: IngestRequest): Promise<IngestReply> {
  return replyAt(await callCustomer(env, ref, (object, again) => object.ingest(ref, [request], again)), 0)
}

/** The runtime takes a request that only waits for another one for hung, and cancels it: so it waits for a timer of its own too. */
async function besideOwnTimer<T extends object>(shared: Promise<T>): Promise<T> {
  const outcome = await Promise.race([shared, scheduler.wait(MAX_GROUP_MS)])
  if (outcome === undefined) throw new Error('the call that this request shares took too long')
  return outcome
}

function replyAt(replies: readonly IngestReply[], position: number): IngestReply {
  const reply = replies[position]
  if (reply === undefined) throw new Error('an object did not answer every request')
  return reply
}
