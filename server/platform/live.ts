import type { FastifyReply } from 'fastify'
import pg from 'pg'
import type { Merchant } from './actor.ts'

/** Tells open screens that something changed; they re-read what they show. */
export interface Live {
  /** Called after a commit. Coalesced: at most one notification per merchant and topic each 150 ms. */
  changed: (merchant: Merchant, topic: string) => void
  /** Sends the merchant's changes to one browser as server-sent events. */
  stream: (merchant: Merchant, reply: FastifyReply) => FastifyReply
  close: () => Promise<void>
}

/**
 * One LISTEN per process. NOTIFY is sent from its own connection after the commit and not inside the transaction:
 * PostgreSQL serialises the commits of all transactions that notify, which would cost the group commit at the peak.
 */
export async function openLive(url: string): Promise<Live> {
  const screens = new Map<string, Set<FastifyReply>>()
  const pending = new Map<string, Set<string>>()
  let closed = false
  let client = await listen()

  async function listen(): Promise<pg.Client> {
    const listener = new pg.Client({ connectionString: url, application_name: 'retaguarda live' })
    listener.on('notification', ({ payload }) => deliver(payload ?? ''))
    listener.on('error', () => undefined)
    await listener.connect()
    await listener.query('listen retaguarda')
    listener.on('end', () => {
      if (!closed) setTimeout(() => void reconnect(), 500).unref()
    })
    return listener
  }
  async function reconnect() {
    if (closed) return
    try {
      client = await listen()
      // what happened while nobody listened is unknown: every screen re-reads
      for (const [schema] of screens) deliver(`${schema} all`)
    } catch {
      setTimeout(() => void reconnect(), 1000).unref()
    }
  }

  function deliver(payload: string) {
    const [schema = '', ...topics] = payload.split(' ')
    for (const reply of screens.get(schema) ?? []) reply.raw.write(`data: ${JSON.stringify(topics)}\n\n`)
  }

  function note(schema: string, topic: string) {
    const topics = pending.get(schema) ?? new Set()
    pending.set(schema, topics.add(topic))
  }
  async function tell() {
    if (!pending.size) return
    const untold = [...pending]
    pending.clear()
    const payloads = untold.map(([schema, topics]) => [schema, ...topics].join(' ').slice(0, 7900))
    try {
      await client.query(`select pg_notify('retaguarda', payload) from unnest($1::text[]) as payload`, [payloads])
    } catch {
      // this connection is being replaced; the other processes still listen and must hear of it
      for (const [schema, topics] of untold) for (const topic of topics) note(schema, topic)
    }
  }
  const flush = setInterval(() => void tell(), 150)
  flush.unref()
  // proxies close silent connections
  const pulse = setInterval(() => {
    for (const replies of screens.values()) for (const reply of replies) reply.raw.write(': \n\n')
  }, 20_000)
  pulse.unref()

  return {
    changed: (merchant, topic) => note(merchant.schema, topic),
    stream(merchant, reply) {
      reply.hijack()
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      reply.raw.write('retry: 1000\n\n')
      const mine = screens.get(merchant.schema) ?? new Set()
      screens.set(merchant.schema, mine.add(reply))
      reply.raw.on('close', () => mine.delete(reply))
      return reply
    },
    async close() {
      closed = true
      clearInterval(flush)
      clearInterval(pulse)
      await tell()
      for (const replies of screens.values()) for (const reply of replies) reply.raw.end()
      await client.end().catch(() => undefined)
    },
  }
}
