import { invalid, ok, type Result } from '../../core/result.js'

/** A charge of a plan's list: its code, or what to make one of. */
export interface CodeWish {
  readonly code: string | undefined
  readonly metricCode: string
}

/**
 * A code for each charge of a plan, told apart: the one that was given, else the metric's code, then with `_2`, `_3` and so
 * on (plan change rules, section 9). Codes that were given twice are refused.
 */
export function giveCodes(wishes: readonly CodeWish[]): Result<string[]> {
  const given = wishes.flatMap(({ code }) => (code === undefined ? [] : [code]))
  const taken = new Set(given)
  if (taken.size < given.length) return invalid({ code: ['value_already_exist'] })
  const numbers = new Map<string, number>()
  return ok(wishes.map(({ code, metricCode }) => code ?? makeUp(metricCode)))

  function makeUp(metricCode: string): string {
    for (;;) {
      const number = (numbers.get(metricCode) ?? 0) + 1
      numbers.set(metricCode, number)
      const made = number === 1 ? metricCode : `${metricCode}_${number}`
      if (taken.has(made)) continue
      taken.add(made)
      return made
    }
  }
}
