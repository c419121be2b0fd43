import { connect } from 'node:net'

/**
 * Sends requests over `connections` kept-alive sockets, each its next request when its answer is there, until `until(sent)` says
 * to stop; waits for the last answers.
 *
 * @param {URL} url
 * @param {object} options
 * @param {number} options.connections
 * @param {(n: number) => string} options.request The n-th request, head and body: see {@link httpRequest}.
 * @param {(sent: number) => boolean} options.until
 * @returns {Promise<{ answers: number, failures: number, seconds: number, latenciesMs: number[], firstFailure: string | null }>}
 */
export async function drive(url, { connections, request, until }) {
  const tally = { answers: 0, failures: 0, seconds: 0, latenciesMs: [], firstFailure: null }
  let sent = 0
  const next = () => (until(sent) ? null : request(sent++))
  const started = performance.now()
  await Promise.all(Array.from({ length: connections }, () => converse(url, next, tally)))
  tally.seconds = (performance.now() - started) / 1000
  return tally
}

export function httpRequest(method, path, host, headers, body = '') {
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `host: ${host}`,
    ...Object.entries(headers).map((pair) => pair.join(': ')),
  ]
  if (body !== '') lines.push('content-type: application/json', `content-length: ${Buffer.byteLength(body)}`)
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

/** One connection's life: a request, its answer, the next request. */
function converse(url, next, tally) {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(url.port), url.hostname)
    socket.setNoDelay(true)
    let pending = ''
    let sentAt = 0
    const send = () => {
      const request = next()
      if (request === null) {
        socket.end()
        return resolve()
      }
      sentAt = performance.now()
      socket.write(request)
    }
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the service closed a connection')))
    socket.on('data', (chunk) => {
      pending += chunk.toString('latin1')
      if (!isWhole(pending)) return
      tally.answers++
      tally.latenciesMs.push(performance.now() - sentAt)
      if (pending.charAt(9) !== '2') {
        tally.failures++
        tally.firstFailure ??= pending.slice(0, 1000)
      }
      pending = ''
      send()
    })
  })
}

/** Whether an answer is there to its end: by its length, or by the empty chunk that ends a chunked one. */
function isWhole(answer) {
  const headEnd = answer.indexOf('\r\n\r\n')
  if (headEnd < 0) return false
  const length = /\r\ncontent-length: *(\d+)/i.exec(answer.slice(0, headEnd + 2))
  return length === null ? answer.endsWith('0\r\n\r\n') : answer.length >= headEnd + 4 + Number(length[1])
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
