import type { BatchItem } from 'drizzle-orm/batch'
import type { Database } from './client.js'

export type Statement = BatchItem<'sqlite'>

/** What a commit came to: a conflict means that a unique key was taken and that nothing at all was written. */
export type CommitOutcome = { readonly committed: true } | { readonly committed: false; readonly conflict: string }

/**
 * The only place where several tables are written: one D1 batch, all or nothing, in the order given. A unique key that is
 * already taken fails the whole batch and is told as a conflict (`table.column, ...`); anything else that goes wrong is thrown.
 */
export async function commit(db: Database, statements: readonly Statement[]): Promise<CommitOutcome> {
  const [first, ...rest] = statements
  if (first === undefined) return { committed: true }
  try {
    await db.batch([first, ...rest])
    return { committed: true }
  } catch (error) {
    const conflict = uniqueConflict(error)
    if (conflict === null) throw error
    return { committed: false, conflict }
  }
}

/** The columns of the unique key that a failed write met, null when it failed for another reason. */
export function uniqueConflict(error: unknown): string | null {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const match = /UNIQUE constraint failed: ([^:]+)/.exec(cause.message)
    if (match?.[1] !== undefined) return match[1].trim()
  }
  return null
}
