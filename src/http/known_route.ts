import { createMiddleware } from 'hono/factory'
import { matchedRoutes } from 'hono/route'
import { METHOD_NAME_ALL } from 'hono/router'
import type { AppEnv } from './app_env.js'
import { fail } from './errors.js'

/** A path or method that nothing serves is unknown before any key is looked at. */
export const knownRoute = createMiddleware<AppEnv>(async (c, next) => {
  // Middleware is registered for all methods, handlers for one.
  const served = matchedRoutes(c).some((route) => route.method !== METHOD_NAME_ALL)
  return served ? next() : fail(c, { kind: 'not_found', thing: 'resource' })
})
