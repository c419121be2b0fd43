import { eq } from 'drizzle-orm'
import type { Database } from '../../db/client.js'
import type { Statement } from '../../db/commit.js'
import { organizations } from '../organizations/table.js'
import { apiKeys } from './table.js'

export interface KeyOwner {
  readonly organizationId: string
  readonly expiresAt: number | null
  /** The organization's frozen now; null for one that lives by the real clock. */
  readonly testClockAt: number | null
}

/** Whose key it is, by the SHA-256 of the key. */
export async function findKeyOwner(db: Database, keyHash: string): Promise<KeyOwner | undefined> {
  const [owner] = await db
    .select({
      organizationId: apiKeys.organizationId,
      expiresAt: apiKeys.expiresAt,
      testClockAt: organizations.testClockAt,
    })
    .from(apiKeys)
    .innerJoin(organizations, eq(organizations.id, apiKeys.organizationId))
    .where(eq(apiKeys.keyHash, keyHash))
  return owner
}

export async function readTestClock(db: Database, organizationId: string): Promise<number | null> {
  const [row] = await db
    .select({ at: organizations.testClockAt })
    .from(organizations)
    .where(eq(organizations.id, organizationId))
  return row?.at ?? null
}

export function insertApiKey(
  db: Database,
  organizationId: string,
  key: { id: string; keyHash: string; createdAt: number },
): Statement {
  return db.insert(apiKeys).values({ ...key, organizationId, expiresAt: null })
}
