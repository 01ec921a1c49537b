/**
 * The money journal under 8 clients on a durable PostgreSQL: every client posts orders' events (approved, delivered) at one channel, so two
 * accounts, to_release and open_sales, are in every transaction. Bar: 2,500 moves/s. The baseline is pgbench's way: each client inserts the same rows
 * into a bare table, one statement and one commit each.
 */
import { sql } from 'kysely'
import { balances, movesOf, postMoves, rebuildRollUp, rollUp } from '../server/money/index.ts'
import { round, withShop } from './_shop.ts'

const seconds = Number(process.argv[2] ?? 10)
const clients = 8
await withShop(1, 1, async ({ server, command, actor }) => {
  const channel = { id: 1, name: 'Loja' }
  const day = new Date().toISOString().slice(0, 10)
  const approved = (order: number) =>
    movesOf('approved', { channel, key: `order ${order} approved`, day, order }, { gross: 10_000 + order, commission: 1_400, fixed_fee: 600, freight: 900 })
  const delivered = (order: number) => movesOf('delivered', { channel, key: `order ${order} delivered`, day, order }, { gross: 10_000 + order })
  let next = 0
  const run = async (time: number, act: (order: number) => Promise<number>) => {
    const end = performance.now() + time * 1000
    let [moves, commits] = [0, 0]
    const began = performance.now()
    await Promise.all(
      Array.from({ length: clients }, async () => {
        while (performance.now() < end) {
          const written = await act(++next)
          moves += written
          commits++
        }
      }),
    )
    const took = (performance.now() - began) / 1000
    return { moves, commits, moves_s: Math.round(moves / took), commits_s: Math.round(commits / took) }
  }
  await command((tx) => postMoves(tx, [...approved(0), ...delivered(0)], actor))
  const single = await run(seconds / 2, (order) => command((tx) => postMoves(tx, delivered(order), actor)))
  const events = await run(seconds, (order) => command((tx) => postMoves(tx, approved(order), actor)))
  await server.app.pool.query('create table bare (key text, from_account bigint, to_account bigint, centavos bigint, at timestamptz default now())')
  const baseline = await run(seconds / 2, async (order) => {
    await server.app.pool.query('insert into bare (key, from_account, to_account, centavos) values ($1, 1, 2, $2)', [`k${order}`, order])
    return 1
  })
  // nothing lost: the roll-up, the tail and the journal agree
  await command(rollUp)
  const kept = await command((tx) => balances(tx))
  await command(rebuildRollUp)
  const rebuilt = await command((tx) => balances(tx))
  const { rows } = await command((tx) => sql<{ moves: number }>`select count(*) as moves from money_move`.execute(tx))
  const lost = 5 + single.moves + events.moves - rows[0]!.moves
  const drift = kept.reduce((sum, { balance }) => sum + balance, 0)
  if (lost || drift || JSON.stringify(kept) !== JSON.stringify(rebuilt)) throw new Error(`lost ${lost}, drift ${drift}`)
  console.log(
    `${events.moves_s} moves/s in ${events.commits_s} commits/s of an order's four moves; one move a commit: ${single.moves_s}/s; bare one-row inserts: ${baseline.moves_s}/s; lost 0, drift 0`,
  )
  console.log(
    JSON.stringify({
      name: 'postings',
      value: events.moves_s,
      unit: 'moves/s',
      baseline: baseline.moves_s,
      ratio: round(events.moves_s / baseline.moves_s, 2),
      commits_s: events.commits_s,
      single_moves_s: single.moves_s,
      moves: rows[0]!.moves,
    }),
  )
})
