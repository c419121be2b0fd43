import type { Context } from 'hono'
import { enqueueDueCustomersOf, runOrganization } from '../../agenda/run_due.js'
import type { AppEnv } from '../../http/app_env.js'

/** Has done at once what a change has put on the agendas of customers. A sandbox does that when its clock is moved. */
export async function setOff(c: Context<AppEnv>): Promise<void> {
  const { db, organizationId, now, sandbox } = c.var
  if (!sandbox) await enqueueDueCustomersOf(c.env, db, organizationId, now)
}

/** The same for units that are to be billed at once: so they are in a sandbox too, whose clock stands still. */
export async function setOffUnits(c: Context<AppEnv>): Promise<void> {
  const { db, organizationId, now, sandbox } = c.var
  if (sandbox) await runOrganization(c.env, db, organizationId, now)
  else await enqueueDueCustomersOf(c.env, db, organizationId, now)
}
