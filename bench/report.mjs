import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, totalmem } from 'node:os'
import { CONNECTIONS } from './rates.mjs'

const AIMS = { singles: 2.5, spread: 0.9, batches: 0.5, usage: 1.2 }

/** The results as Markdown tables, with what they were measured on. */
export function report(results, sizes) {
  const { singles, spread, batches, usage, distinct, filtered, grouped, bytesPerEvent, postgres } = results
  return `
| | Edgemeter | bare Worker | ratio | aim |
|---|---:|---:|---:|---:|
${rateRow('single events/s of one customer', singles, AIMS.singles)}
${rateRow(`single events/s of ${sizes.customers} customers`, spread, AIMS.spread)}
${rateRow(`events/s of one customer in batches of ${sizes.batch}`, batches, AIMS.batches)}

| current usage | read, p50 | ratio | aim | taken in, events/s |
|---|---:|---:|---:|---:|
${usageRows('sum', usage).join('\n')}
${usageRows('distinct values', distinct).join('\n')}
${usageRows(`${whole(sizes.filters)} filters`, filtered).join('\n')}
${usageRows(`${whole(sizes.groups)} groups`, grouped).join('\n')}

${postgres === null ? 'PostgreSQL is not installed here, so it was not measured.' : postgresTable(results, postgres, sizes)}

${CONNECTIONS} connections. The bare Worker makes one insert a request: of a batch, the whole body as one row. Bytes per event: ${bytesPerEvent.toFixed(0)}.
${machine()}`
}

const rateRow = (name, { edgemeter, bare, ratio }, aim) =>
  `| ${name} | ${whole(edgemeter)} | ${whole(bare)} | ${ratio.toFixed(2)} | at least ${aim} |`

function usageRows(what, { reads, eventsPerSecond }) {
  const [first] = reads
  return reads.map(({ events, ms }, i) => {
    const compared = i === 0 ? '| ' : `${(ms / first.ms).toFixed(2)} of ${whole(first.events)} | at most ${AIMS.usage}`
    const rate = i === reads.length - 1 ? whole(eventsPerSecond) : ''
    return `| ${what}, ${whole(events)} events | ${ms.toFixed(2)} ms | ${compared} | ${rate} |`
  })
}

function postgresTable({ singles, usage, distinct, bytesPerEvent }, postgres, { events }) {
  const rows = [
    ['durable single events/s', whole(singles.edgemeter), whole(postgres.insertsPerSecond)],
    [`sum of ${whole(events)} events`, milliseconds(usage), `${postgres.sumMs.toFixed(0)} ms`],
    [`distinct values of ${whole(events)} events`, milliseconds(distinct), `${postgres.distinctMs.toFixed(0)} ms`],
    ['bytes per event', bytesPerEvent.toFixed(0), postgres.bytesPerEvent.toFixed(0)],
  ]
  return `| | Edgemeter | PostgreSQL ${postgres.version.split(' ')[0]} |
|---|---:|---:|
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}`
}

const milliseconds = ({ reads }) => `${reads.at(-1).ms.toFixed(2)} ms`

const whole = (n) => Math.round(n).toLocaleString('en')

/** What the numbers were measured on, and when. */
export function machine() {
  const [cpu] = cpus()
  const require = createRequire(import.meta.resolve('wrangler'))
  const version = (name) => JSON.parse(readFileSync(require.resolve(`${name}/package.json`), 'utf8')).version
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GB`
  const versions = `workerd ${version('workerd')}, miniflare ${version('miniflare')}, Node ${process.versions.node}`
  return `${cpus().length} cores (${cpu?.model.trim()}), ${memory}; ${versions}; ${new Date().toISOString().slice(0, 10)}.`
}
