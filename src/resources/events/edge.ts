import type { Database } from '../../db/client.js'
import type { Env } from '../../env.js'

/** What the handling of events needs to know of the request that brought them. */
export interface Edge {
  readonly env: Env
  readonly db: Database
  readonly organizationId: string
  /** The organization's now, epoch milliseconds. */
  readonly now: number
  /** The real time, epoch milliseconds: what an isolate remembers ages by it, whatever a test clock says. */
  readonly clock: number
  readonly newId: () => string
}
