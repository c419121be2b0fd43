import type { BatchItem } from 'drizzle-orm/batch'
import type { Database } from './client.js'

/** What gives rows: a write without any is none. */
type Query = BatchItem<'sqlite'> & { readonly _: { readonly result: readonly unknown[] } }
type Queries = Readonly<Record<string, Query>>
/** What each query found, under its name. */
export type Found<Q extends Queries> = { readonly [K in keyof Q]: Q[K]['_']['result'] }

/** Reads several things in one round trip, as they are at one moment. */
export async function readTogether<Q extends Queries>(db: Database, queries: Q): Promise<Found<Q>> {
  const names = Object.keys(queries)
  const [first, ...rest] = Object.values(queries)
  const results = first === undefined ? [] : await db.batch([first, ...rest])
  // The results come in the order of the queries.
  return Object.fromEntries(names.map((name, i) => [name, results[i]])) as Found<Q>
}
