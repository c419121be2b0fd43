import { drive, median } from './load.mjs'

export const CONNECTIONS = 64
const WARM_UP_SECONDS = 3

/**
 * Requests per second of two services, and their ratio: medians over the rounds. The two take turns, so that what else the
 * machine does hits both.
 *
 * @param {string} what
 * @param {{ bare: Target, edgemeter: Target }} targets
 * @param {{ rounds: number, seconds: number }} pace
 * @typedef {{ url: URL, request: (n: number) => string }} Target
 */
export async function compare(what, targets, pace) {
  const rates = { bare: [], edgemeter: [] }
  for (let round = 0; round <= pace.rounds; round++) {
    for (const [name, target] of Object.entries(targets)) {
      const rate = await requestsPerSecond(target, round === 0 ? WARM_UP_SECONDS : pace.seconds)
      if (round > 0) rates[name].push(rate)
      console.error(`${what}, ${name}: ${rate.toFixed(0)} requests/s${round === 0 ? ' (warming up)' : ''}`)
    }
  }
  const ratios = rates.edgemeter.map((rate, round) => rate / rates.bare[round])
  return { bare: median(rates.bare), edgemeter: median(rates.edgemeter), ratio: median(ratios) }
}

async function requestsPerSecond({ url, request }, seconds) {
  const end = performance.now() + seconds * 1000
  const done = await drive(url, { connections: CONNECTIONS, request, until: () => performance.now() >= end })
  failOnFailures(done)
  return done.answers / done.seconds
}

export function failOnFailures({ failures, answers, firstFailure }) {
  if (failures > 0) throw new Error(`${failures} of ${answers} requests failed, the first with:\n${firstFailure}`)
}
