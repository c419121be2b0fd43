#!/usr/bin/env node
// Measures the built Worker next to a bare Worker that does the least possible, on the same machine in the same run, both
// under workerd without any proxy. README.md says what the numbers mean.
//
//   npm run bench -- [--seconds 8] [--rounds 5] [--events 1000000] [--json FILE]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { build, event, provision, startEdgemeter, subscribe, usageRoute } from './edgemeter.mjs'
import { drive, httpRequest, median } from './load.mjs'
import { machine, report } from './report.mjs'
import { startWorker } from './runtime.mjs'

const CONNECTIONS = 64
const BATCH = 100
const WARM_UP_SECONDS = 3
const FEW_EVENTS = 1000
const USAGE_READS = 200
const WARM_UP_READS = 100

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '8' },
    rounds: { type: 'string', default: '5' },
    events: { type: 'string', default: '1000000' },
    json: { type: 'string' },
  },
})
const root = path.resolve(import.meta.dirname, '..')
const compatibilityDate = /^compatibility_date = "(.*)"/m.exec(
  readFileSync(path.join(root, 'wrangler.toml'), 'utf8'),
)?.[1]
const directory = mkdtempSync(path.join(tmpdir(), 'edgemeter-bench-'))
const running = []

try {
  console.log(await bench())
} finally {
  for (const worker of running) await worker.stop()
  rmSync(directory, { recursive: true, force: true })
}

async function bench() {
  const script = build(path.join(directory, 'build'))
  const bare = await start(startBare())
  const edgemeter = await start(startEdgemeter(script, path.join(directory, 'edgemeter'), compatibilityDate))
  await assertDirect(bare)
  const organization = await provision(edgemeter.direct)
  await subscribe(organization, 'ingest')

  const single = () => JSON.stringify({ event: event('ingest') })
  const batch = () => JSON.stringify({ events: Array.from({ length: BATCH }, () => event('ingest')) })
  const singles = await compare('single events', { bare, edgemeter, organization, route: '/events', body: single })
  const batches = await compare('batches', { bare, edgemeter, organization, route: '/events/batch', body: batch })
  const results = {
    singles,
    batches: { ...batches, edgemeter: batches.edgemeter * BATCH, bare: batches.bare * BATCH },
    usage: await usage(edgemeter, organization, Number(flags.events)),
  }
  if (flags.json !== undefined)
    writeFileSync(flags.json, `${JSON.stringify({ ...results, machine: machine() }, null, 2)}\n`)
  return report(results, { connections: CONNECTIONS, batch: BATCH, events: Number(flags.events) })
}

async function start(starting) {
  const worker = await starting
  running.push(worker)
  return worker
}

function startBare() {
  return startWorker(
    {
      name: 'bare',
      modules: [{ type: 'ESModule', path: path.join(import.meta.dirname, 'bare_worker.mjs') }],
      compatibilityDate,
      durableObjects: { OBJECT: { className: 'BareObject', useSQLite: true } },
    },
    path.join(directory, 'bare'),
  )
}

/**
 * The socket leads straight to the Worker: the headers that arrive are those that were sent, while the entry Worker of the
 * development server adds its own.
 */
async function assertDirect({ direct, entry }) {
  const [straight, proxied] = await Promise.all([direct, entry].map(async (url) => (await fetch(url)).json()))
  if (straight['cf-connecting-ip'] !== undefined) throw new Error('requests to the direct socket pass a proxy')
  if (proxied['cf-connecting-ip'] === undefined)
    throw new Error('the entry proxy cannot be told from the direct socket')
}

/**
 * Requests per second of both, and their ratio: medians over the rounds. The two take turns, so that what else the machine
 * does hits both.
 */
async function compare(what, { bare, edgemeter, organization, route, body }) {
  const targets = {
    bare: { url: bare.direct, path: '/', headers: {} },
    edgemeter: {
      url: edgemeter.direct,
      path: `/api/v1${route}`,
      headers: { authorization: `Bearer ${organization.key}` },
    },
  }
  const rates = { bare: [], edgemeter: [] }
  for (let round = 0; round <= Number(flags.rounds); round++) {
    for (const [name, { url, path: to, headers }] of Object.entries(targets)) {
      const seconds = round === 0 ? WARM_UP_SECONDS : Number(flags.seconds)
      const request = () => httpRequest('POST', to, url.host, headers, body())
      const rate = await requestsPerSecond(url, request, seconds)
      if (round > 0) rates[name].push(rate)
      console.error(`${what}, ${name}: ${rate.toFixed(0)} requests/s${round === 0 ? ' (warming up)' : ''}`)
    }
  }
  const ratios = rates.edgemeter.map((rate, round) => rate / rates.bare[round])
  return { bare: median(rates.bare), edgemeter: median(rates.edgemeter), ratio: median(ratios) }
}

async function requestsPerSecond(url, request, seconds) {
  const end = performance.now() + seconds * 1000
  const done = await drive(url, { connections: CONNECTIONS, request, until: () => performance.now() >= end })
  failOnFailures(done)
  return done.answers / done.seconds
}

/** The median time to read the current usage of one subscription, with few events and with many. */
async function usage(edgemeter, organization, many) {
  const name = 'usage'
  await subscribe(organization, name)
  await send(edgemeter, organization, name, FEW_EVENTS)
  const few = await readUsage(edgemeter, organization, name, FEW_EVENTS)
  await send(edgemeter, organization, name, many - FEW_EVENTS)
  return { few, many: await readUsage(edgemeter, organization, name, many) }
}

async function send({ direct }, { key }, name, count) {
  const body = () => JSON.stringify({ events: Array.from({ length: BATCH }, () => event(name)) })
  const headers = { authorization: `Bearer ${key}` }
  const request = () => httpRequest('POST', '/api/v1/events/batch', direct.host, headers, body())
  failOnFailures(await drive(direct, { connections: 16, request, until: (sent) => sent * BATCH >= count }))
}

async function readUsage({ direct }, { key, api }, name, events) {
  const { customer_usage: read } = await api('GET', usageRoute(name))
  const counted = read.charges_usage[0].events_count
  if (counted !== events) throw new Error(`${counted} of ${events} events were counted`)
  const request = () =>
    httpRequest('GET', `/api/v1${usageRoute(name)}`, direct.host, { authorization: `Bearer ${key}` })
  const done = await drive(direct, { connections: 1, request, until: (sent) => sent >= WARM_UP_READS + USAGE_READS })
  failOnFailures(done)
  return median(done.latenciesMs.slice(WARM_UP_READS))
}

function failOnFailures({ failures, answers, firstFailure }) {
  if (failures > 0) throw new Error(`${failures} of ${answers} requests failed, the first with:\n${firstFailure}`)
}
