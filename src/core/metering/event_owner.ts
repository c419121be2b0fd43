/** One life of an external subscription id. Instants are epoch milliseconds. */
export interface OwnerCandidate {
  /** Null while it has not started. */
  readonly startedAt: number | null
  readonly terminatedAt: number | null
}

/**
 * Which of the subscriptions that ever had one external id an event belongs to; undefined with none. Those that were
 * canceled before they started are left out by the caller.
 *
 * It is the one that ran at the event's timestamp. At the instant of a change of hands that is the one that began then, if it is
 * there by now (metering rules, section 1). Failing that it is the one that runs or will run, else the one that ended last.
 * @param candidates in the order of their creation
 * @param at epoch microseconds
 */
export function ownerOf<C extends OwnerCandidate>(candidates: readonly C[], at: number): C | undefined {
  const byStart = candidates.toSorted((a, b) => (a.startedAt ?? NEVER) - (b.startedAt ?? NEVER))
  return (
    byStart.findLast((candidate) => ranAt(candidate, at)) ??
    byStart.find((candidate) => candidate.terminatedAt === null) ??
    candidates.toSorted((a, b) => (a.terminatedAt ?? NEVER) - (b.terminatedAt ?? NEVER)).at(-1)
  )
}

/** Whether a subscription was running at `at` (epoch microseconds); the instant of its end belongs to it. */
export function ranAt({ startedAt, terminatedAt }: OwnerCandidate, at: number): boolean {
  if (startedAt === null || at < startedAt * 1000) return false
  return terminatedAt === null || at <= terminatedAt * 1000
}

const NEVER = Number.MAX_SAFE_INTEGER
