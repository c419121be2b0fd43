import { and, asc, count, desc, eq, exists, gt, isNotNull, isNull, lte, min, notInArray, sql } from 'drizzle-orm'
import type { Database } from '../db/client.js'
import type { Statement } from '../db/commit.js'
import { customers } from '../resources/customers/table.js'
import { invoices } from '../resources/invoices/table.js'
import { organizations } from '../resources/organizations/table.js'
import { type AgendaKind, type AgendaRow, agenda, parkedCustomers } from './table.js'

/** Puts work onto the agenda; the same work at the same time is there once. */
export const schedule = (db: Database, row: AgendaRow): Statement => db.insert(agenda).values(row).onConflictDoNothing()

/** Takes one item off: belongs into the batch that holds its effect. */
export const consume = (db: Database, row: Pick<AgendaRow, 'kind' | 'subjectId' | 'dueAt'>): Statement =>
  db
    .delete(agenda)
    .where(and(eq(agenda.kind, row.kind), eq(agenda.subjectId, row.subjectId), eq(agenda.dueAt, row.dueAt)))

/** Takes all work of one kind for a subject off, whenever it is due. */
export const unschedule = (db: Database, kind: AgendaKind, subjectId: string): Statement =>
  db.delete(agenda).where(and(eq(agenda.kind, kind), eq(agenda.subjectId, subjectId)))

/** What is due for a customer up to `now`. */
export const dueItems = (db: Database, customerId: string, now: number) =>
  db
    .select()
    .from(agenda)
    .where(and(eq(agenda.customerId, customerId), lte(agenda.dueAt, now)))

/** The invoices that such work is about. */
export const dueInvoices = (db: Database, organizationId: string, customerId: string, now: number) =>
  db
    .select()
    .from(invoices)
    .where(
      and(
        eq(invoices.organizationId, organizationId),
        sql`${invoices.id} IN (SELECT ${agenda.subjectId} FROM ${agenda}
          WHERE ${agenda.customerId} = ${customerId} AND ${agenda.kind} = 'fall_overdue' AND ${agenda.dueAt} <= ${now})`,
      ),
    )

/** The largest distance between the midnights of one date in two zones, in milliseconds. */
const ZONES_APART_MS = 26 * 3_600_000

/**
 * Has the customer's open invoices looked at as early as another zone could make them overdue, for the batch that heeds a new
 * zone: what is not over there yet is put off again.
 */
export const hastenOverdue = (db: Database, customerId: string, now: number): Statement =>
  db
    .update(agenda)
    .set({ dueAt: sql`max(${now + 1}, ${agenda.dueAt} - ${ZONES_APART_MS})` })
    .where(and(eq(agenda.customerId, customerId), eq(agenda.kind, 'fall_overdue'), gt(agenda.dueAt, now)))

/**
 * A page of customers with something due up to `now`, by id, from behind `after`: of one organization, or of all that live by
 * the real clock. A sandbox does what is due when its own clock is moved.
 */
export function dueCustomers(db: Database, now: number, after: string, limit: number, organizationId?: string) {
  const sandboxes = db.select({ id: organizations.id }).from(organizations).where(isNotNull(organizations.testClockAt))
  const mine =
    organizationId === undefined
      ? notInArray(agenda.organizationId, sandboxes)
      : eq(agenda.organizationId, organizationId)
  return db
    .selectDistinct({ organizationId: agenda.organizationId, customerId: agenda.customerId })
    .from(agenda)
    .where(and(lte(agenda.dueAt, now), sql`${agenda.customerId} > ${after}`, mine))
    .orderBy(asc(agenda.customerId))
    .limit(limit)
}

/** When the organization's next work after `after` falls due, null when there is none. */
export async function nextDueAt(db: Database, organizationId: string, after: number): Promise<number | null> {
  const [row] = await db
    .select({ at: min(agenda.dueAt) })
    .from(agenda)
    .where(and(eq(agenda.organizationId, organizationId), gt(agenda.dueAt, after)))
  return row?.at ?? null
}

/**
 * Has customers look at their calendar again, for the batch that changes a setting of a billing entity: after its zone every
 * customer who lives by it, after what dates invoices those with drafts of its own.
 */
export function rescheduleBillingEntity(
  db: Database,
  organizationId: string,
  code: string,
  { now, changed }: { now: number; changed: 'zone' | 'dates' },
): Statement {
  return db
    .insert(agenda)
    .select(
      db
        .select({
          organizationId: customers.organizationId,
          customerId: customers.id,
          kind: sql<AgendaKind>`'reschedule'`.as('kind'),
          subjectId: sql<string>`${customers.id}`.as('subject_id'),
          dueAt: sql<number>`${now}`.as('due_at'),
        })
        .from(customers)
        .where(
          and(
            eq(customers.organizationId, organizationId),
            isNull(customers.deletedAt),
            changed === 'zone'
              ? and(isNull(customers.timezone), eq(customers.billingEntityCode, code))
              : exists(draftsOfCustomer(db, code)),
          ),
        ),
    )
    .onConflictDoNothing()
}

const draftsOfCustomer = (db: Database, billingEntityCode: string) =>
  db
    .select({ id: invoices.id })
    .from(invoices)
    .where(
      and(
        eq(invoices.customerId, customers.id),
        eq(invoices.status, 'draft'),
        eq(invoices.billingEntityCode, billingEntityCode),
      ),
    )

export const park = (db: Database, row: typeof parkedCustomers.$inferInsert): Statement =>
  db
    .insert(parkedCustomers)
    .values(row)
    .onConflictDoUpdate({
      target: parkedCustomers.customerId,
      set: { error: row.error, failedRuns: sql`${parkedCustomers.failedRuns} + 1` },
    })

export const unpark = (db: Database, customerId: string): Statement =>
  db.delete(parkedCustomers).where(eq(parkedCustomers.customerId, customerId))

export interface ParkedCustomer {
  readonly organizationId: string
  readonly organizationName: string | null
  readonly customerId: string
  readonly externalCustomerId: string | null
  readonly error: string
  /** Epoch milliseconds of the organization's clock. */
  readonly parkedAt: number
  readonly failedRuns: number
}

/** Of all organizations: an operator asks. The latest first. */
export async function listParkedCustomers(
  db: Database,
  { limit, offset }: { limit: number; offset: number },
): Promise<{ rows: ParkedCustomer[]; totalCount: number }> {
  const [rows, counts] = await db.batch([
    db
      .select({
        organizationId: parkedCustomers.organizationId,
        organizationName: organizations.name,
        customerId: parkedCustomers.customerId,
        externalCustomerId: customers.externalId,
        error: parkedCustomers.error,
        parkedAt: parkedCustomers.parkedAt,
        failedRuns: parkedCustomers.failedRuns,
      })
      .from(parkedCustomers)
      .leftJoin(organizations, eq(organizations.id, parkedCustomers.organizationId))
      .leftJoin(customers, eq(customers.id, parkedCustomers.customerId))
      .orderBy(desc(parkedCustomers.parkedAt), desc(parkedCustomers.customerId))
      .limit(limit)
      .offset(offset),
    db.select({ n: count() }).from(parkedCustomers),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}
