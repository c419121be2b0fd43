#!/usr/bin/env node
// Runs the conformance scenarios that stand beside the project against a running service, and compares what holds with
// what has held before (test/conformance/held.txt, which only grows).
//
//   node scripts/conformance.mjs [--base URL] [--admin-token TOKEN] [--only TEXT] [--held] [--update]
//
//   --held     runs only the areas that the list names, and judges the listed scenarios alone
//   --base     of the service; with --held it may be named several times: the areas are divided over the services
//   --only     runs only scenarios whose id contains TEXT
//   --update   appends what newly holds to the list
//
// Exit status: 0 when every listed scenario that ran holds, 1 when one does not, 2 when nothing could be run.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'

const root = path.resolve(import.meta.dirname, '..')
const runner = path.resolve(root, '../shared/conformance/run.mjs')
const list = path.join(root, 'test/conformance/held.txt')
const { values: flags } = parseArgs({
  options: {
    base: { type: 'string', multiple: true, default: [process.env.BASE_URL ?? 'http://127.0.0.1:8787'] },
    'admin-token': { type: 'string', default: process.env.ADMIN_TOKEN ?? '' },
    only: { type: 'string' },
    held: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
  },
})

if (!existsSync(runner)) die(`there is no ${path.relative(root, runner)}`)
if (flags['admin-token'] === '') die('give --admin-token, or ADMIN_TOKEN in the environment')
const held = readFileSync(list, 'utf8').split('\n').filter(Boolean)
const results = flags.held ? await runAreas(areasOf(held)) : await run(flags.base[0], flags.only)
process.exitCode = report()

function report() {
  const byId = new Map(results.map((result) => [result.id, result]))
  const judged = held.filter((id) => flags.only === undefined || id.includes(flags.only))
  const lost = judged.filter((id) => byId.get(id)?.ok !== true)
  const listed = new Set(held)
  const gained = results.flatMap(({ id, ok }) => (ok && !listed.has(id) ? [id] : [])).sort()
  section(
    'No longer hold',
    lost,
    (id) => `${id}\n    ${(byId.get(id)?.error ?? 'no such scenario ran').replaceAll('\n', '\n    ')}`,
  )
  section('Newly hold', gained, (id) => id)
  if (flags.update && gained.length > 0) writeFileSync(list, `${[...held, ...gained].join('\n')}\n`)
  if (!flags.held) console.log(`\n${results.filter(({ ok }) => ok).length} of ${results.length} scenarios hold`)
  console.log(`\nheld scenarios: ${judged.length - lost.length} passed, ${lost.length} failed`)
  return lost.length > 0 ? 1 : 0
}

function section(title, ids, show) {
  if (ids.length > 0) console.log(`\n${title}:\n${ids.map((id) => `  ${show(id)}`).join('\n')}`)
}

/** An id begins with the directory of its area. Those with the most scenarios come first, so that no service ends long after the others. */
function areasOf(ids) {
  const sizes = new Map()
  for (const [directory] of ids.map((id) => id.split('/')))
    sizes.set(`${directory}/`, (sizes.get(`${directory}/`) ?? 0) + 1)
  return [...sizes].sort(([, a], [, b]) => b - a).map(([area]) => area)
}

async function runAreas(areas) {
  const all = []
  const next = areas.values()
  const runSome = async (base) => {
    for (const area of next) all.push(...(await run(base, area)).filter(({ id }) => id.startsWith(area)))
  }
  await Promise.all(flags.base.map(runSome))
  return all
}

/** One run of the scenarios whose ids contain `only`: all of them without it. */
async function run(base, only) {
  const directory = mkdtempSync(path.join(tmpdir(), 'edgemeter-conformance-'))
  const json = path.join(directory, 'results.json')
  try {
    const args = [runner, '--base', base, '--admin-token', flags['admin-token'], '--json', json]
    if (only !== undefined) args.push('--only', only)
    const status = await new Promise((resolve, reject) => {
      const child = spawn(process.execPath, args, { stdio: ['ignore', flags.held ? 'ignore' : 'inherit', 'inherit'] })
      child.once('error', reject)
      child.once('close', resolve)
    })
    if (!existsSync(json)) die(`the scenarios could not be run (status ${status})`)
    return JSON.parse(readFileSync(json, 'utf8'))
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function die(message) {
  console.error(`conformance: ${message}`)
  process.exit(2)
}
