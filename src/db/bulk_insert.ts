import { type Column, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { Database } from './client.js'
import type { Statement } from './commit.js'

/** Rows of one statement: few enough that what is built of them is small beside the rows themselves. */
const ROWS_AT_ONCE = 1_000
/** Characters of one bound text: at most three bytes each, below the 2 MB that D1 binds. */
const MAX_TEXT = 500_000

/** One value for each column but `seq`, as the database takes it. */
type Values = readonly (string | number | null)[]

/**
 * Inserts any number of rows, in their order, by few statements: one for each row would take minutes for what one customer's
 * period can hold. What all rows of a statement have in common is sent once. Rows are taken as they are needed.
 */
export function* bulkInsert<T extends SQLiteTable>(
  db: Database,
  table: T,
  rows: Iterable<Omit<T['$inferSelect'], 'seq'>>,
): Generator<Statement> {
  let waiting: Values[] = []
  for (const row of rows) {
    waiting.push(valuesOf(table, row))
    if (waiting.length === ROWS_AT_ONCE) {
      yield* insertions(db, table, waiting)
      waiting = []
    }
  }
  if (waiting.length > 0) yield* insertions(db, table, waiting)
}

/** All but the order of creation, which the database gives. */
const given = (table: SQLiteTable): [string, Column][] =>
  Object.entries(getTableColumns(table)).filter(([name]) => name !== 'seq')

function valuesOf(table: SQLiteTable, row: object): Values {
  const fields = row as Readonly<Record<string, unknown>>
  return given(table).map(([name, column]) => {
    const value = fields[name] ?? null
    return value === null ? null : (column.mapToDriverValue(value) as string | number)
  })
}

function* insertions(db: Database, table: SQLiteTable, rows: readonly Values[]): Generator<Statement> {
  const [first = []] = rows
  const isShared = first.map((value, i) => rows.every((row) => row[i] === value))
  const text = JSON.stringify(rows.map((row) => row.filter((_, i) => !isShared[i])))
  if (text.length > MAX_TEXT && rows.length > 1) {
    const half = Math.ceil(rows.length / 2)
    yield* insertions(db, table, rows.slice(0, half))
    yield* insertions(db, table, rows.slice(half))
    return
  }
  const shared = JSON.stringify(first.filter((_, i) => isShared[i]))
  yield db.insert(table).select(
    sql`SELECT ${sql.join(selected(table, isShared), sql`, `)}
        FROM (SELECT ${shared} AS shared), json_each(${text}) AS own ORDER BY own.key`,
  )
}

/** Each column of the table, in their order: from the list of shared values, or from the row's own. */
function selected(table: SQLiteTable, isShared: readonly boolean[]): SQL[] {
  const values = isShared.map((shared, i) => {
    const place = isShared.slice(0, i).filter((other) => other === shared).length
    return sql.raw(`json_extract(${shared ? 'shared' : 'own.value'}, '$[${place}]')`)
  })
  const names = given(table).map(([name]) => name)
  return Object.keys(getTableColumns(table)).map((name) => values[names.indexOf(name)] ?? sql`NULL`)
}
