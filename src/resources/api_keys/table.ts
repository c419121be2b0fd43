import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { rowColumns } from '../../db/columns.js'

/** Keys are kept as SHA-256 only: a leaked database leaks no key. */
export const apiKeys = sqliteTable('api_keys', {
  ...rowColumns(),
  keyHash: text('key_hash').notNull().unique(),
  expiresAt: integer('expires_at'),
})
