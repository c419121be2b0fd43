import { DurableObject } from 'cloudflare:workers'

/** The least that a service for events can do: one row under a unique key for each request, and an answer once it is kept. */
export class BareObject extends DurableObject {
  constructor(ctx, env) {
    super(ctx, env)
    ctx.storage.sql.exec('CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID')
  }

  insert(id, body) {
    this.ctx.storage.sql.exec('INSERT INTO events (id, body) VALUES (?, ?)', id, body)
  }
}

export default {
  async fetch(request, env) {
    // Tells a request that came straight from the socket from one that passed a proxy: proxies leave headers of their own.
    if (request.method === 'GET') return Response.json(Object.fromEntries(request.headers))
    // Each path has an object of its own.
    await env.OBJECT.getByName(new URL(request.url).pathname).insert(crypto.randomUUID(), await request.text())
    return Response.json({ ok: true })
  },
}
