import type { CustomerRef } from './contract.js'
import type { ObjectSql } from './object_schema.js'

type OwnerRow = { organizationId: string; customerId: string }

/** Whose object it is: calls say so, but an alarm comes without. */
export class ObjectOwner {
  #ref: CustomerRef | null

  constructor(private readonly sql: ObjectSql) {
    const [row] = sql.exec<OwnerRow>(
      'SELECT organization_id AS organizationId, customer_id AS customerId FROM object_owner',
    )
    this.#ref = row ?? null
  }

  /** Null before the first call that may leave work behind. */
  get ref(): CustomerRef | null {
    return this.#ref
  }

  remember({ organizationId, customerId }: CustomerRef): void {
    if (this.#ref !== null) return
    this.sql.exec('INSERT INTO object_owner (organization_id, customer_id) VALUES (?, ?)', organizationId, customerId)
    this.#ref = { organizationId, customerId }
  }
}
