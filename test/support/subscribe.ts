import type { Database } from '../../src/db/client.js'
import { commit } from '../../src/db/commit.js'
import { insertSubscription } from '../../src/resources/subscriptions/store.js'
import type { SubscriptionStatus } from '../../src/resources/subscriptions/table.js'

/** A subscription's row, without the life that a real one has. */
export async function subscribe(db: Database, organizationId: string, planId: string, status: SubscriptionStatus) {
  const id = crypto.randomUUID()
  await commit(db, [
    insertSubscription(db, {
      id,
      organizationId,
      createdAt: 0,
      updatedAt: 0,
      customerId: crypto.randomUUID(),
      planId,
      externalId: id,
      billingEntityCode: null,
      usageThresholds: null,
      progressiveBillingDisabled: false,
      skipsCustomSections: false,
      customSectionCodes: [],
      name: null,
      status,
      billingTime: 'calendar',
      subscriptionAt: 0,
      startedAt: status === 'pending' ? null : 0,
      endingAt: null,
      terminatedAt: status === 'terminated' ? 1 : null,
      canceledAt: null,
      consolidateInvoice: true,
      purchaseOrderNumber: null,
      onTerminationInvoice: 'generate',
      onTerminationCreditNote: null,
      previousSubscriptionId: null,
      trialEndedAt: null,
      billedThroughOn: null,
      chargesBilledUntilAt: null,
      fixedChargesBilledUntilAt: null,
      startedAfterSeq: null,
      endedAfterSeq: null,
    }),
  ])
}
