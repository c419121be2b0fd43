import built, { CustomerObject as Built } from './index.js'

// The built Worker with its database counted: every question and every batch is one round trip to D1. The Worker and its objects
// share an isolate here, and so this count.
const roundTrips = { reads: 0, commits: 0 }
const originals = new WeakMap()

const counted = (database) => ({
  prepare: (text) => statement(database.prepare(text), text),
  batch: (statements) => {
    const texts = statements.map((one) => originals.get(one) ?? one)
    roundTrips[statements.some((one) => one.writes) ? 'commits' : 'reads']++
    return database.batch(texts)
  },
})

/** A statement that counts its running, unless a batch runs it. */
function statement(original, text = '') {
  const made = {
    writes: /^\s*(insert|update|delete|with[\s\S]*(insert|update|delete))/i.test(text),
    bind: (...values) => statement(original.bind(...values), text),
  }
  for (const run of ['all', 'raw', 'run', 'first']) {
    made[run] = (...options) => {
      roundTrips[made.writes ? 'commits' : 'reads']++
      return original[run](...options)
    }
  }
  originals.set(made, original)
  return made
}

/** What a binding is counted by is made once, for the Worker keeps what it has made for a binding. */
const countedDatabases = new WeakMap()

function over(env) {
  const database = countedDatabases.get(env.DB) ?? counted(env.DB)
  countedDatabases.set(env.DB, database)
  return { ...env, DB: database }
}

export class CustomerObject extends Built {
  constructor(ctx, env) {
    super(ctx, over(env))
  }
}

export default {
  fetch: (request, env, ctx) =>
    new URL(request.url).pathname === '/round_trips' ? Response.json(roundTrips) : built.fetch(request, over(env), ctx),
  scheduled: (controller, env, ctx) => built.scheduled(controller, over(env), ctx),
  queue: (batch, env, ctx) => built.queue(batch, over(env), ctx),
}
