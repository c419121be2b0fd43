import type { ParkedCustomer } from '../../agenda/store.js'
import { seconds } from '../../http/timestamps.js'

export function serializeParkedCustomer(row: ParkedCustomer) {
  return {
    lago_organization_id: row.organizationId,
    organization_name: row.organizationName,
    lago_customer_id: row.customerId,
    external_customer_id: row.externalCustomerId,
    error: row.error,
    since: seconds(row.parkedAt),
    failed_runs: row.failedRuns,
  }
}
