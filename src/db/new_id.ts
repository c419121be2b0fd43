import { sql } from 'drizzle-orm'

/** A random id (UUID, version 4) for each row of a statement that makes rows out of others, made by the database. */
export const newRowId = () => sql`lower(
  hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-' ||
  substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))`
