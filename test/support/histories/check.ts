import { expect, vi } from 'vitest'
import { checkPaidDays } from './days.js'
import { checkFixedCharges } from './fixed_charges.js'
import type { History } from './history.js'
import { dumpOf, readRecord } from './record.js'
import { type Adversity, liveAgain, liveOnTime } from './runs.js'
import { checkUsage } from './usage.js'
import { checkWallets } from './wallets.js'
import { checkPlanPeriods, checkUsageWindows } from './windows.js'

/** A history is lived by the real commands, and then once more under worse conditions, which must make no difference. */
export async function checkHistory(history: History, adversity: Adversity): Promise<void> {
  // A customer whose work fails is parked with an error in the log.
  const errors = vi
    .spyOn(console, 'error')
    .mockImplementation(() => {})
    .mockClear()
  const lived = await liveOnTime(history, (rows) => expect(rows).toBe(0))
  expect(errors).not.toHaveBeenCalled()
  const record = await readRecord(lived.life.world)
  checkUsageWindows(lived.life, record)
  checkPlanPeriods(lived.life, record)
  checkUsage(lived.life, record)
  checkPaidDays(lived.life, record)
  checkFixedCharges(lived.life, record)
  checkWallets(record)
  const again = await liveAgain(lived, adversity)
  const [once, anew] = [await dumpOf(lived.life.world), await dumpOf(again.world)]
  if (anew !== once) expect(JSON.parse(anew)).toEqual(JSON.parse(once))
}
