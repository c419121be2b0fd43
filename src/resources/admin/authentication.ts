import { createMiddleware } from 'hono/factory'
import { directoryDatabase } from '../../db/client.js'
import type { AppEnv } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'

/** Lets the operator in, by the secret ADMIN_TOKEN. Their calls live by the real clock and concern all organizations. */
export const authenticateAdmin = createMiddleware<AppEnv>(async (c, next) => {
  const sent = /^bearer\s+(.+)$/i.exec(c.req.header('authorization') ?? '')?.[1]
  const token = c.env.ADMIN_TOKEN
  if (!token || sent === undefined || !(await equal(sent.trim(), token))) return fail(c, { kind: 'unauthorized' })
  c.set('db', directoryDatabase(c.env))
  c.set('now', Date.now())
  c.set('newId', () => crypto.randomUUID())
  return next()
})

/** Compares digests in constant time: how long it takes tells neither how much of the token is right nor its length. */
async function equal(sent: string, token: string): Promise<boolean> {
  const digest = (text: string) => crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return crypto.subtle.timingSafeEqual(await digest(sent), await digest(token))
}
