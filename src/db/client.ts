import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'

export type Database = DrizzleD1Database

/** Made once for each binding: every request needs one, few make a query. */
const databases = new WeakMap<D1Database, Database>()

/** Where an organization's rows live: one database today; the argument is the seam at which they can be spread. */
export function databaseOf(env: { DB: D1Database }, _organizationId: string): Database {
  return directoryDatabase(env)
}

/** For the few questions that come before the organization is known, or that concern all of them. */
export function directoryDatabase(env: { DB: D1Database }): Database {
  const known = databases.get(env.DB)
  if (known !== undefined) return known
  const made = drizzle(env.DB)
  databases.set(env.DB, made)
  return made
}
