import { dueInvoices, dueItems } from '../agenda/store.js'
import { HOUR_MS } from '../core/time/instants.js'
import type { Database } from '../db/client.js'
import { adjustedFeesOfDrafts } from '../resources/adjusted_fees/store.js'
import { activeCoupons } from '../resources/applied_coupons/store.js'
import { billingEntitiesQuery } from '../resources/billing_entities/store.js'
import { availableCreditNotes, feesOfDraftNotes, watchedItems, watchedNotes } from '../resources/credit_notes/load.js'
import { customSectionsQuery } from '../resources/custom_sections/store.js'
import { customerQuery } from '../resources/customers/store.js'
import { waitingInInbox } from '../resources/events/store.js'
import { advanceStreams, paidLooseFees } from '../resources/fees/load.js'
import { firstPlanFees, lastPlanFeeIds, lastPlanFees } from '../resources/fees/store.js'
import { fixedFeesAhead, ownUnits } from '../resources/fixed_charges/load.js'
import { latestLink } from '../resources/invoice_seals/store.js'
import { draftPeriodsOf, draftsOf, invoicesOfFees } from '../resources/invoices/store.js'
import { committedFees } from '../resources/minimum_commitments/load.js'
import { firstStarts, workingSubscriptions } from '../resources/subscriptions/store.js'
import { assignedTaxes, entityTaxes } from '../resources/taxes/store.js'
import { earlierProgressiveFees, lastProgressiveFees } from '../resources/usage_thresholds/load.js'
import {
  progressiveInvoices,
  progressivePeriods,
  thresholdsOfSubscriptions,
} from '../resources/usage_thresholds/store.js'
import { activeRules } from '../resources/wallet_rules/store.js'
import { inboundLeft, recentPurchases } from '../resources/wallet_transactions/store.js'
import { activeWallets } from '../resources/wallets/store.js'
import type { CustomerRef } from './contract.js'

/** The id of no customer. */
const NOBODY = ''

/**
 * What is read of what was billed on the way: who makes no bill of a period need not know it; who makes a void invoice anew has to know it of
 * that invoice's periods too.
 */
export type Reading = 'all' | 'no_bills_on_the_way' | { readonly voidInvoiceId: string }

/** What is read of a customer besides plans. Joined rows only where their columns have different names. */
export function customerQuestions(
  db: Database,
  { organizationId, customerId }: CustomerRef,
  dueUntil: number,
  reading: Reading,
) {
  const billedId = reading === 'no_bills_on_the_way' ? NOBODY : customerId
  const voidInvoiceId = typeof reading === 'object' ? reading.voidInvoiceId : null
  const scope = { customerId: billedId, voidInvoiceId }
  // Notes on drafts are looked at by everybody.
  const noted = { customerId, voidInvoiceId }
  const planFeeIds = lastPlanFeeIds(db, customerId)
  return {
    entities: billingEntitiesQuery(db, organizationId),
    customers: customerQuery(db, organizationId, customerId),
    ownTaxes: assignedTaxes(db, organizationId, [customerId]),
    entityTaxes: entityTaxes(db, organizationId),
    subscriptions: workingSubscriptions(db, organizationId, customerId),
    drafts: draftsOf(db, organizationId, customerId),
    draftPeriods: draftPeriodsOf(db, organizationId, customerId),
    firstFees: firstPlanFees(db, organizationId, customerId),
    due: dueItems(db, customerId, dueUntil),
    waiting: waitingInInbox(db, organizationId, customerId),
    starts: firstStarts(db, organizationId, customerId),
    credits: availableCreditNotes(db, organizationId, customerId),
    notes: watchedNotes(db, organizationId, noted, planFeeIds),
    noteItems: watchedItems(db, organizationId, noted, planFeeIds),
    lastFees: lastPlanFees(db, organizationId, customerId),
    lastFeeInvoices: invoicesOfFees(db, organizationId, planFeeIds),
    coupons: activeCoupons(db, organizationId, customerId),
    wallets: activeWallets(db, organizationId, customerId),
    walletCredits: inboundLeft(db, organizationId, customerId),
    walletRules: activeRules(db, organizationId, customerId),
    walletPurchases: recentPurchases(db, organizationId, customerId, dueUntil - HOUR_MS),
    dueInvoices: dueInvoices(db, organizationId, customerId, dueUntil),
    adjustedFees: adjustedFeesOfDrafts(db, organizationId, customerId),
    draftNoteFees: feesOfDraftNotes(db, organizationId, customerId),
    customSections: customSectionsQuery(db, organizationId),
    advanceStreams: advanceStreams(db, organizationId, customerId),
    thresholds: thresholdsOfSubscriptions(db, organizationId, customerId),
    progressiveInvoices: progressiveInvoices(db, organizationId, scope),
    progressivePeriods: progressivePeriods(db, organizationId, scope),
    lastProgressiveFees: lastProgressiveFees(db, organizationId, scope),
    earlierProgressiveFees: earlierProgressiveFees(db, organizationId, scope),
    latestLinks: latestLink(db, organizationId, customerId),
    paidFees: paidLooseFees(db, organizationId, billedId),
    committedFees: committedFees(db, organizationId, billedId),
    ownUnits: ownUnits(db, organizationId, billedId, dueUntil),
    fixedFees: fixedFeesAhead(db, organizationId, billedId, dueUntil),
  }
}
