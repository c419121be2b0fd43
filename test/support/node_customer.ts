import { ownerOf } from '../../src/core/metering/event_owner.js'
import type { NewEvent } from '../../src/core/metering/events.js'
import { tallyOf } from '../../src/core/rating/tallies.js'
import { AdvanceBooks } from '../../src/customer/advance_books.js'
import type { CommandContext, SubscriptionMarks } from '../../src/customer/command_context.js'
import type { CustomerRef } from '../../src/customer/contract.js'
import { Ingestion } from '../../src/customer/ingestion.js'
import { openObjectSql } from '../../src/customer/object_schema.js'
import { OwnedSubscriptions } from '../../src/customer/owned_subscriptions.js'
import { ProgressWatch } from '../../src/customer/progress_watch.js'
import { UsageStore } from '../../src/customer/usage_store.js'
import { WalletWatch } from '../../src/customer/wallet_watch.js'
import type { Database } from '../../src/db/client.js'
import { commit } from '../../src/db/commit.js'
import { findOwners, insertIntoInbox } from '../../src/resources/events/store.js'
import type { ObjectStorage } from './failing_storage.js'
import { nodeStorage } from './node_storage.js'

export interface NodeCustomerOptions {
  readonly db: Database
  readonly ref: CustomerRef
  readonly newId: () => string
  /** Is called before anything of the object's own marks is changed by a command: may throw. */
  readonly beforeMarks: () => void
}

/** What of a customer's object commands are run with, in Node: its own storage, and the database that all share. */
export class NodeCustomer {
  readonly #storage: ObjectStorage = nodeStorage()
  #parts: Parts

  constructor(private readonly options: NodeCustomerOptions) {
    this.#parts = wake(this.#storage, options)
  }

  /** As when the runtime has lost the object: what is not in its storage is forgotten. */
  wake(): void {
    this.#parts = wake(this.#storage, this.options)
  }

  /** @param now epoch milliseconds */
  context(now: number): CommandContext {
    const { db, ref, newId } = this.options
    const { usage, advance, progress, wallets } = this.#parts
    const own = { usage: this.#usage(), events: usage, audit: usage, advance, progress, wallets, marks: this.#marks() }
    return { ref, db, now, newId, ...own }
  }

  /** Takes an event as the edge does: to the log, or to the inbox while nothing has its external id. */
  async send(event: NewEvent, now: number): Promise<void> {
    const { db, ref, newId } = this.options
    const { organizationId } = ref
    const owner = ownerOf(await findOwners(db, organizationId, [event.externalSubscriptionId ?? '']), event.at)
    if (owner === undefined) {
      const row = { ...event, id: newId(), organizationId, createdAt: now, withdrawnAt: null }
      await commit(db, [insertIntoInbox(db, row)])
      return
    }
    const request = { events: [event], now, confirmed: true }
    await this.#parts.ingestion.adoptConfirmed(ref, [request])
    const reply = this.#parts.ingestion.ingestOne(ref, request)
    if (reply.outcome !== 'stored') throw new Error(`an event was ${reply.outcome}`)
  }

  #usage(): CommandContext['usage'] {
    const { usage } = this.#parts
    const build: typeof usage.build = (definition) => {
      this.options.beforeMarks()
      usage.build(definition)
    }
    return {
      read: (definition, span) => usage.read(definition, span),
      scan: (definition, span) => usage.scan(definition, span),
      maxSeq: () => usage.maxSeq(),
      build,
    }
  }

  #marks(): SubscriptionMarks {
    const { db, ref, beforeMarks } = this.options
    const marks = this.#parts.owned.marksFor(db, ref)
    return {
      refresh: (subscriptions) => marks.refresh(subscriptions),
      async adopt(externalId) {
        beforeMarks()
        await marks.adopt(externalId)
      },
      markEnded(externalId) {
        beforeMarks()
        marks.markEnded(externalId)
      },
    }
  }
}

interface Parts {
  readonly usage: UsageStore
  readonly advance: AdvanceBooks
  readonly progress: ProgressWatch
  readonly owned: OwnedSubscriptions
  readonly ingestion: Ingestion
  readonly wallets: WalletWatch
}

function wake(storage: ObjectStorage, { db }: NodeCustomerOptions): Parts {
  const sql = openObjectSql(storage)
  const wallets = new WalletWatch(() => 0)
  const usage: UsageStore = new UsageStore(sql, tallyOf, (events) => {
    advance.add(events)
    wallets.doubt()
  })
  const advance = new AdvanceBooks(sql, usage.events, () => {})
  const owned = new OwnedSubscriptions(sql, usage)
  const ingestion = new Ingestion({
    usage,
    owned,
    adopt: (ref, externalId) => owned.adopt(db, ref, externalId),
    stored: () => {},
  })
  return { usage, advance, progress: new ProgressWatch(), wallets, owned, ingestion }
}
