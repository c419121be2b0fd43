import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, globSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { median } from './load.mjs'
import { CONNECTIONS } from './rates.mjs'

const SCHEMA = `
  CREATE TABLE events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    transaction_id text NOT NULL,
    code text NOT NULL,
    timestamp timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    properties jsonb NOT NULL
  );
  CREATE UNIQUE INDEX ON events (subscription_id, transaction_id);
  CREATE INDEX ON events (subscription_id, code, timestamp);
  CREATE SEQUENCE transactions;`

const ORGANIZATION = "'00000000-0000-0000-0000-000000000001'"
const BUSY = "'00000000-0000-0000-0000-000000000002'"
const LARGE = "'00000000-0000-0000-0000-000000000003'"
const COLUMNS = 'organization_id, subscription_id, transaction_id, code, timestamp, properties'

const INSERT = `INSERT INTO events (${COLUMNS}) VALUES (${ORGANIZATION}, ${BUSY},
  'bench-transaction-' || nextval('transactions'), 'tiered', now(),
  '{"amount": "1.5", "region": "eu-west-1", "user": "user-1"}');`.replaceAll('\n', ' ')

const fill = (events) => `INSERT INTO events (${COLUMNS})
  SELECT ${ORGANIZATION}, ${LARGE}, 'bench-transaction-' || n, 'tiered', now() + n * interval '1 millisecond',
    jsonb_build_object('amount', '1.5', 'region', 'eu-west-1', 'user', 'user-' || n % 100000)
  FROM generate_series(1, ${events}) AS n`

const question = (what) => `SELECT ${what} FROM events WHERE subscription_id = ${LARGE} AND code = 'tiered'
  AND timestamp >= now() - interval '1 month' AND timestamp < now() + interval '1 month'`

const READS = 5
/** Its load generator counts the time in which it connects. */
const LEAST_SECONDS = 10

/**
 * The same events in a table of PostgreSQL, with the usual columns and indexes: durable inserts of one event each, and sums
 * and distinct counts read from the rows. Null where no server is installed.
 */
export function measurePostgres({ seconds, events }) {
  const binaries = findBinaries()
  if (binaries === null) return null
  const directory = mkdtempSync(path.join(tmpdir(), 'edgemeter-bench-postgres-'))
  const server = startServer(binaries, directory)
  try {
    server.query(SCHEMA)
    const insertsPerSecond = server.insertsPerSecond(INSERT, seconds)
    const before = Number(server.query("SELECT pg_total_relation_size('events')"))
    server.query(fill(events))
    server.query('VACUUM ANALYZE events')
    const after = Number(server.query("SELECT pg_total_relation_size('events')"))
    return {
      version: server.query('SHOW server_version'),
      insertsPerSecond,
      sumMs: server.milliseconds(question("sum((properties->>'amount')::numeric)")),
      distinctMs: server.milliseconds(question("count(DISTINCT properties->>'user')")),
      bytesPerEvent: (after - before) / events,
    }
  } finally {
    server.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

/** The directory of the newest server with all that is needed of it. */
function findBinaries() {
  const wanted = ['initdb', 'pg_ctl', 'psql', 'pgbench']
  const directories = globSync('/usr/lib/postgresql/*/bin').sort().reverse()
  const onPath = (process.env.PATH ?? '').split(path.delimiter)
  const has = (directory) => wanted.every((name) => spawnSync(path.join(directory, name), ['--version']).status === 0)
  return [...directories, ...onPath].find(has) ?? null
}

/** A server of its own with the settings of a fresh installation, so one that waits for the disk, reached by a socket in `directory`. */
function startServer(binaries, directory) {
  const data = path.join(directory, 'data')
  const user = unprivilegedUser()
  if (user.uid !== undefined) chownSync(directory, user.uid, user.gid)
  const run = (name, args, more = {}) =>
    execFileSync(path.join(binaries, name), args, { ...user, cwd: directory, encoding: 'utf8', stdio: 'pipe', ...more })
  const reach = ['-h', directory, '-U', 'bench']
  run('initdb', ['-D', data, '-U', 'bench', '-A', 'trust', '--no-locale', '-E', 'UTF8'])
  const settings = `-k ${directory} -c listen_addresses= -c max_connections=${CONNECTIONS + 10}`
  run('pg_ctl', ['-D', data, '-w', '-l', path.join(directory, 'log'), '-o', settings, 'start'], { stdio: 'ignore' })
  const psql = (sql) =>
    run('psql', [...reach, '-d', 'postgres', '-qAt', '-v', 'ON_ERROR_STOP=1'], { input: sql }).trim()
  return {
    query: psql,
    /** The median of several reads. */
    milliseconds(sql) {
      const told = psql(`\\timing on\n${`${sql};\n`.repeat(READS)}`)
      return median([...told.matchAll(/^Time: ([\d.]+) ms/gm)].map(([, ms]) => Number(ms)))
    },
    insertsPerSecond(sql, seconds) {
      const script = path.join(directory, 'insert.sql')
      writeFileSync(script, sql)
      const load = [
        '-c',
        CONNECTIONS,
        '-j',
        2,
        '-T',
        Math.max(LEAST_SECONDS, Math.ceil(seconds)),
        '-M',
        'prepared',
      ].map(String)
      const told = run('pgbench', [...reach, '-n', '-f', script, ...load, 'postgres'])
      const rate = /tps = ([\d.]+)/.exec(told)
      if (rate === null) throw new Error(`pgbench made no inserts:\n${told}`)
      return Number(rate[1])
    },
    stop: () => run('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']),
  }
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser() {
  if (process.getuid?.() !== 0) return {}
  const id = (...args) => Number(execFileSync('id', args, { encoding: 'utf8' }))
  const name = spawnSync('id', ['postgres']).status === 0 ? 'postgres' : 'nobody'
  return { uid: id('-u', name), gid: id('-g', name) }
}
