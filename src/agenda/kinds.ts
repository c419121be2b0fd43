import { ceilToHour } from '../core/time/instants.js'
import type { AgendaKind, AgendaRow } from './table.js'

interface KindFacts {
  /** Order within one hour: what starts and ends comes before what bills, what bills before what becomes final. */
  readonly rank: number
  /** Whether it is done the moment it is due instead of by that hour's run. */
  readonly atOnce: boolean
  /** Whether it settles what lies behind, and so is not left to that hour's run where a change comes first. */
  readonly settles?: true
  /** Whether it is such a change. */
  readonly isChange?: true
  /** Whether it may have other work fall due sooner, which it does not tell. */
  readonly bringsForward?: true
}

/** Every kind of due work. What a kind does is a command of the customer's object. */
export const AGENDA_KINDS: Readonly<Record<AgendaKind, KindFacts>> = {
  reschedule: { rank: 0, atOnce: true, bringsForward: true },
  activate_subscription: { rank: 1, atOnce: false },
  end_subscription: { rank: 2, atOnce: false, isChange: true },
  bill_period: { rank: 3, atOnce: false, settles: true },
  finalize_invoice: { rank: 4, atOnce: false },
  end_trial: { rank: 5, atOnce: false },
  reconsider_plan_change: { rank: 6, atOnce: true, isChange: true },
  end_with_plan: { rank: 7, atOnce: true, isChange: true },
  fall_overdue: { rank: 8, atOnce: false },
  check_thresholds: { rank: 9, atOnce: true },
  charge_units: { rank: 10, atOnce: true, isChange: true },
  // What was due in the same hour could still draw on it.
  expire_wallet: { rank: 11, atOnce: false },
  // What comes in is for what is billed later.
  top_up_wallet: { rank: 12, atOnce: false },
}

type Due = Pick<AgendaRow, 'kind' | 'dueAt'>

/**
 * The moment at which an item is done, and that its effects take for now: the first full hour at or after it fell due. A
 * run that comes late does the same with the same moment, so it makes the same invoices.
 *
 * A period that is over is billed the moment it is due if something is changed between then and that hour: midnight need not be a
 * full hour, and what was used in between would otherwise belong neither to what ended nor to what the change began.
 */
function runsAt({ kind, dueAt }: Due, changes: readonly Change[]): number {
  const { atOnce, settles } = AGENDA_KINDS[kind]
  const hour = ceilToHour(dueAt)
  const isOvertaken = settles && changes.some(({ at, isLater }) => at <= hour && (isLater ? at > dueAt : at >= dueAt))
  return atOnce || isOvertaken ? dueAt : hour
}

interface Change {
  readonly at: number
  /** Whether it comes after what is due at that very moment: the day on which a subscription ends is left to its end. */
  readonly isLater: boolean
}

/** The moments at which something is changed, each once. */
function changesOf(items: readonly Due[]): Change[] {
  const changing = items.filter(({ kind }) => AGENDA_KINDS[kind].isChange)
  const moments = (isAtOnce: boolean) =>
    new Set(changing.filter(({ kind }) => AGENDA_KINDS[kind].atOnce === isAtOnce).map(({ dueAt }) => dueAt))
  return [true, false].flatMap((isAtOnce) => [...moments(isAtOnce)].map((at) => ({ at, isLater: !isAtOnce })))
}

/** Items that one step does together: the same kind, in the same hour. */
export interface AgendaStep {
  readonly kind: AgendaKind
  readonly runAt: number
  readonly items: readonly AgendaRow[]
}

/**
 * The first step of what is due up to `now`, null when nothing is.
 * @param changesNow whether something is about to be changed
 */
export function firstStep(items: readonly AgendaRow[], now: number, { changesNow = false } = {}): AgendaStep | null {
  const changes = [...changesOf(items), ...(changesNow ? [{ at: now, isLater: false }] : [])]
  const ripe = items.map((item) => ({ item, runAt: runsAt(item, changes) })).filter(({ runAt }) => runAt <= now)
  const [first] = ripe.toSorted(
    (a, b) => a.runAt - b.runAt || AGENDA_KINDS[a.item.kind].rank - AGENDA_KINDS[b.item.kind].rank,
  )
  if (first === undefined) return null
  const { kind } = first.item
  const together = ripe.filter(({ item, runAt }) => item.kind === kind && runAt === first.runAt)
  return { kind, runAt: first.runAt, items: together.map(({ item }) => item) }
}
