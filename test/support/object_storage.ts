import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { TallyOf } from '../../src/core/metering/division.js'
import { tallyOf } from '../../src/core/rating/tallies.js'
import { openObjectSql } from '../../src/customer/object_schema.js'
import { UsageStore } from '../../src/customer/usage_store.js'
import type { ObjectStorage } from './failing_storage.js'

/** Hands over the storage of an object that nobody else uses. */
export function withStorage<T>(run: (storage: DurableObjectStorage) => T | Promise<T>): Promise<T> {
  return runInDurableObject(env.CUSTOMER.getByName(crypto.randomUUID()), (_, state) => run(state.storage))
}

/** Usage that is kept in `storage` and remembers nothing yet: what an object has when it wakes. */
export const wakeUp = (storage: ObjectStorage, tallies: TallyOf = tallyOf): UsageStore =>
  new UsageStore(openObjectSql(storage), tallies)
