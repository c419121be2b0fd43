import { and, asc, count, eq, isNull } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { type CustomSectionRow, customSections } from './table.js'

const living = (organizationId: string) =>
  and(eq(customSections.organizationId, organizationId), isNull(customSections.deletedAt))

/** All of the organization's, by name: they are few. A query, so that a caller can put it into its batch. */
export const customSectionsQuery = (db: Database, organizationId: string) =>
  db.select().from(customSections).where(living(organizationId)).orderBy(asc(customSections.name))

/** What there is of sections for those who may name some: nothing is asked where nobody does. */
export async function sectionsFor(
  db: Database,
  organizationId: string,
  naming: readonly { readonly customSectionCodes: readonly string[] }[],
): Promise<readonly CustomSectionRow[]> {
  const isAsked = naming.some(({ customSectionCodes }) => customSectionCodes.length > 0)
  return isAsked ? customSectionsQuery(db, organizationId) : []
}

export async function countCustomSections(db: Database, organizationId: string): Promise<number> {
  const [row] = await db.select({ n: count() }).from(customSections).where(living(organizationId))
  return row?.n ?? 0
}

export async function findCustomSection(
  db: Database,
  organizationId: string,
  code: string,
): Promise<CustomSectionRow | undefined> {
  const [row] = await db
    .select()
    .from(customSections)
    .where(and(living(organizationId), eq(customSections.code, code)))
  return row
}

export const insertCustomSection = (db: Database, row: Omit<CustomSectionRow, 'seq'>): Statement =>
  db.insert(customSections).values(row)

export const updateCustomSectionRow = (
  db: Database,
  organizationId: string,
  id: string,
  changes: Partial<Omit<CustomSectionRow, 'seq' | 'id'>>,
): Statement =>
  db
    .update(customSections)
    .set(changes)
    .where(and(living(organizationId), eq(customSections.id, id)))
