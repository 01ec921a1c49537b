/**
 * A million lines of settlement against a million receivables, on a durable PostgreSQL: read from CSV, written, matched, both lists of exceptions.
 * Bar: 15 s, no false settlement, 98 % settled without a person. The baseline is COPY of the same bytes into a table of one text column.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openLines, takeInSettlement, unpaid } from '../server/reconciliation/index.ts'
import { channelAccount, plant, rawCopy, uploadOf } from './_settlements.ts'
import { round, withShop } from './_shop.ts'

const count = Number(process.argv[2] ?? 1_000_000)
const folder = mkdtempSync(join(tmpdir(), 'retaguarda-reconcile-'))
try {
  await withShop(1, 1, async (shop) => {
    const { command, actor } = shop
    const account = await channelAccount(shop)
    const planted = await command((tx) => plant(tx, { account, count, path: join(folder, 'release.csv') }))
    await command((tx) => sql`analyze receivable, receivable_balance`.execute(tx))
    await shop.server.app.pool.query('checkpoint')
    const megabytes = statSync(planted.path).size / 1e6
    const baseline = await rawCopy(shop, planted.path)
    await shop.server.app.pool.query('checkpoint')

    let peak = 0
    const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50)
    const times: Record<string, number> = {}
    let last = performance.now()
    const lap = (name: string) => {
      times[name] = round((performance.now() - last) / 1000, 2)
      last = performance.now()
    }
    const began = performance.now()
    const cpu = process.cpuUsage()
    const { taken, open, missing } = await command(async (tx) => {
      const taken = await takeInSettlement(tx, uploadOf(planted.path, account), actor)
      lap('take_in_s')
      const [open, missing] = [await openLines(tx, { account }), await unpaid(tx, { account, until: '2026-12-31' })]
      lap('lists_s')
      return { taken, open, missing }
    })
    lap('commit_s')
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(cpu)
    clearInterval(watch)

    const { rows } = await command((tx) =>
      sql<{ row: number; receivable: number }>`
        select row, receivable_id - (select min(id) from receivable) + 1 as receivable from allocation join settlement_line line on line.id = settlement_line_id where undone_at is null`.execute(
        tx,
      ),
    )
    const wrong = rows.filter(({ row, receivable }) => planted.truth[row] !== receivable).length
    const auto = round((100 * rows.length) / planted.lines, 2)
    console.log(planted.lines, 'lines', round(megabytes), 'MB', { ...planted, truth: undefined }, taken, times)
    console.log(
      `ingest and match in ${round(seconds, 2)} s; ${auto} % by themselves, ${wrong} wrong; open ${open.length}, unpaid ${missing.length}; raw COPY ${round(baseline, 2)} s`,
    )
    if (wrong || taken.fresh !== planted.lines) process.exitCode = 1
    console.log(
      JSON.stringify({
        name: 'reconcile',
        value: round(seconds, 2),
        unit: 's',
        baseline: round(baseline, 2),
        ratio: round(seconds / baseline, 2),
        lines: planted.lines,
        auto_percent: auto,
        false_matches: wrong,
        open: open.length,
        unpaid: missing.length,
        peak_mb: Math.round(peak / 1e6),
        node_cpu_s: round((user + system) / 1e6),
        ...times,
      }),
    )
  })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
