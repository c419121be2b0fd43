import { createMiddleware } from 'hono/factory'
import { sha256 } from '../../core/sealing/sha256.js'
import { databaseOf, directoryDatabase } from '../../db/client.js'
import type { AppEnv } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { ExpiringCache } from '../../http/expiring_cache.js'
import { API_KEY_CACHE_MS, MAX_CACHE_ENTRIES } from '../../limits.js'
import { findKeyOwner, type KeyOwner, readTestClock } from './store.js'

const owners = new ExpiringCache<KeyOwner>(API_KEY_CACHE_MS, MAX_CACHE_ENTRIES)

/**
 * Finds the organization of the request's key, and the moment it lives in. A known key costs no query, except that a
 * sandbox's test clock is read every time: it may have been moved through another isolate.
 */
export const authenticate = createMiddleware<AppEnv>(async (c, next) => {
  const clock = Date.now()
  const key = c.req.header('authorization')?.trim().split(/\s+/)[1]
  const owner = key === undefined ? undefined : await ownerOf(c.env, key, clock)
  if (owner === undefined || (owner.expiresAt !== null && owner.expiresAt <= clock)) {
    return fail(c, { kind: 'unauthorized' })
  }
  const db = databaseOf(c.env, owner.organizationId)
  const sandbox = owner.testClockAt !== null
  const testNow = sandbox ? await readTestClock(db, owner.organizationId) : null
  c.set('organizationId', owner.organizationId)
  c.set('db', db)
  c.set('sandbox', sandbox)
  c.set('now', testNow ?? clock)
  c.set('newId', () => crypto.randomUUID())
  return next()
})

async function ownerOf(env: AppEnv['Bindings'], key: string, clock: number): Promise<KeyOwner | undefined> {
  const known = owners.get(key, clock)
  if (known !== undefined) return known
  const found = await findKeyOwner(directoryDatabase(env), await sha256(key))
  if (found !== undefined) owners.set(key, found, clock)
  return found
}
