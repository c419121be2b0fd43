import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { organizationTaxes } from '../taxes/store.js'
import { type TaxRow, taxes } from '../taxes/table.js'
import type { NewOrganizationRow, OrganizationChanges } from './row.js'
import { type OrganizationRow, organizations } from './table.js'

/** The organization: a query, so that a caller can put it into its batch. */
export const organizationQuery = (db: Database, organizationId: string) =>
  db.select().from(organizations).where(eq(organizations.id, organizationId))

/** The organization. It always exists: its key was found through it. */
async function readOrganization(db: Database, organizationId: string): Promise<OrganizationRow> {
  return only(organizationId, await organizationQuery(db, organizationId))
}

/** The frozen now of a sandbox, epoch milliseconds; null for an organization that lives by the real clock. */
export async function readTestClock(db: Database, organizationId: string): Promise<number | null> {
  return (await readOrganization(db, organizationId)).testClockAt
}

/** The organization with the taxes of its own. */
export async function readOrganizationWithTaxes(
  db: Database,
  organizationId: string,
): Promise<{ organization: OrganizationRow; taxes: TaxRow[] }> {
  const [rows, own] = await db.batch([organizationQuery(db, organizationId), organizationTaxes(db, organizationId)])
  return { organization: only(organizationId, rows), taxes: own }
}

function only(organizationId: string, [row]: readonly OrganizationRow[]): OrganizationRow {
  if (row === undefined) throw new Error(`organization ${organizationId} does not exist`)
  return row
}

export const insertOrganization = (db: Database, row: NewOrganizationRow): Statement =>
  db.insert(organizations).values(row)

export const updateOrganizationRow = (
  db: Database,
  organizationId: string,
  changes: Omit<OrganizationChanges, 'seq' | 'id'>,
): Statement => db.update(organizations).set(changes).where(eq(organizations.id, organizationId))

/** `at` is the sandbox's new frozen now, epoch milliseconds. */
export const moveTestClock = (db: Database, organizationId: string, at: number): Statement =>
  updateOrganizationRow(db, organizationId, { testClockAt: at })

/** Takes the taxes that a `vat_rate` stands for (`core/invoicing/vat_rate.ts`) off the organization, except the one with `code`. */
export function withdrawVatTaxes(
  db: Database,
  organizationId: string,
  { except, now }: { except: string; now: number },
): Statement {
  return db
    .update(taxes)
    .set({ appliedToOrganization: false, updatedAt: now })
    .where(
      and(
        eq(taxes.organizationId, organizationId),
        isNull(taxes.deletedAt),
        eq(taxes.appliedToOrganization, true),
        ne(taxes.code, except),
        sql`${taxes.code} GLOB 'vat_[0-9]*' AND substr(${taxes.code}, 5) NOT GLOB '*[^0-9.]*'`,
      ),
    )
}
