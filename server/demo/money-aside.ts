// what the modules know of each other is wired there
import '../app.ts'
import { once } from 'node:events'
import type { Merchant } from '../platform/actor.ts'
import { openPool } from '../platform/db.ts'
import { tellDemoMoney } from './index.ts'

/**
 * A program of its own: ninety days of money take seconds of computing, and memory that the server need not keep. It is told where and whose first; anything it is told after
 * that, and the server's end, breaks it off. Answers whether it told them.
 */
const [{ url, merchant }] = (await once(process, 'message')) as [{ url: string; merchant: Merchant }]
const stopping = new AbortController()
for (const sign of ['message', 'disconnect']) process.once(sign, () => stopping.abort())
// Ctrl-C reaches the whole group; the server says when
process.on('SIGINT', () => {})
const pool = openPool(url, 2)
try {
  const told = (await tellDemoMoney({ pool }, merchant, { stopping: stopping.signal })) !== null
  if (process.connected) process.send!(told)
} catch (error) {
  if (!stopping.signal.aborted) throw error
} finally {
  await pool.end()
  if (process.connected) process.disconnect()
}
