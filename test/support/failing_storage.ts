/** What of an object's storage the service uses. */
export type ObjectStorage = Pick<DurableObjectStorage, 'sql' | 'transactionSync'>

/** A storage, except that statements that match `failing` throw, once `spared` of them have been run. */
export class FailingStorage implements ObjectStorage {
  failing: RegExp | null = null
  spared = 0
  readonly sql: SqlStorage

  constructor(private readonly storage: ObjectStorage) {
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
