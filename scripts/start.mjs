#!/usr/bin/env node
// Serves Edgemeter on this machine: brings the local database up to date, runs `wrangler dev`, and does what Cloudflare's
// Cron Trigger does elsewhere. Everything after `npm start --` is handed on to `wrangler dev`.
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { flagValue, flagValues } from './flags.mjs'

const HOUR_MS = 3_600_000
const START_TIMEOUT_MS = 120_000
const STOP_TIMEOUT_MS = 10_000

const root = path.resolve(import.meta.dirname, '..')
const wranglerCli = path.join(path.dirname(fileURLToPath(import.meta.resolve('wrangler'))), 'cli.js')
const given = process.argv.slice(2)
// Wrangler must neither ask questions nor report home.
const environment = { ...process.env, CI: '1', WRANGLER_SEND_METRICS: 'false' }

let child = null
let stopping = false

const ip = flagValue(given, '--ip') ?? '127.0.0.1'
const state = path.resolve(root, flagValue(given, '--persist-to') ?? '.wrangler-state')
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)
stopWithNpm()
try {
  const port = await freePort(Number(flagValue(given, '--port') ?? 8787))
  await migrate()
  if (!stopping) await serve(port)
} catch (error) {
  console.error(`edgemeter: ${error.message}`)
  process.exitCode = 1
  stop()
}

/** Asks the child to stop, and makes it when it does not. */
function stop() {
  stopping = true
  if (child === null) return
  child.kill('SIGTERM')
  setTimeout(() => child?.kill('SIGKILL'), STOP_TIMEOUT_MS).unref()
}

/** npm starts this through a shell, which keeps a signal to npm for itself: without npm there is nobody left to stop us. */
function stopWithNpm() {
  const parent = process.ppid
  if (process.env.npm_lifecycle_event === undefined) return
  setInterval(() => {
    if (process.ppid !== parent && !stopping) stop()
  }, 500).unref()
}

/** The port itself, or a free one for 0. Another program that holds it would be taken for this one. */
function freePort(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => reject(new Error(`port ${port} of ${ip} cannot be used: ${error.code}`)))
    probe.listen(port, ip === '*' ? undefined : ip, () => {
      const { port: free } = probe.address()
      probe.close(() => resolve(free))
    })
  })
}

async function migrate() {
  const args = ['d1', 'migrations', 'apply', 'edgemeter', '--local', '--persist-to', state]
  let output = ''
  const status = await run(args, ['ignore', 'pipe', 'pipe'], (text) => {
    output += text
  })
  if (stopping || status === 0) return
  console.error(output)
  throw new Error('the migrations of the local database failed')
}

async function serve(port) {
  const { token, flags } = adminToken()
  const args = ['dev', ...without(given, ['--port', '--ip', '--persist-to'])]
  args.push('--port', String(port), '--ip', ip, '--persist-to', state, '--show-interactive-dev-session=false', ...flags)
  const ended = run(args, ['ignore', 'inherit', 'inherit'])
  const base = `http://${ip === '*' || ip === '0.0.0.0' ? '127.0.0.1' : ip.includes(':') ? `[${ip}]` : ip}:${port}`
  if (await listening(base)) {
    greet(base, token)
    void runHourly(base)
  }
  const status = await ended
  process.exitCode = stopping ? (process.exitCode ?? 0) : status || 1
  process.exit()
}

/** Runs wrangler to its end and answers its exit status, null when a signal ended it. */
function run(args, stdio, onOutput) {
  return new Promise((resolve, reject) => {
    child = spawn(process.execPath, ['--no-warnings', wranglerCli, ...args], { cwd: root, env: environment, stdio })
    child.stdout?.on('data', onOutput)
    child.stderr?.on('data', onOutput)
    child.once('error', reject)
    child.once('close', (status) => {
      child = null
      resolve(status)
    })
  })
}

/** The token of the administration: the one that is configured, else one made up for this run. */
function adminToken() {
  const flag = flagValues(given, '--var').find((pair) => pair.startsWith('ADMIN_TOKEN:'))
  if (flag !== undefined) return { token: flag.slice('ADMIN_TOKEN:'.length), flags: [] }
  if (process.env.ADMIN_TOKEN) {
    return { token: process.env.ADMIN_TOKEN, flags: ['--var', `ADMIN_TOKEN:${process.env.ADMIN_TOKEN}`] }
  }
  for (const file of [...flagValues(given, '--env-file'), '.dev.vars', '.env']) {
    const place = path.resolve(root, file)
    if (existsSync(place) && parseEnv(readFileSync(place, 'utf8')).ADMIN_TOKEN) return { token: null, flags: [] }
  }
  const token = randomBytes(24).toString('hex')
  return { token, flags: ['--var', `ADMIN_TOKEN:${token}`] }
}

function without(args, flags) {
  const kept = []
  for (let i = 0; i < args.length; i++) {
    if (flags.includes(args[i])) i++
    else if (!flags.some((flag) => args[i].startsWith(`${flag}=`))) kept.push(args[i])
  }
  return kept
}

/** Whether the service came up; false when it ended before it did. */
async function listening(base) {
  const deadline = Date.now() + START_TIMEOUT_MS
  while (child !== null && !stopping) {
    const answer = await fetch(`${base}/api/v1/organizations`, { signal: AbortSignal.timeout(5_000) }).catch(() => null)
    await answer?.body?.cancel()
    if (answer !== null && child !== null) return true
    if (Date.now() > deadline) throw new Error(`nothing answers at ${base} after ${START_TIMEOUT_MS / 1000} seconds`)
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  return false
}

function greet(base, token) {
  const shown = token ?? '<ADMIN_TOKEN>'
  console.log(`
Edgemeter listens on ${base}, and bills what is due at every full hour.
Admin token: ${token ?? 'the one in your env file'}

A first organization and its API key:

  curl -s ${base}/admin/organizations \\
    -H 'Authorization: Bearer ${shown}' -H 'Content-Type: application/json' \\
    -d '{"organization":{"name":"Acme","default_currency":"USD"}}'
`)
}

/**
 * `wrangler dev` never fires a Cron Trigger, so a local service would never bill: this does, once at the start (for what fell
 * due while nothing ran) and then at every full hour.
 */
async function runHourly(base) {
  while (!stopping) {
    const hour = Math.floor(Date.now() / HOUR_MS) * HOUR_MS
    try {
      const answer = await fetch(`${base}/cdn-cgi/local/scheduled?cron=0+*+*+*+*&time=${hour}&format=json`)
      const text = await answer.text()
      if (!answer.ok) console.error(`edgemeter: the hourly run answered ${answer.status}: ${text.slice(0, 500)}`)
    } catch (error) {
      if (!stopping) console.error(`edgemeter: the hourly run failed: ${error.cause?.message ?? error.message}`)
    }
    await new Promise((resolve) => setTimeout(resolve, hour + HOUR_MS - Date.now()))
  }
}
