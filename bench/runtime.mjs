import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

// The very Miniflare that wrangler ships: a second one could bring a second workerd.
const { Miniflare, convertV4MiniflareOptions } = createRequire(import.meta.resolve('wrangler'))('miniflare')

/**
 * Runs one Worker in a workerd of its own, of the age that wrangler.toml names, with a socket that leads straight to it: no proxy of `wrangler dev`, and not
 * Miniflare's entry Worker either.
 *
 * @param {object} worker Miniflare's options for the Worker: its modules and bindings.
 * @param {string} state The directory of its databases.
 */
export async function startWorker(worker, state) {
  const settings = readFileSync(path.resolve(import.meta.dirname, '../wrangler.toml'), 'utf8')
  const options = {
    ...worker,
    compatibilityDate: /^compatibility_date = "(.*)"/m.exec(settings)?.[1],
    host: '127.0.0.1',
    port: 0,
    cf: false,
    telemetry: { enabled: false },
    resourcePersistencePath: state,
    unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }],
  }
  const miniflare = new Miniflare(convertV4MiniflareOptions(options))
  const entry = await miniflare.ready
  const direct = await miniflare.unsafeGetDirectURL(worker.name)
  return { miniflare, entry, direct, stop: () => miniflare.dispose() }
}

/** Brings a D1 database of a running Worker up to date. */
export async function applyMigrations(miniflare, binding, directory) {
  const database = await miniflare.getD1Database(binding)
  for (const file of readdirSync(directory).sort()) {
    if (!file.endsWith('.sql')) continue
    const texts = readFileSync(path.join(directory, file), 'utf8').split('--> statement-breakpoint')
    const statements = texts.filter((text) => text.trim() !== '')
    await database.batch(statements.map((statement) => database.prepare(statement)))
  }
}
