import type { Context } from 'hono'
import { ok, type Result } from '../core/result.js'
import { isObject, type Json, readBody } from './body.js'
import { looseBoolean } from './fields.js'

/** Whether a change of a plan, or of a part of one, is to reach the copies that subscriptions have for themselves. */
export const asksToCascade = ({ cascade_updates: sent }: Json): boolean => looseBoolean().parse(sent)

/** The same of a deletion, whose body may hold the envelope `name` with nothing but this in it. */
export async function deletionCascades(c: Context, name: string): Promise<Result<boolean>> {
  const body = await readBody(c)
  if (!body.ok) return body
  const inner = body.value[name]
  return ok(isObject(inner) && asksToCascade(inner))
}
