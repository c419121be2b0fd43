#!/usr/bin/env node
// Lets a year pass for many subscriptions of mixed kinds by the test clock, and tells how many invoices a second the built Worker
// makes, and how often it asks its database for one.
//
//   npm run bench:year -- [--subscriptions 1000] [--months 12] [--json FILE]
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { build, createOrganization, startEdgemeter } from './edgemeter.mjs'
import { machine } from './report.mjs'
import { changePlan, createPlans, subscribeMixed } from './year_plans.mjs'

const START = '2024-01-15T00:00:00Z'
const AT_ONCE = 8
/** Every so many-th subscription changes its plan, once the first third of the time is over. */
const CHANGING = 10

const { values } = parseArgs({
  options: {
    subscriptions: { type: 'string', default: '1000' },
    months: { type: 'string', default: '12' },
    json: { type: 'string' },
  },
})
const [subscriptions, months] = [Number(values.subscriptions), Number(values.months)]
const directory = mkdtempSync(path.join(tmpdir(), 'edgemeter-year-'))
const worker = await start()

try {
  const result = await year(await createOrganization(worker, { test_clock: START }))
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`)
  console.log(report(result))
} finally {
  await worker.stop()
  rmSync(directory, { recursive: true, force: true })
}

async function start() {
  const script = build(path.join(directory, 'build'))
  const counted = path.join(path.dirname(script), 'counted_worker.mjs')
  copyFileSync(path.join(import.meta.dirname, 'counted_worker.mjs'), counted)
  return startEdgemeter(script, path.join(directory, 'state'), [counted])
}

async function year(organization) {
  const codes = await createPlans(organization)
  await eachAtOnce(subscriptions, 1, (n) => subscribeMixed(organization, codes, n))
  const before = { ...(await roundTrips()), invoices: await invoicesOf(organization) }
  let seconds = 0
  let changing = { reads: 0, commits: 0, invoices: 0 }
  for (let month = 1; month <= months; month++) {
    const from = performance.now()
    await moveTo(organization, month)
    seconds += (performance.now() - from) / 1000
    console.error(`month ${month}: ${await invoicesOf(organization)} invoices, ${seconds.toFixed(1)} s`)
    if (month === Math.ceil(months / 3)) {
      const start = { ...(await roundTrips()), invoices: await invoicesOf(organization) }
      await eachAtOnce(subscriptions, CHANGING, (n) => changePlan(organization, codes, n))
      changing = difference({ ...(await roundTrips()), invoices: await invoicesOf(organization) }, start)
    }
  }
  const after = { ...(await roundTrips()), invoices: await invoicesOf(organization) }
  const done = difference(difference(after, before), changing)
  return { subscriptions, months, seconds, ...done, overdue: await overdueOf(organization), machine: machine() }
}

/** The moment `month` months after the start, in UTC. */
async function moveTo({ api }, month) {
  const now = new Date(START)
  now.setUTCMonth(now.getUTCMonth() + month)
  await api('PUT', '/test_clock', { test_clock: { now: now.toISOString() } })
}

async function invoicesOf({ api }) {
  const { meta } = await api('GET', '/invoices?per_page=1')
  return meta.total_count
}

/** Marking an invoice overdue is work of its own, done in the hour in which its day is over. */
async function overdueOf({ api }) {
  const { meta } = await api('GET', '/invoices?payment_overdue=true&per_page=1')
  return meta.total_count
}

async function roundTrips() {
  return (await fetch(new URL('/round_trips', worker.direct))).json()
}

function difference(after, before) {
  return Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - before[name]]))
}

async function eachAtOnce(count, step, run) {
  const numbers = Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step)
  const next = numbers.values()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const n of next) await run(n)
    }),
  )
}

function report({ seconds, invoices, overdue, reads, commits }) {
  return `
| ${subscriptions} subscriptions, ${months} months | |
|---|---:|
| invoices | ${invoices.toLocaleString('en')} |
| invoices/s | ${(invoices / seconds).toFixed(0)} |
| calls of D1 for an invoice | ${((reads + commits) / invoices).toFixed(2)} (reads ${(reads / invoices).toFixed(2)}, commits ${(commits / invoices).toFixed(2)}) |
| invoices that fell overdue | ${overdue.toLocaleString('en')} |
| calls of D1 for an invoice, or for one that falls overdue | ${((reads + commits) / (invoices + overdue)).toFixed(2)} |

${machine()}`
}
