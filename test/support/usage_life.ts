import fc from 'fast-check'
import { expect } from 'vitest'
import type { UsageSpan } from '../../src/core/metering/aggregation.js'
import type { BucketUsage, CounterDefinition } from '../../src/core/metering/counter.js'
import { foldLog } from '../../src/core/metering/fold_log.js'
import type { EventChanges } from '../../src/customer/event_contract.js'
import type { LoggedEvent } from '../../src/customer/event_log.js'
import type { UsageStore } from '../../src/customer/usage_store.js'
import { tallyOf } from '../core/metering/counter_support.js'
import { EventAccounts } from './event_accounts.js'
import type { FailingStorage } from './failing_storage.js'

/** An event as it is sent, with an id of few, so that some are duplicates. */
export interface SentEvent {
  readonly transactionId: string
  readonly externalSubscriptionId: string
  readonly code: string
  readonly at: number
  readonly properties: Readonly<Record<string, unknown>>
}

export type Step =
  | { readonly kind: 'send'; readonly events: readonly SentEvent[] }
  | { readonly kind: 'crash'; readonly events: readonly SentEvent[]; readonly spared: number }
  | { readonly kind: 'withdraw'; readonly place: number }
  | { readonly kind: 'amend'; readonly place: number; readonly changes: EventChanges }
  | { readonly kind: 'read' | 'scan'; readonly question: number }
  | { readonly kind: 'crash while reading'; readonly question: number; readonly spared: number }
  | { readonly kind: 'read all' }
  | { readonly kind: 'wake' }

export const SPAN: UsageSpan = { toAt: 90, periodLength: 7 }

const properties = fc.record(
  {
    value: fc.constantFrom<unknown>(3, 3, '3', -2, '1.5', 0, 'x', '', null),
    operation_type: fc.constantFrom('add', 'add', 'remove', 'other'),
    cloud: fc.constantFrom<unknown>('aws', 'gcp', '', 7),
    region: fc.constantFrom<unknown>('eu', '😀', null),
  },
  { requiredKeys: ['value'] },
)
const at = fc.integer({ min: 0, max: 100 })
const code = fc.constantFrom('api', 'api', 'api', 'api', 'other')
const sent: fc.Arbitrary<SentEvent> = fc.record({
  transactionId: fc.integer({ min: 0, max: 40 }).map((id) => `t${id}`),
  externalSubscriptionId: fc.constantFrom('s', 's', 's', 's', 's2'),
  code,
  at,
  properties,
})
const events = fc.array(sent, { minLength: 1, maxLength: 4 })
const place = fc.nat(9)
const spared = fc.nat(5)
const question = fc.nat(20)

/** What happens to an object's usage. Late events are as frequent as others. */
export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 7, arbitrary: fc.record({ kind: fc.constant('send' as const), events }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), question }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('withdraw' as const), place }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('amend' as const),
        place,
        changes: fc.record({ at, code, properties }, { requiredKeys: [] }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('scan' as const), question }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('wake' as const) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const), events, spared }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash while reading' as const), question, spared }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('read all' as const) }) },
  ),
  { minLength: 3, maxLength: 16, size: 'max' },
)

/** An object's usage beside a log that is kept by hand: whatever is asked of the one has to be the fold of the other. */
export class UsageLife {
  readonly #log: (SentEvent & { readonly isWithdrawn: boolean })[] = []
  readonly #accounts = new EventAccounts()
  #store: UsageStore

  constructor(
    private readonly storage: FailingStorage,
    private readonly wake: () => UsageStore,
    private readonly questions: readonly CounterDefinition[],
  ) {
    this.#store = wake()
  }

  live(steps: readonly Step[]): void {
    for (const step of steps) this.#take(step)
    for (const definition of this.questions) {
      this.#check('read', definition)
      this.#check('scan', definition)
    }
  }

  checkAccounts(): void {
    this.#accounts.check(
      this.#store,
      this.#log.map((event, i) => ({ ...event, seq: i + 1 })),
    )
  }

  #take(step: Step): void {
    if (step.kind === 'send') this.#send(step.events)
    else if (step.kind === 'crash') this.#crash(step.spared, () => this.#send(step.events))
    else if (step.kind === 'crash while reading') this.#crash(step.spared, () => this.#ask('read', step.question))
    else if (step.kind === 'read all') this.#checkAll()
    else if (step.kind === 'withdraw') this.#withdraw(step.place)
    else if (step.kind === 'amend') this.#amend(step.place, step.changes)
    else if (step.kind === 'wake') this.#store = this.wake()
    else this.#ask(step.kind, step.question)
  }

  #send(events: readonly SentEvent[]): void {
    const known = new Set(this.#log.map(idOf))
    const positions = events.flatMap((event, i) => {
      const isKnown = known.has(idOf(event))
      known.add(idOf(event))
      return isKnown ? [i] : []
    })
    const reply = this.#store.append(events.map(received))
    if (positions.length > 0) {
      expect(reply).toEqual({ outcome: 'duplicates', positions })
      for (const i of positions) if (events[i] !== undefined) this.#accounts.add('duplicates', events[i])
    } else {
      expect(reply).toEqual({ outcome: 'stored', seqs: events.map((_, i) => this.#log.length + i + 1) })
      this.#log.push(...events.map((event) => ({ ...event, isWithdrawn: false })))
      for (const event of events) this.#accounts.add('accepted', event)
    }
  }

  /** The disk fails in the middle, if so much is written at all. */
  #crash(spared: number, run: () => void): void {
    this.storage.failing = /^(INSERT|UPDATE|DELETE)/
    this.storage.spared = spared
    try {
      run()
    } catch (error) {
      if (!(error instanceof Error) || error.message !== 'the disk is gone') throw error
    } finally {
      this.storage.failing = null
    }
  }

  #withdraw(place: number): void {
    const seq = place + 1
    const before = this.#log[place]
    const expected = before === undefined ? 'not_found' : before.isWithdrawn ? 'already_withdrawn' : 'withdrawn'
    expect(this.#store.withdraw(seq, 1).outcome).toBe(expected)
    if (before === undefined || before.isWithdrawn) return
    this.#log[place] = { ...before, isWithdrawn: true }
    this.#accounts.add('withdrawn', before)
  }

  #amend(place: number, changes: EventChanges): void {
    const before = this.#log[place]
    const after = { ...before, ...changes }
    const isSame = JSON.stringify(before) === JSON.stringify(after)
    const possible = isSame ? 'unchanged' : 'amended'
    const expected = before === undefined ? 'not_found' : before.isWithdrawn ? 'already_withdrawn' : possible
    expect(this.#store.amend(place + 1, changes, 1).outcome).toBe(expected)
    if (before === undefined || before.isWithdrawn || isSame) return
    this.#log[place] = { ...before, ...changes }
    this.#accounts.add('amended', before)
    this.#accounts.know({ ...before, ...changes })
  }

  #checkAll(): void {
    for (const definition of this.questions) this.#check('read', definition)
  }

  #ask(kind: 'read' | 'scan', question: number): void {
    const definition = this.questions[question % this.questions.length]
    if (definition !== undefined) this.#check(kind, definition)
  }

  #check(kind: 'read' | 'scan', definition: CounterDefinition): void {
    const { externalSubscriptionId, code } = definition
    const surviving = this.#log
      .map((event, i): LoggedEvent & { isWithdrawn: boolean } => ({
        ...event,
        seq: i + 1,
        preciseTotalAmountCents: null,
      }))
      .filter((event) => event.externalSubscriptionId === externalSubscriptionId && event.code === code)
      .filter(({ isWithdrawn }) => !isWithdrawn)
    const expected = foldLog(definition, tallyOf, surviving, SPAN).map(told)
    const found = [...this.#store[kind](definition, SPAN)].map(told)
    // Most answers are right, and texts are compared sooner.
    if (JSON.stringify(found) !== JSON.stringify(expected)) expect(found).toEqual(expected)
  }
}

const idOf = (event: SentEvent): string => `${event.externalSubscriptionId} ${event.transactionId}`

const received = (event: SentEvent) => ({
  ...event,
  externalCustomerId: null,
  preciseTotalAmountCents: null,
  createdAt: 0,
})

const told = ({ bucket, usage: { units, totalAggregatedUnits, ...usage } }: BucketUsage) => ({
  bucket,
  ...usage,
  units: units.toFixed(),
  totalAggregatedUnits: totalAggregatedUnits.toFixed(),
})
