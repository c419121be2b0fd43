import type { AgendaRow } from '../agenda/table.js'
import type { Statement } from '../db/commit.js'

/** What one commit is made of, and what has to be known or done once it has succeeded. */
export interface Prepared {
  readonly statements: readonly Statement[]
  /** Work that the statements put on the agenda. */
  readonly scheduled: readonly AgendaRow[]
  /** External ids of subscriptions that run from now on: what waits for them in the inbox moves into the log. */
  readonly started: readonly string[]
  /** External ids of subscriptions that have ended: the object takes their events only on confirmation. */
  readonly ended: readonly string[]
}

export const NOTHING: Prepared = { statements: [], scheduled: [], started: [], ended: [] }

export function prepared(part: Partial<Prepared>): Prepared {
  return { ...NOTHING, ...part }
}

/** Several parts as one, in their order. */
export function joined(parts: readonly Prepared[]): Prepared {
  return {
    statements: parts.flatMap((part) => part.statements),
    scheduled: parts.flatMap((part) => part.scheduled),
    started: parts.flatMap((part) => part.started),
    ended: parts.flatMap((part) => part.ended),
  }
}
