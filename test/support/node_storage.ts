import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { SqlRow, SqlValue } from '../../src/customer/object_schema.js'
import type { ObjectStorage } from './failing_storage.js'

/**
 * An object's storage in Node's own SQLite, in memory: for tests that are too many for the runtime of Workers. It binds numbers
 * as floating point, as that one does; rows are all read at once.
 */
export function nodeStorage(): ObjectStorage {
  const database = new DatabaseSync(':memory:')
  const statements = new Map<string, StatementSync>()
  const prepare = (query: string): StatementSync => {
    const known = statements.get(query)
    if (known !== undefined) return known
    const statement = database.prepare(query)
    statement.setReturnArrays(true)
    statements.set(query, statement)
    return statement
  }
  const exec = (query: string, ...bindings: SqlValue[]) => {
    const statement = prepare(query)
    const rows = statement.all(...bindings) as unknown as SqlValue[][]
    return new Cursor(rows, () => statement.columns().map(({ name }) => name))
  }
  return {
    sql: { exec } as unknown as SqlStorage,
    transactionSync(run) {
      database.exec('SAVEPOINT run')
      try {
        const result = run()
        database.exec('RELEASE run')
        return result
      } catch (error) {
        database.exec('ROLLBACK TO run; RELEASE run')
        throw error
      }
    },
  }
}

/** What of the runtime's cursor is used. */
class Cursor {
  constructor(
    private readonly rows: readonly SqlValue[][],
    private readonly names: () => string[],
  ) {}

  toArray(): SqlRow[] {
    const names = this.names()
    return this.rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])))
  }

  one(): SqlRow {
    const [row, ...more] = this.toArray()
    if (row === undefined || more.length > 0) throw new Error(`${this.rows.length} rows where one was expected`)
    return row
  }

  raw(): Iterable<SqlValue[]> {
    return this.rows.values()
  }

  [Symbol.iterator](): Iterator<SqlRow> {
    return this.toArray().values()
  }
}
