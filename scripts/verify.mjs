#!/usr/bin/env node
// Checks that no final invoice of an organization has changed: reads all of them through the API, recomputes their hashes, walks
// every customer's chain and every path to a sealed root, and says plainly what is wrong.
//
//   npm run verify -- --key API_KEY [--base http://127.0.0.1:8787] [--roots FILE]
//
// With a file of roots it also checks that those which were kept in it are still the ones that are listed, and adds the new ones
// when all is well: whoever keeps that file elsewhere need not trust the service's own word.
//
// Exit code 0: every invoice is what it was; 1: something is not; 2: not everything could be read.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { parseArgs } from 'node:util'
import { shownFaults } from './verify_shown.mjs'

// The service's own functions, as they are written: their imports name what a build makes of them.
registerHooks({
  resolve: (specifier, context, next) =>
    next(context.parentURL?.endsWith('.ts') ? specifier.replace(/\.js$/, '.ts') : specifier, context),
})
const { chainFaults, proofFaults } = await import('../src/core/sealing/check_proof.ts')

const PER_PAGE = 100
const AT_ONCE = 4

const { values: flags } = parseArgs({
  options: {
    base: { type: 'string', default: process.env.BASE_URL ?? 'http://127.0.0.1:8787' },
    key: { type: 'string', default: process.env.API_KEY ?? '' },
    roots: { type: 'string', default: '' },
  },
})

async function get(path) {
  const response = await fetch(`${flags.base}/api/v1${path}`, { headers: { authorization: `Bearer ${flags.key}` } })
  if (!response.ok) throw new Error(`GET ${path} answers ${response.status}: ${await response.text()}`)
  return response.json()
}

/** Every row of a listing, by its id: what comes while the pages are read moves others to later ones. */
async function all(path, name) {
  const rows = new Map()
  for (let page = 1; page !== null; ) {
    const answer = await get(`${path}${path.includes('?') ? '&' : '?'}page=${page}&per_page=${PER_PAGE}`)
    for (const row of answer[name]) rows.set(row.lago_id, row)
    page = answer.meta.next_page
  }
  return rows
}

/** The proof of one invoice, with what is wrong with it by itself. */
async function checked({ lago_id: id }) {
  const [{ invoice }, { invoice_proof: proof }] = await Promise.all([
    get(`/invoices/${id}`),
    get(`/invoices/${id}/proof`),
  ])
  const faults = await proofFaults(proof)
  if (proof.content !== null) faults.push(...shownFaults(invoice, proof.content))
  for (const field of ['number', 'sequential_id']) {
    if (proof[field] !== invoice[field])
      faults.push(`it shows ${field} ${invoice[field]}, but its proof ${proof[field]}`)
  }
  return { proof, faults }
}

/** Proofs whose root is not the one that is listed for their seal. */
const rootFaults = (proofs, seals) =>
  proofs
    .filter(({ state, root, lago_invoice_seal_id: id }) => state === 'sealed' && seals.get(id)?.root !== root)
    .map(({ number }) => `invoice ${number}: its root is not among those that are listed`)

/** What is wrong with the list of roots: one that is missing, and the number of invoices that each covers. */
function sealFaults(seals, proofs) {
  const inOrder = [...seals.values()].sort((a, b) => a.sequential_id - b.sequential_id)
  const covered = Map.groupBy(proofs, (proof) => proof.lago_invoice_seal_id)
  return inOrder.flatMap((seal, i) => [
    ...(seal.sequential_id === i + 1 ? [] : [`before seal ${seal.sequential_id} one is missing`]),
    ...((covered.get(seal.lago_id)?.length ?? 0) === seal.invoices_count
      ? []
      : [
          `seal ${seal.sequential_id} covers ${seal.invoices_count} invoices, of which ${covered.get(seal.lago_id)?.length ?? 0} are there`,
        ]),
  ])
}

/** What a file has kept of the roots: a line for each, its place and the root. */
function keptFaults(seals) {
  if (flags.roots === '' || !existsSync(flags.roots)) return []
  const lines = readFileSync(flags.roots, 'utf8').split('\n').filter(Boolean)
  const listed = new Set(linesOf(seals))
  return lines.filter((line) => !listed.has(line)).map((line) => `the root that was kept as "${line}" is another now`)
}

const linesOf = (seals) =>
  [...seals.values()]
    .sort((a, b) => a.sequential_id - b.sequential_id)
    .map(({ sequential_id: place, root }) => `${place} ${root}`)

async function verify() {
  // What these seals cover is final by now, and so among the invoices.
  const sealsBefore = await all('/invoice_seals', 'invoice_seals')
  const invoices = await all('/invoices?statuses[]=finalized&statuses[]=voided', 'invoices')
  const waiting = [...invoices.values()]
  const results = []
  const faults = []
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
        const result = await checked(one)
        results.push(result.proof)
        faults.push(...result.faults.map((fault) => `invoice ${one.number} (${one.lago_id}): ${fault}`))
      }
    }),
  )
  for (const [customerId, proofs] of Map.groupBy(results, (proof) => proof.lago_customer_id)) {
    faults.push(...chainFaults(proofs).map((fault) => `customer ${customerId}: ${fault}`))
  }
  // An invoice may have been sealed while it was checked.
  const seals = await all('/invoice_seals', 'invoice_seals')
  faults.push(...sealFaults(sealsBefore, results), ...rootFaults(results, seals), ...keptFaults(seals))
  const open = results.filter(({ state }) => state === 'not_sealed').length
  console.log(`${results.length} final invoices, ${seals.size} seals, ${open} invoices that no seal covers yet`)
  for (const fault of faults) console.log(`WRONG  ${fault}`)
  console.log(faults.length === 0 ? 'Every invoice is what it was.' : `${faults.length} things are wrong.`)
  if (faults.length === 0 && flags.roots !== '') writeFileSync(flags.roots, `${linesOf(seals).join('\n')}\n`)
  process.exitCode = faults.length === 0 ? 0 : 1
}

verify().catch((error) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
})
