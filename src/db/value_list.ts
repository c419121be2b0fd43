import { type SQL, sql } from 'drizzle-orm'

/** A list of any length as the right side of IN, in one bound parameter: a statement takes a hundred of them at most. */
export const valueList = (values: readonly string[]): SQL =>
  sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`
