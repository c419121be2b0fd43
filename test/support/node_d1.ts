import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

type Value = string | number | null
type Row = Readonly<Record<string, Value>>

/** What D1 refuses to go beyond, in parameters of a statement and in columns of its result. */
const MOST = 100

/** Is given everything that is done to a database, to disturb it. `run` does it. */
export type Disturbance = <T>(kind: 'read' | 'write', run: () => T) => T

/**
 * A D1 database in Node's own SQLite, in memory, with all migrations applied: for tests that are too many for the runtime of
 * Workers. Like D1 it binds numbers as floating point, takes a batch whole or not at all, gives rows as objects (in which columns of
 * one name fall together) except to `raw`, and refuses more than 100 parameters or columns.
 */
export class NodeD1 {
  readonly #database = new DatabaseSync(':memory:')
  readonly #queries = new Map<string, Query>()
  #disturbance: Disturbance = (_, run) => run()

  constructor() {
    this.#database.exec('PRAGMA foreign_keys = ON')
    this.#database.exec(MIGRATIONS)
  }

  /** As the service sees it. */
  get binding(): D1Database {
    return this as unknown as D1Database
  }

  /** How many rows have ever been written, changed or deleted. */
  get changes(): number {
    return Number(this.#database.prepare('SELECT total_changes() AS n').get()?.n)
  }

  /** Runs every statement and batch from now on through this. */
  disturb(disturbance: Disturbance): void {
    this.#disturbance = disturbance
  }

  prepare(text: string): Statement {
    const known = this.#queries.get(text)
    if (known !== undefined) return new Statement(this, known, [])
    const query = new Query(this.#database, text)
    this.#queries.set(text, query)
    return new Statement(this, query, [])
  }

  async batch(statements: readonly Statement[]): Promise<Result[]> {
    const isRead = statements.every(({ query }) => query.isRead)
    return this.run({ isRead }, () => statements.map((statement) => statement.result()))
  }

  run<T>({ isRead }: Pick<Query, 'isRead'>, run: () => T): T {
    return this.#disturbance(isRead ? 'read' : 'write', () => {
      this.#database.exec('BEGIN')
      try {
        const result = run()
        this.#database.exec('COMMIT')
        return result
      } catch (error) {
        this.#database.exec('ROLLBACK')
        throw error
      }
    })
  }
}

interface Result {
  readonly results: Row[]
  readonly success: true
  readonly meta: object
}

/** A text of SQL. It is only looked at when it is first run. */
class Query {
  readonly isRead: boolean
  #prepared: { readonly statement: StatementSync; readonly names: readonly string[] } | null = null

  constructor(
    private readonly database: DatabaseSync,
    private readonly text: string,
  ) {
    this.isRead = /^\s*select\b/i.test(text)
  }

  /** Rows by position. */
  rows(bindings: readonly Value[]): { readonly rows: Value[][]; readonly names: readonly string[] } {
    if (bindings.length > MOST) throw new Error('D1_ERROR: too many SQL variables: SQLITE_ERROR')
    try {
      this.#prepared ??= this.#prepare()
      const { statement, names } = this.#prepared
      return { rows: statement.all(...bindings) as unknown as Value[][], names }
    } catch (error) {
      throw new Error(`D1_ERROR: ${error instanceof Error ? error.message : String(error)}: SQLITE_ERROR`, {
        cause: error,
      })
    }
  }

  #prepare() {
    const statement = this.database.prepare(this.text)
    statement.setReturnArrays(true)
    const names = statement.columns().map(({ name }) => name)
    if (names.length > MOST) throw new Error('too many columns in result set')
    return { statement, names }
  }
}

class Statement {
  constructor(
    private readonly database: NodeD1,
    readonly query: Query,
    private readonly bindings: readonly Value[],
  ) {}

  bind(...values: readonly unknown[]): Statement {
    return new Statement(this.database, this.query, values.map(bindable))
  }

  /** What the statement gives now, in whatever transaction there is. */
  result(): Result {
    const { rows, names } = this.query.rows(this.bindings)
    const results = rows.map((row) => {
      const named: Record<string, Value> = {}
      for (const [i, name] of names.entries()) named[name] = row[i] ?? null
      return named
    })
    return { results, success: true, meta: {} }
  }

  async all(): Promise<Result> {
    return this.database.run(this.query, () => this.result())
  }

  async run(): Promise<Result> {
    return this.all()
  }

  async raw(): Promise<Value[][]> {
    return this.database.run(this.query, () => this.query.rows(this.bindings).rows)
  }

  async first(column?: string): Promise<Row | Value> {
    const [row] = (await this.all()).results
    return row === undefined ? null : column === undefined ? row : (row[column] ?? null)
  }
}

function bindable(value: unknown): Value {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  throw new Error(`D1_TYPE_ERROR: Type '${typeof value}' not supported for value '${String(value)}'`)
}

const FOLDER = path.join(import.meta.dirname, '../../migrations')
const MIGRATIONS = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.sql'))
  .sort()
  .map((file) => readFileSync(path.join(FOLDER, file), 'utf8').replaceAll('--> statement-breakpoint', ''))
  .join('\n')
