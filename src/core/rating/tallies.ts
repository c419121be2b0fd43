import type { Tally } from '../metering/tally.js'
import { GRADUATED_STEPS, graduatedStepsTally } from './graduated_steps.js'
import { ALLOWANCE, allowanceTallyOf } from './percentage/allowance.js'
import { TRANSACTIONS, transactionsTallyOf } from './percentage/transactions.js'
import { PRECISE_AMOUNTS, preciseAmountsTally } from './precise_amounts.js'

/** Every tally that a charge model asks for, by the first part of its key, from the other parts. */
const TALLIES: Readonly<Record<string, (parts: readonly unknown[]) => Tally>> = {
  [ALLOWANCE]: allowanceTallyOf,
  [TRANSACTIONS]: transactionsTallyOf,
  [PRECISE_AMOUNTS]: preciseAmountsTally,
  [GRADUATED_STEPS]: graduatedStepsTally,
}

/**
 * The tally that has this key (JSON text), from the key alone: counters are kept up to date where there is no catalog to ask
 * a charge model. Throws for a key that no charge model made.
 */
export function tallyOf(key: string): Tally {
  const tally = readKey(key)
  // Written again, it has to be the same text: a part that is missing or misread would fold something else.
  if (tally?.key !== key) throw new Error(`unknown tally ${key}`)
  return tally
}

function readKey(key: string): Tally | null {
  try {
    const [kind, ...parts] = JSON.parse(key) as unknown[]
    return typeof kind === 'string' && Object.hasOwn(TALLIES, kind) ? (TALLIES[kind]?.(parts) ?? null) : null
  } catch {
    return null
  }
}
