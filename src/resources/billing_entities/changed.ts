import { rescheduleBillingEntity } from '../../agenda/store.js'
import { euTaxes } from '../../core/invoicing/eu_vat.js'
import { isMemberState } from '../../core/invoicing/eu_vat_rates.js'
import { invalid, ok, type Result } from '../../core/result.js'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { insertMissingTaxes } from '../taxes/store.js'
import { updateBillingEntityRow } from './store.js'
import type { BillingEntityRow } from './table.js'
import type { BillingEntityChanges } from './terms.js'

export interface Change {
  readonly db: Database
  readonly organizationId: string
  /** Epoch milliseconds. */
  readonly now: number
  readonly newId: () => string
}

/** A change of a billing entity with all that follows from it, or why it may not be. */
export function changedBillingEntity(
  change: Change,
  before: BillingEntityRow,
  { timezone, ...changes }: BillingEntityChanges,
): Result<Statement[]> {
  const { db, organizationId, now } = change
  const managed = euTaxStatements(change, {
    country: changes.country === undefined ? before.country : changes.country,
    euTaxManagement: changes.euTaxManagement ?? before.euTaxManagement,
  })
  if (!managed.ok) return managed
  // A zone that stays is not written: it would undo one that another request sets now, without a look at the calendars.
  const moves = timezone !== undefined && timezone !== before.timezone
  const zone = moves ? { timezone } : {}
  const reschedule = (changed: 'zone' | 'dates') =>
    rescheduleBillingEntity(db, organizationId, before.code, { now, changed })
  return ok([
    updateBillingEntityRow(db, organizationId, before.code, { ...changes, ...zone, updatedAt: now }),
    ...managed.value,
    ...(moves ? [reschedule('zone')] : []),
    ...(changesDates(changes, before) ? [reschedule('dates')] : []),
  ])
}

/** Whether drafts have to be dated anew. */
function changesDates(changes: BillingEntityChanges, before: BillingEntityRow): boolean {
  const settings = ['invoiceGracePeriod', 'netPaymentTerm', 'issuingDateAnchor', 'issuingDateAdjustment'] as const
  return settings.some((setting) => changes[setting] !== undefined && changes[setting] !== before[setting])
}

/** The taxes that European tax management chooses from, as far as they are not there; it is for sellers in the union. */
export function euTaxStatements(
  { db, organizationId, now, newId }: Change,
  { country, euTaxManagement }: Pick<BillingEntityRow, 'country' | 'euTaxManagement'>,
): Result<Statement[]> {
  if (!euTaxManagement) return ok([])
  if (country === null || !isMemberState(country)) {
    return invalid({ eu_tax_management: ['billing_entity_must_be_in_eu'] })
  }
  const shared = {
    organizationId,
    createdAt: now,
    updatedAt: now,
    deletedAt: null,
    description: null,
    appliedToOrganization: false,
    otherBillingEntities: [],
  }
  const rows = euTaxes().map((tax) => ({ ...shared, ...tax, id: newId() }))
  return ok([insertMissingTaxes(db, rows)])
}
