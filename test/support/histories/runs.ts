import { ceilToHour } from '../../../src/core/time/instants.js'
import { type Deed, type Disaster, type History, HOUR } from './history.js'
import { HistoryLife } from './life.js'

/** A life that has been lived, and when its steps were taken: so another one can be lived just so. */
export interface Lived {
  readonly life: HistoryLife
  readonly moments: readonly number[]
  /** How often the database was written, and the object's own marks changed. */
  readonly writes: number
  readonly marks: number
}

/**
 * Everything is done in the hour in which it falls due.
 * @param idle is told how many rows were written by looking once more for work that is due, when all was done
 */
export async function liveOnTime(history: History, idle: (rows: number) => void): Promise<Lived> {
  const count = { writes: 0, marks: 0 }
  const life = await HistoryLife.open(history, () => count.marks++)
  const { d1 } = life.world
  d1.disturb((kind, run) => {
    if (kind === 'write') count.writes++
    return run()
  })
  const moments: number[] = []
  const reach = async (moment: number) => {
    moments.push(moment)
    await life.runUntil(moment)
    if (moments.length % LOOKED_AGAIN !== 0) return
    const before = d1.changes
    await life.run()
    idle(d1.changes - before)
  }
  for (const { after, alignment, deed } of history.steps) {
    await reach(await life.aligned(life.now + after, alignment))
    await life.begin(deed)
  }
  await reach(ceilToHour(life.now + history.watchedFor))
  return { life, moments, ...count }
}

/** One step of so many is looked at again: each look takes as long as a run. */
const LOOKED_AGAIN = 3

/** How a history is lived once more. */
export interface Adversity {
  /** Of each step, in turn, whether it may find work undone that fell due before it. */
  readonly patience: readonly boolean[]
  readonly disaster: Disaster | null
}

/**
 * The same steps at the same moments, but what falls due is left until a step asks for it, often days late; and once something
 * fails, after which everybody tries again.
 */
export async function liveAgain(
  { life, moments, writes, marks }: Lived,
  { patience, disaster }: Adversity,
): Promise<HistoryLife> {
  const { history } = life
  const fault = new Fault(disaster, disaster?.where === 'marks' ? marks : writes)
  const again = await HistoryLife.open(history, () => fault.meet('marks', () => {}))
  again.world.d1.disturb((kind, run) => (kind === 'write' ? fault.meet('write', run) : fault.pass(run)))
  const reach = async (moment: number) => {
    again.now = moment
    await insist(again, fault, () => again.run())
  }
  for (const [i, { deed }] of history.steps.entries()) {
    again.now = moments[i] ?? again.now
    if (isDecidedByBills(deed, again.now) || patience[i % patience.length] === false) await reach(again.now)
    await insist(again, fault, (attempt) => (attempt === 1 ? again.begin(deed) : again.repeat(deed)))
  }
  await reach(moments.at(-1) ?? again.now)
  return again
}

/** What users ask for is decided by what was billed before, and late usage by what is final; so is usage of a run's very hour. */
function isDecidedByBills(deed: Deed, now: number): boolean {
  if (deed.kind === 'wait') return false
  return deed.kind !== 'send' || now % HOUR === 0 || deed.events.some(({ ago }) => ago > 0)
}

/** Does something, and once more if it failed; where work that failed was only put aside, that is done by another run. */
async function insist(life: HistoryLife, fault: Fault, attempt: (place: number) => Promise<void>): Promise<void> {
  try {
    await attempt(1)
  } catch (error) {
    if (!fault.isNew) throw error
    fault.recover()
    life.object.wake()
    await attempt(2)
  }
  if (!fault.isNew) return
  fault.recover()
  await life.run()
}

/** A disaster that happens at one of so many times. */
class Fault {
  #state: 'to come' | 'there' | 'over' = 'to come'
  #left: number

  constructor(
    private readonly disaster: Disaster | null,
    times: number,
  ) {
    this.#left = disaster === null ? Number.POSITIVE_INFINITY : Math.floor((disaster.place * times) / 1000)
  }

  /** Whether it has happened, and nobody has recovered from it yet. */
  get isNew(): boolean {
    return this.#state === 'there'
  }

  recover(): void {
    this.#state = 'over'
  }

  /** Does what may be the thing that fails: after it was done, or before. */
  meet<T>(what: 'write' | 'marks', run: () => T): T {
    const isMeant = (this.disaster?.where === 'marks') === (what === 'marks')
    if (!isMeant || this.#state !== 'to come' || this.#left-- > 0) return this.pass(run)
    if (this.disaster?.where === 'after a commit') run()
    this.#state = 'there'
    throw new Error('the connection is lost')
  }

  /** Does what cannot fail, except that an object that is gone does nothing any more. */
  pass<T>(run: () => T): T {
    if (this.isNew && this.disaster?.isFatal) throw new Error('the object is gone')
    return run()
  }
}
