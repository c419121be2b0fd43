import { integer, text } from 'drizzle-orm/sqlite-core'

/**
 * The columns that every row of an organization's own has. `seq` is the order of creation: with a frozen test clock
 * `created_at` ties, so listings go by `seq`.
 */
export const rowColumns = () => ({
  // Made anew for every table: a unique index is named after the first table that its column was built for.
  seq: integer('seq').primaryKey({ autoIncrement: true }),
  id: text('id').notNull().unique(),
  organizationId: text('organization_id').notNull(),
  createdAt: integer('created_at').notNull(),
})

/** For rows that an update or a soft deletion changes. Epoch milliseconds. */
export const lifeColumns = () => ({
  updatedAt: integer('updated_at').notNull(),
  deletedAt: integer('deleted_at'),
})

export const flag = (name: string) => integer(name, { mode: 'boolean' })
export const json = <T>(name: string) => text(name, { mode: 'json' }).$type<T>()
