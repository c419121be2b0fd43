import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { BATCH, subscribe, usageRoute } from './edgemeter.mjs'
import { drive, median } from './load.mjs'
import { failOnFailures } from './rates.mjs'

const SENDERS = 16
const WARM_UP_READS = 20
/** Reads take as long as they take: as many as fit, within these bounds. */
const MOST_READS = 200
const LEAST_READS = 5
const READING_MS = 5_000

/**
 * The median time in milliseconds to read the current usage of one subscription, as its events grow to each of the sizes; and
 * the events per second that were taken in meanwhile, in batches.
 */
export async function usageAt(organization, plan, name, sizes) {
  await subscribe(organization, plan.code, name)
  const reads = []
  let stored = 0
  let seconds = 0
  for (const events of sizes) {
    seconds += await send(organization, plan, name, events - stored)
    stored = events
    const ms = await readUsage(organization, name, plan.counted(events))
    console.error(`${plan.code}, usage at ${events} events: ${ms.toFixed(2)} ms`)
    reads.push({ events, ms })
  }
  return { reads, eventsPerSecond: stored / seconds }
}

/** Sends events in batches. Gives the seconds that it took. */
async function send(organization, plan, name, count) {
  const body = () => JSON.stringify({ events: Array.from({ length: BATCH }, () => plan.event(name)) })
  const request = () => organization.request('POST', '/events/batch', body())
  const until = (sent) => sent * BATCH >= count
  const done = await drive(organization.url, { connections: SENDERS, request, until })
  failOnFailures(done)
  return done.seconds
}

async function readUsage({ api, request, url }, name, expected) {
  const { customer_usage: read } = await api('GET', usageRoute(name))
  const counted = read.charges_usage[0].events_count
  if (counted !== expected) throw new Error(`${counted} events were counted instead of ${expected}`)
  const ask = () => request('GET', usageRoute(name))
  const started = performance.now()
  const until = (sent) =>
    sent >= WARM_UP_READS + MOST_READS || (sent >= LEAST_READS && performance.now() - started > READING_MS)
  const done = await drive(url, { connections: 1, request: ask, until })
  failOnFailures(done)
  return median(done.latenciesMs.slice(Math.min(WARM_UP_READS, done.latenciesMs.length >> 1)))
}

/** The bytes of the largest database of an object below a directory: that of the customer with the most events. */
export function largestObjectBytes(state) {
  const files = readdirSync(state, { recursive: true }).filter((file) => file.endsWith('.sqlite'))
  const sizes = files
    .filter((file) => file.includes('CustomerObject'))
    .map((file) => statSync(path.join(state, file)).size)
  return Math.max(...sizes)
}
