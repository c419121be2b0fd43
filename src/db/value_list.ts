import { is, SQL, sql } from 'drizzle-orm'

/** Ids as they are, or a query in parentheses that finds them. */
export type Values = readonly string[] | SQL

/** A list of any length as the right side of IN, in one bound parameter: a statement takes a hundred of them at most. */
export const valueList = (values: Values): SQL =>
  is(values, SQL) ? values : sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`
