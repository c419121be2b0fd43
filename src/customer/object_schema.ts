/** What SQL gives and takes. Booleans, dates, bigints and `undefined` are left out: they would be stored as something else. */
export type SqlValue = string | number | null
export type SqlRow = Record<string, SqlValue>

/**
 * The schema of an object's own storage, in order of age. Forward-only: what has been released is never edited, and an
 * object that sleeps for a year runs what it missed when it wakes.
 *
 * Bytes count most in `events`: external ids and codes are kept once, and the rowid that ends every index is the order
 * of reception.
 */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    'CREATE TABLE subscriptions (id INTEGER PRIMARY KEY, external_id TEXT NOT NULL UNIQUE) STRICT',
    'CREATE TABLE codes (id INTEGER PRIMARY KEY, code TEXT NOT NULL UNIQUE) STRICT',
    `CREATE TABLE events (
      seq INTEGER PRIMARY KEY,
      subscription INTEGER NOT NULL,
      transaction_id TEXT NOT NULL,
      code INTEGER NOT NULL,
      at INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      properties TEXT NOT NULL,
      precise_total_amount_cents TEXT
    ) STRICT`,
    'CREATE UNIQUE INDEX events_once ON events (subscription, transaction_id)',
    'CREATE INDEX events_usage ON events (subscription, code, at)',
    'CREATE TABLE own_subscriptions (external_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID',
    `CREATE TABLE counters (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      definition TEXT NOT NULL,
      external_subscription_id TEXT NOT NULL,
      code TEXT NOT NULL,
      behind_from_seq INTEGER
    ) STRICT`,
    'CREATE INDEX counters_stream ON counters (external_subscription_id, code)',
    `CREATE TABLE counter_states (
      counter_id INTEGER NOT NULL,
      bucket TEXT NOT NULL,
      state TEXT NOT NULL,
      PRIMARY KEY (counter_id, bucket)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE counter_members (
      counter_id INTEGER NOT NULL,
      bucket TEXT NOT NULL,
      value TEXT NOT NULL,
      member TEXT NOT NULL,
      PRIMARY KEY (counter_id, bucket, value)
    ) STRICT, WITHOUT ROWID`,
  ],
  [
    // Counters are a cache of the log: those of an older form are dropped, and built again for who asks.
    'DROP TABLE counters',
    'DROP TABLE counter_states',
    'DROP TABLE counter_members',
    `CREATE TABLE counters (
      id INTEGER PRIMARY KEY,
      key TEXT NOT NULL UNIQUE,
      external_subscription_id TEXT NOT NULL,
      code TEXT NOT NULL
    ) STRICT`,
    'CREATE INDEX counters_stream ON counters (external_subscription_id, code)',
    // A definition can be longer than what one row may hold.
    `CREATE TABLE counter_definitions (
      counter_id INTEGER NOT NULL,
      part INTEGER NOT NULL,
      text TEXT NOT NULL,
      PRIMARY KEY (counter_id, part)
    ) STRICT`,
    // A bucket without a state is stale: it has to be built again from the log.
    `CREATE TABLE counter_states (
      counter_id INTEGER NOT NULL,
      bucket TEXT NOT NULL,
      state TEXT,
      PRIMARY KEY (counter_id, bucket)
    ) STRICT, WITHOUT ROWID`,
    'CREATE INDEX counter_states_stale ON counter_states (counter_id) WHERE state IS NULL',
    `CREATE TABLE counter_members (
      counter_id INTEGER NOT NULL,
      bucket TEXT NOT NULL,
      value TEXT NOT NULL,
      member TEXT NOT NULL,
      PRIMARY KEY (counter_id, bucket, value)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE event_history (
      id INTEGER PRIMARY KEY,
      seq INTEGER NOT NULL,
      subscription INTEGER NOT NULL,
      transaction_id TEXT NOT NULL,
      code INTEGER NOT NULL,
      at INTEGER NOT NULL,
      created_at INTEGER NOT NULL,
      properties TEXT NOT NULL,
      precise_total_amount_cents TEXT,
      ended_at INTEGER NOT NULL,
      ended_by TEXT NOT NULL CHECK (ended_by IN ('deletion', 'amendment'))
    ) STRICT`,
    'CREATE INDEX event_history_event ON event_history (seq)',
    `CREATE TABLE event_counts (
      subscription INTEGER NOT NULL,
      code INTEGER NOT NULL,
      accepted INTEGER NOT NULL,
      duplicates INTEGER NOT NULL,
      withdrawn INTEGER NOT NULL,
      amended INTEGER NOT NULL,
      PRIMARY KEY (subscription, code)
    ) STRICT, WITHOUT ROWID`,
    'INSERT INTO event_counts SELECT subscription, code, count(*), 0, 0, 0 FROM events GROUP BY subscription, code',
  ],
  [
    // Streams of usage that are paid in advance, as D1 said when it was last asked.
    `CREATE TABLE advance_streams (
      external_subscription_id TEXT NOT NULL,
      code TEXT NOT NULL,
      PRIMARY KEY (external_subscription_id, code)
    ) STRICT, WITHOUT ROWID`,
    'CREATE TABLE object_owner (organization_id TEXT NOT NULL, customer_id TEXT NOT NULL) STRICT',
    'CREATE TABLE advance_queue (seq INTEGER PRIMARY KEY) STRICT',
    'CREATE TABLE advance_marks (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID',
    'CREATE TABLE advance_ledgers (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, to_at INTEGER NOT NULL) STRICT',
    `CREATE TABLE advance_states (
      ledger_id INTEGER NOT NULL,
      bucket TEXT NOT NULL,
      state TEXT NOT NULL,
      PRIMARY KEY (ledger_id, bucket)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE advance_members (
      ledger_id INTEGER NOT NULL,
      bucket TEXT NOT NULL,
      value TEXT NOT NULL,
      member TEXT NOT NULL,
      PRIMARY KEY (ledger_id, bucket, value)
    ) STRICT, WITHOUT ROWID`,
  ],
  [
    // Whose events a ledger is made from. Null of those that were kept before.
    'ALTER TABLE advance_ledgers ADD COLUMN external_subscription_id TEXT',
    'ALTER TABLE advance_ledgers ADD COLUMN code TEXT',
    // Until when its events are carried into its period; null where they are not.
    'ALTER TABLE advance_ledgers ADD COLUMN carried_until INTEGER',
    'CREATE INDEX advance_ledgers_stream ON advance_ledgers (external_subscription_id, code)',
  ],
]

/** The storage's SQL, and transactions that take back everything when they throw. */
export class ObjectSql {
  constructor(private readonly storage: Pick<DurableObjectStorage, 'sql' | 'transactionSync'>) {}

  /**
   * Runs one statement. The rows come as they are read: they have to be consumed before anything is awaited. Numbers are
   * bound as floating point, so a TEXT column must be given text.
   */
  exec<Row extends SqlRow>(query: string, ...bindings: SqlValue[]): SqlStorageCursor<Row> {
    for (const value of bindings) {
      // TypeScript is no guard at run time, and the runtime would store `undefined` as null and `true` as text.
      if (value !== null && typeof value !== 'string' && !Number.isFinite(value)) {
        throw new TypeError(`SQL cannot be given ${String(value)}: ${query}`)
      }
    }
    return this.storage.sql.exec<Row>(query, ...bindings)
  }

  /** Without this, what was written before a throw would stay. */
  transaction<T>(run: () => T): T {
    return this.storage.transactionSync(run)
  }
}

/** The object's SQL, with the schema brought up to date. */
export function openObjectSql(storage: Pick<DurableObjectStorage, 'sql' | 'transactionSync'>): ObjectSql {
  const sql = new ObjectSql(storage)
  sql.exec('CREATE TABLE IF NOT EXISTS _migrations (id INTEGER PRIMARY KEY) STRICT')
  const done = sql.exec<{ n: number }>('SELECT count(*) AS n FROM _migrations').one().n
  MIGRATIONS.slice(done).forEach((statements, i) => {
    sql.transaction(() => {
      for (const statement of statements) sql.exec(statement)
      sql.exec('INSERT INTO _migrations (id) VALUES (?)', done + i + 1)
    })
  })
  return sql
}
