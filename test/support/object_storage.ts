import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { openObjectSql } from '../../src/customer/object_schema.js'
import { UsageStore } from '../../src/customer/usage_store.js'

type Storage = Pick<DurableObjectStorage, 'sql' | 'transactionSync'>

/** Hands over the storage of an object that nobody else uses. */
export function withStorage<T>(run: (storage: DurableObjectStorage) => T | Promise<T>): Promise<T> {
  return runInDurableObject(env.CUSTOMER.getByName(crypto.randomUUID()), (_, state) => run(state.storage))
}

/** Usage that is kept in `storage` and remembers nothing yet: what an object has when it wakes. */
export const wakeUp = (storage: Storage): UsageStore => new UsageStore(openObjectSql(storage))

/** The storage, except that statements that match `failing` throw, once `spared` of them have been run. */
export class FailingStorage implements Storage {
  failing: RegExp | null = null
  spared = 0
  readonly sql: SqlStorage

  constructor(private readonly storage: Storage) {
    const exec: SqlStorage['exec'] = (query, ...bindings) => {
      if (this.failing?.test(query) && this.spared-- <= 0) throw new Error('the disk is gone')
      return storage.sql.exec(query, ...bindings)
    }
    this.sql = { exec } as SqlStorage
  }

  transactionSync<T>(run: () => T): T {
    return this.storage.transactionSync(run)
  }
}
