import { Hono } from 'hono'
import type { Database } from '../db/client.js'
import type { Env } from '../env.js'

/** What authentication found out about the caller and the moment; read with `c.var`. */
export interface Variables {
  organizationId: string
  db: Database
  /** The organization's now, epoch milliseconds: read once per request. */
  now: number
  /** Whether it lives by a test clock. */
  sandbox: boolean
  newId: () => string
}

export type AppEnv = { Bindings: Env; Variables: Variables }

/** A router of one resource. */
export const router = () => new Hono<AppEnv>()
