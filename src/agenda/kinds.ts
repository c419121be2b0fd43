import { ceilToHour } from '../core/time/instants.js'
import type { AgendaKind, AgendaRow } from './table.js'

interface KindFacts {
  /** Order within one hour: what starts and ends comes before what bills, what bills before what becomes final. */
  readonly rank: number
  /** Whether it is done the moment it is due instead of by that hour's run. */
  readonly atOnce: boolean
}

/** Every kind of due work. What a kind does is a command of the customer's object. */
export const AGENDA_KINDS = {
  reschedule: { rank: 0, atOnce: true },
  activate_subscription: { rank: 1, atOnce: false },
  end_subscription: { rank: 2, atOnce: false },
  bill_period: { rank: 3, atOnce: false },
  finalize_invoice: { rank: 4, atOnce: false },
  end_trial: { rank: 5, atOnce: false },
  reconsider_plan_change: { rank: 6, atOnce: true },
  end_with_plan: { rank: 7, atOnce: true },
  fall_overdue: { rank: 8, atOnce: false },
} satisfies Record<AgendaKind, KindFacts>

/**
 * The moment at which an item is done, and that its effects take for now: the first full hour at or after it fell due. A
 * run that comes late does the same with the same moment, so it makes the same invoices.
 */
export function runsAt(item: Pick<AgendaRow, 'kind' | 'dueAt'>): number {
  return AGENDA_KINDS[item.kind].atOnce ? item.dueAt : ceilToHour(item.dueAt)
}

/** Items that one step does together: the same kind, in the same hour. */
export interface AgendaStep {
  readonly kind: AgendaKind
  readonly runAt: number
  readonly items: readonly AgendaRow[]
}

/** The first step of what is due up to `now`, null when nothing is. */
export function firstStep(items: readonly AgendaRow[], now: number): AgendaStep | null {
  const ripe = items.filter((item) => runsAt(item) <= now)
  const [first] = ripe.toSorted(
    (a, b) => runsAt(a) - runsAt(b) || AGENDA_KINDS[a.kind].rank - AGENDA_KINDS[b.kind].rank,
  )
  if (first === undefined) return null
  const runAt = runsAt(first)
  return { kind: first.kind, runAt, items: ripe.filter((item) => item.kind === first.kind && runsAt(item) === runAt) }
}
