import type { Context } from 'hono'
import { failed, ok, type Result } from '../core/result.js'
import { MAX_BODY_BYTES } from '../limits.js'

export type Json = Record<string, unknown>

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/** The JSON object of a request's body, joined with its query: to the API both are one set of parameters, the body first. */
export async function readParameters(c: Context): Promise<Result<Json>> {
  const body = await readBody(c)
  return body.ok ? ok({ ...c.req.query(), ...body.value }) : body
}

/** The JSON object of a request's body; an absent body counts as an empty one. */
export async function readBody(c: Context): Promise<Result<Json>> {
  if (Number(c.req.header('content-length') ?? 0) > MAX_BODY_BYTES) return failed({ kind: 'too_large' })
  const bytes = await c.req.arrayBuffer()
  if (bytes.byteLength > MAX_BODY_BYTES) return failed({ kind: 'too_large' })
  if (bytes.byteLength === 0) return ok({})
  try {
    const parsed: unknown = JSON.parse(utf8.decode(bytes))
    return isObject(parsed) ? ok(parsed) : badRequest('the body is not a JSON object')
  } catch {
    return badRequest('the body is not JSON')
  }
}

/** What stands in the envelope `name`: an object with something in it, else the request is refused with 400. */
export async function readEnvelope(c: Context, name: string): Promise<Result<Json>> {
  const body = await readBody(c)
  if (!body.ok) return body
  const inner = body.value[name]
  if (!isObject(inner) || Object.keys(inner).length === 0) {
    return badRequest(`param is missing or the value is empty or invalid: ${name}`)
  }
  return ok(inner)
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const badRequest = (message: string): Result<never> => failed({ kind: 'bad_request', message })
