import fc from 'fast-check'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { checkPaidDays } from '../support/histories/days.js'
import { disasters, type History, histories, patience } from '../support/histories/history.js'
import { dumpOf, readRecord } from '../support/histories/record.js'
import { type Adversity, liveAgain, liveOnTime } from '../support/histories/runs.js'
import { checkUsage } from '../support/histories/usage.js'
import { checkPlanPeriods, checkUsageWindows } from '../support/histories/windows.js'

/** `HISTORIES=2000 HISTORIES_SEED=7` looks further. The seed is fixed: what fails rarely must not fail a change that has no part in it. */
const numRuns = Number(process.env.HISTORIES ?? 200)
const seed = Number(process.env.HISTORIES_SEED ?? 1)

// A customer whose work fails is parked with an error in the log.
beforeEach(() => {
  vi.spyOn(console, 'error').mockReset()
})

/** A history is lived by the real commands, and then once more under worse conditions, which must make no difference. */
async function check(history: History, adversity: Adversity): Promise<void> {
  vi.mocked(console.error).mockReset()
  const lived = await liveOnTime(history, (rows) => expect(rows).toBe(0))
  expect(console.error).not.toHaveBeenCalled()
  const record = await readRecord(lived.life.world)
  checkUsageWindows(lived.life, record)
  checkPlanPeriods(lived.life, record)
  checkUsage(lived.life, record)
  checkPaidDays(lived.life, record)
  const again = await liveAgain(lived, adversity)
  const [once, anew] = [await dumpOf(lived.life.world), await dumpOf(again.world)]
  if (anew !== once) expect(JSON.parse(anew)).toEqual(JSON.parse(once))
}

describe('in any history of a customer', () => {
  it(
    'every instant, day and event is billed once, nothing is done twice, and neither delay nor failure makes a difference',
    async () => {
      const adversity = fc.record({ patience, disaster: disasters })
      await fc.assert(fc.asyncProperty(histories, adversity, check), { numRuns, seed })
    },
    60_000 + numRuns * 3_000,
  )
})
