import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    readonly service: { readonly url: string; readonly adminToken: string }
  }
}

const START = path.resolve(import.meta.dirname, '../../scripts/start.mjs')
const START_TIMEOUT_MS = 120_000

/** Starts the service as `npm start` does, once for all these tests, on a free port with a database of its own. */
export default async function startService(project: TestProject) {
  const state = mkdtempSync(path.join(tmpdir(), 'edgemeter-service-'))
  const adminToken = crypto.randomUUID()
  const args = ['--port', '0', '--inspector-port', '0', '--persist-to', state, '--var', `ADMIN_TOKEN:${adminToken}`]
  const child = spawn(process.execPath, [START, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = async () => {
    if (child.exitCode === null) {
      const ended = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGTERM')
      await ended
    }
    rmSync(state, { recursive: true, force: true })
  }
  try {
    project.provide('service', { url: await addressOf(child), adminToken })
  } catch (error) {
    await stop()
    throw error
  }
  return stop
}

/** Where the service says that it listens. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = ''
    const fail = (why: string) => reject(new Error(`the service ${why}:\n${output}`))
    const timer = setTimeout(() => fail('did not start in time'), START_TIMEOUT_MS)
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const url = /Edgemeter listens on (http:\S+:\d+)/.exec(output)?.[1]
      if (url === undefined) return
      clearTimeout(timer)
      resolve(url)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.once('close', (status) => {
      clearTimeout(timer)
      fail(`ended with status ${status}`)
    })
  })
}
