import type { CustomerObject } from './customer/customer_object.js'

/** What the queue of due customers carries: whose work to do, and the moment up to which. */
export interface DueCustomerMessage {
  readonly organizationId: string
  readonly customerId: string
  /** Epoch milliseconds. */
  readonly now: number
}

/** The Worker's bindings (`wrangler.toml`) and secrets. */
export interface Env {
  readonly DB: D1Database
  readonly CUSTOMER: DurableObjectNamespace<CustomerObject>
  readonly DUE_CUSTOMERS: Queue<DueCustomerMessage>
  /** A secret. Without it every call below /admin answers 401. */
  readonly ADMIN_TOKEN?: string
}
