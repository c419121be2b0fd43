import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'

export type Database = DrizzleD1Database

/** Where an organization's rows live: one database today; the argument is the seam at which they can be spread. */
export function databaseOf(env: { DB: D1Database }, _organizationId: string): Database {
  return drizzle(env.DB)
}

/** For the few questions that come before the organization is known, or that concern all of them. */
export function directoryDatabase(env: { DB: D1Database }): Database {
  return drizzle(env.DB)
}
