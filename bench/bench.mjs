#!/usr/bin/env node
// Measures the built Worker next to a bare Worker that does the least possible, on the same machine in the same run, both
// under workerd without any proxy; and, where one is installed, a PostgreSQL that keeps the same events. README.md says what
// the numbers mean.
//
//   npm run bench -- [--seconds 8] [--rounds 5] [--events 1000000] [--filters 3000] [--groups 100000] [--json FILE]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { BATCH, build, createOrganization, startEdgemeter, subscribe } from './edgemeter.mjs'
import { httpRequest } from './load.mjs'
import { createPlan, distinct, filtered, grouped, tiered } from './plans.mjs'
import { measurePostgres } from './postgres.mjs'
import { compare } from './rates.mjs'
import { machine, report } from './report.mjs'
import { startWorker } from './runtime.mjs'
import { largestObjectBytes, usageAt } from './usage.mjs'

const CUSTOMERS = 50
/** Events at which usage is read, besides the number that is asked for. */
const SIZES = [1_000, 100_000]

const flags = Object.fromEntries(
  Object.entries({ seconds: 8, rounds: 5, events: 1_000_000, filters: 3_000, groups: 100_000 }).map(([name, usual]) => [
    name,
    { type: 'string', default: String(usual) },
  ]),
)
const { values } = parseArgs({ options: { ...flags, json: { type: 'string' } } })
const sizes = Object.fromEntries(Object.keys(flags).map((name) => [name, Number(values[name])]))
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
  const state = path.join(directory, 'edgemeter')
  const bare = await start(startBare())
  const edgemeter = await start(startEdgemeter(script, state))
  await assertDirect(bare)
  const organization = await createOrganization(edgemeter)
  const plan = await createPlan(organization, tiered)

  const rates = await rateComparisons(bare, organization, plan)
  const usage = await usageAt(
    organization,
    plan,
    'usage',
    SIZES.filter((events) => events < sizes.events).concat(sizes.events),
  )
  const results = {
    ...rates,
    usage,
    bytesPerEvent: largestObjectBytes(state) / sizes.events,
    distinct: await usageOf(organization, distinct, sizes.events),
    filtered: await usageOf(organization, filtered(sizes.filters), 10 * sizes.filters),
    grouped: await usageOf(organization, grouped(sizes.groups), 3 * sizes.groups),
    postgres: measurePostgres(sizes),
  }
  if (values.json !== undefined)
    writeFileSync(values.json, `${JSON.stringify({ ...results, machine: machine() }, null, 2)}\n`)
  return report(results, { ...sizes, batch: BATCH, customers: CUSTOMERS })
}

/** Requests per second against the bare Worker: to one customer's object, to many, and in batches. */
async function rateComparisons(bare, organization, plan) {
  const names = Array.from({ length: CUSTOMERS }, (_, i) => `customer-${i}`)
  for (const name of names) await subscribe(organization, plan.code, name)
  const single = (name) => ['/events', JSON.stringify({ event: plan.event(name) }), name]
  const batch = () => {
    const events = Array.from({ length: BATCH }, () => plan.event(names[0]))
    return ['/events/batch', JSON.stringify({ events }), names[0]]
  }
  const compared = (what, next) => {
    const edgemeter = (n) => {
      const [route, body] = next(n)
      return organization.request('POST', route, body)
    }
    const least = (n) => {
      const [, body, name] = next(n)
      return httpRequest('POST', `/${name}`, bare.direct.host, {}, body)
    }
    const targets = {
      bare: { url: bare.direct, request: least },
      edgemeter: { url: organization.url, request: edgemeter },
    }
    return compare(what, targets, sizes)
  }
  const singles = await compared('single events of one customer', () => single(names[0]))
  const spreads = await compared(`single events of ${CUSTOMERS} customers`, (n) => single(names[n % CUSTOMERS]))
  const batches = await compared('batches', batch)
  return {
    singles,
    spread: spreads,
    batches: { ...batches, edgemeter: batches.edgemeter * BATCH, bare: batches.bare * BATCH },
  }
}

async function usageOf(organization, terms, events) {
  const plan = await createPlan(organization, terms)
  return usageAt(organization, plan, plan.code, [events])
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
      modulesRoot: import.meta.dirname,
      modules: [{ type: 'ESModule', path: path.join(import.meta.dirname, 'bare_worker.mjs') }],
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
