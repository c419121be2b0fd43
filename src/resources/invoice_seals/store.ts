import { and, asc, count, desc, eq, gt, isNotNull, isNull, lte, min, notInArray, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { newRowId } from '../../db/new_id.js'
import { valueList } from '../../db/value_list.js'
import { limitOf, offsetOf, type Page, type Paged } from '../../http/pagination.js'
import { invoices } from '../invoices/table.js'
import { organizations } from '../organizations/table.js'
import { type InvoiceLinkRow, type InvoiceSealRow, invoiceLinks, invoiceSeals } from './table.js'

/** The last link of the customer's chain. */
export const latestLink = (db: Database, organizationId: string, customerId: string) =>
  db
    .select({ position: invoiceLinks.position, hash: invoiceLinks.hash })
    .from(invoiceLinks)
    .where(and(eq(invoiceLinks.organizationId, organizationId), eq(invoiceLinks.customerId, customerId)))
    .orderBy(desc(invoiceLinks.position))
    .limit(1)

export const insertLink = (db: Database, row: Omit<InvoiceLinkRow, 'seq'>): Statement =>
  db.insert(invoiceLinks).values(row)

/** The first links that no seal covers yet, with the numbers of their invoices. */
export const unsealedLinks = (db: Database, organizationId: string, limit: number) =>
  db
    .select({
      invoiceId: invoiceLinks.invoiceId,
      customerId: invoiceLinks.customerId,
      position: invoiceLinks.position,
      hash: invoiceLinks.hash,
      number: invoices.number,
      sequentialId: invoices.sequentialId,
      organizationSequentialId: invoices.organizationSequentialId,
    })
    .from(invoiceLinks)
    .innerJoin(invoices, eq(invoices.id, invoiceLinks.invoiceId))
    .where(and(eq(invoiceLinks.organizationId, organizationId), isNull(invoiceLinks.sealId)))
    .orderBy(asc(invoiceLinks.seq))
    .limit(limit)

/** The links that a seal covers, as it was made of them. */
export const linksOfSeal = (db: Database, organizationId: string, sealId: string) =>
  db
    .select({
      customerId: invoiceLinks.customerId,
      position: invoiceLinks.position,
      hash: invoiceLinks.hash,
      number: sql<string>`coalesce(${invoiceLinks.number}, '')`,
      sequentialId: invoiceLinks.sequentialId,
      organizationSequentialId: invoiceLinks.organizationSequentialId,
    })
    .from(invoiceLinks)
    .where(and(eq(invoiceLinks.organizationId, organizationId), eq(invoiceLinks.sealId, sealId)))
    .orderBy(asc(invoiceLinks.seq))

/** Organizations that live by the real clock and have links that no seal covers, who has waited longest first. */
export const organizationsToSeal = (db: Database, limit: number) =>
  db
    .select({ organizationId: invoiceLinks.organizationId, since: min(invoiceLinks.seq) })
    .from(invoiceLinks)
    .where(
      and(
        isNull(invoiceLinks.sealId),
        notInArray(
          invoiceLinks.organizationId,
          db.select({ id: organizations.id }).from(organizations).where(isNotNull(organizations.testClockAt)),
        ),
      ),
    )
    .groupBy(invoiceLinks.organizationId)
    .orderBy(asc(min(invoiceLinks.seq)))
    .limit(limit)

/** The organization's last seal. */
export const latestSeal = (db: Database, organizationId: string) =>
  db
    .select({ sequentialId: invoiceSeals.sequentialId })
    .from(invoiceSeals)
    .where(eq(invoiceSeals.organizationId, organizationId))
    .orderBy(desc(invoiceSeals.sequentialId))
    .limit(1)

/** A seal, and that it covers these links with their numbers. */
export const sealLinks = (
  db: Database,
  seal: Omit<InvoiceSealRow, 'seq' | 'id'>,
  invoiceIds: readonly string[],
): Statement[] => [
  db.insert(invoiceSeals).values({ ...seal, id: newRowId() }),
  db
    .update(invoiceLinks)
    .set({
      sealId: sql`(SELECT s.id FROM invoice_seals s
        WHERE s.organization_id = ${seal.organizationId} AND s.sequential_id = ${seal.sequentialId})`,
      number: ofInvoice('number'),
      sequentialId: ofInvoice('sequential_id'),
      organizationSequentialId: ofInvoice('organization_sequential_id'),
    })
    .where(
      and(
        eq(invoiceLinks.organizationId, seal.organizationId),
        sql`${invoiceLinks.invoiceId} IN ${valueList(invoiceIds)}`,
      ),
    ),
]

const ofInvoice = (column: string) =>
  sql`(SELECT i.${sql.raw(column)} FROM invoices i WHERE i.id = ${invoiceLinks.invoiceId})`

/** The latest first. */
export async function listSeals(db: Database, organizationId: string, page: Page): Promise<Paged<InvoiceSealRow>> {
  const where = eq(invoiceSeals.organizationId, organizationId)
  const [rows, counts] = await db.batch([
    db
      .select()
      .from(invoiceSeals)
      .where(where)
      .orderBy(desc(invoiceSeals.seq))
      .limit(limitOf(page))
      .offset(offsetOf(page)),
    db.select({ n: count() }).from(invoiceSeals).where(where),
  ])
  return { rows, totalCount: counts[0]?.n ?? 0 }
}

/** The link of an invoice with its seal, undefined when there is none. */
export async function findLink(db: Database, organizationId: string, invoiceId: string) {
  const [row] = await db
    .select({ link: invoiceLinks, seal: { id: invoiceSeals.id, root: invoiceSeals.root, at: invoiceSeals.createdAt } })
    .from(invoiceLinks)
    .leftJoin(invoiceSeals, eq(invoiceSeals.id, invoiceLinks.sealId))
    .where(and(eq(invoiceLinks.organizationId, organizationId), eq(invoiceLinks.invoiceId, invoiceId)))
  return row
}

/** The customer's links that follow a place up to the last one that the same seal covers, in their order. */
export const linksUnderSeal = (db: Database, { organizationId, customerId, sealId, position }: InvoiceLinkRow) =>
  db
    .select()
    .from(invoiceLinks)
    .where(
      and(
        eq(invoiceLinks.organizationId, organizationId),
        eq(invoiceLinks.customerId, customerId),
        gt(invoiceLinks.position, position),
        lte(
          invoiceLinks.position,
          sql`(SELECT max(other.position) FROM invoice_links other WHERE other.customer_id = ${customerId} AND other.seal_id = ${sealId})`,
        ),
      ),
    )
    .orderBy(asc(invoiceLinks.position))
