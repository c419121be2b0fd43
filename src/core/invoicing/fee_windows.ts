import { type FeeDraft, feeSubject, type SubscribedFeeDraft } from './fee.js'

/** Fees whose window is none, and fees of the same thing that bill some of the same time twice. */
export function windowViolations(all: readonly FeeDraft[]): string[] {
  // An add-on may be billed several times at once, and need not be for any time; credits are for none.
  const fees = all.filter((fee) => fee.type !== 'add_on' && fee.type !== 'credit')
  return [...fees.filter((fee) => !isWindow(fee)).map((fee) => describe(fee, 'is no window')), ...billedTwice(fees)]
}

function isWindow({ fromAt, toAt }: SubscribedFeeDraft): boolean {
  return Number.isSafeInteger(fromAt) && Number.isSafeInteger(toAt) && fromAt <= toAt
}

function billedTwice(fees: readonly SubscribedFeeDraft[]): string[] {
  const violations: string[] = []
  for (const same of Map.groupBy(fees, feeSubject).values()) {
    const inOrder = same.toSorted((a, b) => a.fromAt - b.fromAt || a.toAt - b.toAt)
    inOrder.reduce((earlier, fee) => {
      if (overlaps(earlier, fee) || sameWindow(earlier, fee)) violations.push(describe(fee, 'is billed twice'))
      return fee.toAt >= earlier.toAt ? fee : earlier
    })
  }
  return violations
}

/** Whether a window that does not start earlier shares an instant with this one. */
function overlaps(earlier: SubscribedFeeDraft, fee: SubscribedFeeDraft): boolean {
  return fee.fromAt < earlier.toAt || (earlier.toInclusive && fee.fromAt === earlier.toAt)
}

/** Empty windows overlap nothing, yet there is no second fee for one either. */
function sameWindow(a: SubscribedFeeDraft, b: SubscribedFeeDraft): boolean {
  return a.fromAt === b.fromAt && a.toAt === b.toAt
}

function describe(fee: SubscribedFeeDraft, violation: string): string {
  return `fee ${feeSubject(fee)}: ${fee.fromAt} to ${fee.toAt} ${violation}`
}
