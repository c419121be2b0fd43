import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, totalmem } from 'node:os'

const AIMS = { singles: 0.7, batches: 0.35, usage: 1.5 }

/** The results as a Markdown table, with what they were measured on. */
export function report({ singles, batches, usage }, { connections, batch, events }) {
  const few = '1,000 events'
  const many = `${events.toLocaleString('en')} events`
  return `
| | Edgemeter | bare Worker | ratio | aim |
|---|---:|---:|---:|---:|
${rateRow('single events/s', singles, AIMS.singles)}
${rateRow(`events/s in batches of ${batch}`, batches, AIMS.batches)}
| current usage at ${few}, p50 | ${usage.few.toFixed(2)} ms | | | |
| current usage at ${many}, p50 | ${usage.many.toFixed(2)} ms | | ${(usage.many / usage.few).toFixed(2)} of ${few} | at most ${AIMS.usage} |

${connections} connections, one subscription, one object. The bare Worker makes one insert a request: of a batch, the whole body as one row.
${machine()}`
}

const rateRow = (name, { edgemeter, bare, ratio }, aim) =>
  `| ${name} | ${rounded(edgemeter)} | ${rounded(bare)} | ${ratio.toFixed(2)} | at least ${aim} |`

const rounded = (rate) => Math.round(rate).toLocaleString('en')

/** What the numbers were measured on, and when. */
export function machine() {
  const [cpu] = cpus()
  const require = createRequire(import.meta.resolve('wrangler'))
  const version = (name) => JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')).version
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GB`
  const versions = `workerd ${version('workerd')}, miniflare ${version('miniflare')}, Node ${process.versions.node}`
  return `${cpus().length} cores (${cpu?.model.trim()}), ${memory}; ${versions}; ${new Date().toISOString().slice(0, 10)}.`
}
