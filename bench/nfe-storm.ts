/**
 * 1,000 packed boxes on a day on which everything goes wrong: 5 % of all calls are never answered (half of those were done), 2 % get 108, 1 % get 999, the
 * worker is killed twice in the middle (kill -9), every fiftieth box holds what no nota may name, and buyers cancel all the while. Bar: nothing doubled,
 * nothing lost, no number unexplained, every order with its nota or with a named reason; counted by holding our books against the simulator's.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { cancelOrder } from '../server/orders/index.ts'
import { judge, standing, startIssuing } from '../test/issuing.ts'
import { withPackedOrders } from './_issuing.ts'
import { round } from './_shop.ts'

const count = Number(process.argv[2] ?? 1000)
const patienceMinutes = 10

await withPackedOrders(
  { orders: count, latencyMs: 150, connections: 32, answerSeconds: 3, unfitEvery: 50 },
  async ({ command, sefaz, orders, work, jobsLeft }) => {
    await sefaz.misbehave(
      { kind: 'timeout_before', share: 0.025 },
      { kind: 'timeout_after', share: 0.025 },
      { kind: 'status', status: 108, share: 0.02 },
      { kind: '999', share: 0.01 },
    )
    let worker = await work()
    const began = performance.now()
    await startIssuing(command)

    const kills: number[] = []
    const wishes = orders.filter((_, index) => index % 50 === 25)
    for (let quiet = 0; quiet < 3; await sleep(200)) {
      if (performance.now() - began > patienceMinutes * 60_000) break
      const { notas, open } = await command(standing)
      // a third and two thirds of the way: in the middle of whatever it does
      if (kills.length < 2 && (notas['authorised'] ?? 0) >= ((kills.length + 1) * count) / 3) {
        await worker.kill()
        kills.push(notas['authorised'] ?? 0)
        worker = await work()
      }
      const order = wishes.shift()
      if (order !== undefined) await command((tx, actor) => cancelOrder(tx, { order, reason: 'O comprador desistiu' }, actor))
      quiet = open || wishes.length || (await jobsLeft()) ? 0 : quiet + 1
    }
    const seconds = (performance.now() - began) / 1000

    const stats = await sefaz.stats()
    const { doubled, lost, unexplained, named, authorised } = await judge(command, sefaz)
    const { rows } = await command((tx) =>
      sql<{
        calls: number
        consults: number
      }>`select count(*)::int as calls, count(*) filter (where service = 'NFeConsultaProtocolo4')::int as consults from sefaz_call`.execute(tx),
    )
    for (const [what, some] of Object.entries({ doubled, lost, unexplained })) if (some.length) console.log(`${what}:\n${some.slice(0, 20).join('\n')}`)
    const value = doubled.length + lost.length + unexplained.length
    const misbehaved = Object.values(stats.byMisbehaviour).reduce((sum, times) => sum + times, 0)
    console.log(
      `${count} orders in ${round(seconds)} s: ${authorised} authorised, ${JSON.stringify(named)}; ${rows[0]!.calls} calls, ${misbehaved} misbehaved, worker killed at ${kills.join(' and ')} notas; ${value} doubled, lost or unexplained`,
    )
    console.log(
      JSON.stringify({
        name: 'nfe-storm',
        value,
        unit: 'doubled + lost + unexplained',
        bar: 0,
        doubled: doubled.length,
        lost: lost.length,
        unexplained: unexplained.length,
        orders: count,
        authorised,
        named,
        kills: kills.length,
        seconds: round(seconds),
        calls: rows[0]!.calls,
        consults: rows[0]!.consults,
        misbehaved: stats.byMisbehaviour,
        most_attempts_of_one_nota: stats.attempts.most,
      }),
    )
    if (value || kills.length < 2) process.exitCode = 1
  },
)
