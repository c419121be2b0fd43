import type { Context } from 'hono'
import { type InvoiceStatus, VISIBLE_STATUSES } from '../../core/invoicing/status.js'
import type { AppEnv } from '../../http/app_env.js'
import { fail } from '../../http/errors.js'
import { readZones } from '../billing_entities/store.js'
import { applicableZone } from '../billing_entities/terms.js'
import { sectionsFor } from '../custom_sections/store.js'
import { serializeCustomer } from '../customers/serialize.js'
import { serializeFee } from '../fees/serialize.js'
import { serializeSubscription } from '../subscriptions/serialize.js'
import { findNeighbours } from '../subscriptions/store.js'
import { applicableThresholds } from '../usage_thresholds/store.js'
import { serializeBillingPeriod, serializeCredit, serializeInvoice } from './serialize.js'
import { findInvoice, type InvoiceListing } from './store.js'

export const NO_INVOICE = { kind: 'not_found', thing: 'invoice' } as const

/** An invoice as listings show it. `zones` are those of the billing entities, by code. */
export const serializeListed = ({ invoice, customer }: InvoiceListing, zones: ReadonlyMap<string, string>) =>
  serializeInvoice(invoice, serializeCustomer(customer, zones))

/** The answer that shows one invoice with everything that stands on it. */
export async function answerInvoice(c: Context<AppEnv>, id: string, statuses?: readonly InvoiceStatus[]) {
  const invoice = await wholeInvoice(c, id, statuses)
  return invoice === undefined ? fail(c, NO_INVOICE) : c.json({ invoice })
}

/** One invoice with everything that stands on it, undefined when unknown or invisible. */
export async function wholeInvoice(
  c: Context<AppEnv>,
  id: string,
  statuses: readonly InvoiceStatus[] = VISIBLE_STATUSES,
) {
  const { db, organizationId, now } = c.var
  const [found, zones] = await Promise.all([
    findInvoice(db, organizationId, id, statuses),
    readZones(db, organizationId),
  ])
  if (found === undefined) return undefined
  const { customer } = found
  const rows = found.subscriptions.map(({ subscription }) => subscription)
  const ids = rows.map((row) => row.id)
  const [neighboursOf, thresholds, sections] = await Promise.all([
    findNeighbours(db, organizationId, rows),
    applicableThresholds(db, organizationId, ids),
    sectionsFor(db, organizationId, rows),
  ])
  const { externalId: externalCustomerId, accountType } = customer
  return {
    ...serializeListed(found, zones),
    billing_periods: found.periods.map(serializeBillingPeriod),
    credits: found.credits.map((row) => serializeCredit(row, found.invoice)),
    fees: found.fees.map((row) => serializeFee({ ...row, externalCustomerId, accountType })),
    subscriptions: found.subscriptions.map(({ subscription, plan }) =>
      serializeSubscription(
        {
          ...{ subscription, plan, externalCustomerId, neighbours: neighboursOf(subscription) },
          thresholds: thresholds.get(subscription.id) ?? [],
          sections,
        },
        { now, zone: applicableZone(customer, zones) },
      ),
    ),
    error_details: [],
  }
}
