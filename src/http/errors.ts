import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Failure } from '../core/result.js'

/** Lago's error body of a failure, and its status. The one place where failures meet HTTP. */
export function errorBody(failure: Failure): { status: ContentfulStatusCode; body: Record<string, unknown> } {
  switch (failure.kind) {
    case 'bad_request':
      return answer(400, `BadRequest: ${failure.message}`)
    case 'unauthorized':
      return answer(401, 'Unauthorized')
    case 'forbidden':
      return answer(403, 'Forbidden', { code: failure.code })
    case 'not_found':
      return answer(404, 'Not Found', { code: `${failure.thing}_not_found` })
    case 'not_allowed':
      return answer(405, 'Method Not Allowed', { code: failure.code })
    case 'too_large':
      return answer(413, 'Payload Too Large', { code: 'body_too_large' })
    case 'taken':
      return errorBody({ kind: 'invalid', details: { [failure.field]: ['value_already_exist'] } })
    case 'invalid':
      return answer(422, 'Unprocessable Entity', { code: 'validation_errors', error_details: failure.details })
  }
}

export function fail(c: Context, failure: Failure): Response {
  const { status, body } = errorBody(failure)
  return c.json(body, status)
}

/** Seconds after which a caller may try again whom an overloaded object has turned away. */
const RETRY_AFTER_SECONDS = '1'

/** What could not be foreseen. An object with too much to do is the caller's to come back to; anything else is our fault. */
export function failUnexpectedly(c: Context, error: Error): Response {
  if ('overloaded' in error && error.overloaded === true) {
    const { status, body } = answer(429, 'Too Many Requests', { code: 'too_many_requests' })
    return c.json(body, status, { 'retry-after': RETRY_AFTER_SECONDS })
  }
  console.error('unexpected', error)
  return c.json({ status: 500, error: 'Internal Server Error' }, 500)
}

function answer(status: ContentfulStatusCode, error: string, more: Record<string, unknown> = {}) {
  return { status, body: { status, error, ...more } }
}
