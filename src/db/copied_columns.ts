import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'

/**
 * What a statement selects that makes rows of a table out of rows of the same table: every column, in the table's order, from the
 * rows named `source` unless it is given. The order of creation is the database's to give.
 */
export function copiedColumns<T extends SQLiteTable>(
  table: T,
  source: string,
  given: { readonly [K in keyof T['$inferSelect']]?: SQL },
): SQL {
  const values: Readonly<Record<string, SQL | undefined>> = given
  const columns = Object.entries(getTableColumns(table)).map(([name, column]) =>
    name === 'seq' ? sql`NULL` : (values[name] ?? sql`${sql.identifier(source)}.${sql.identifier(column.name)}`),
  )
  return sql.join(columns, sql`, `)
}
