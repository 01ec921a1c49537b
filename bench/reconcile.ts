/**
 * A million lines of settlement against a million receivables, on a durable PostgreSQL: read from CSV, written, matched, both lists of exceptions.
 * Bar: 15 s, no false settlement, 98 % settled without a person. The baseline is COPY of the same bytes into a table of one text column.
 */
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { copyIn } from '../server/platform/copy.ts'
import { ingestSettlement, matchLines, openLines, postLines, unpaid } from '../server/reconciliation/index.ts'
import { channelAccount, plant, uploadOf } from './_settlements.ts'
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
    await command((tx) => sql`create table raw_line (line text)`.execute(tx))
    const baseBegan = performance.now()
    await command((tx) =>
      copyIn(
        tx,
        `copy raw_line from stdin with (format csv, delimiter E'\\x01', quote E'\\x02')`,
        (async function* () {
          for await (const chunk of createReadStream(planted.path, { encoding: 'utf8', highWaterMark: 1 << 18 })) yield chunk as string
        })(),
      ),
    )
    const baseline = (performance.now() - baseBegan) / 1000
    await command((tx) => sql`drop table raw_line`.execute(tx))
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
    const { ingested, matched, open, missing } = await command(async (tx) => {
      const ingested = await ingestSettlement(tx, uploadOf(planted.path, account), actor)
      lap('ingest')
      const fresh = { account, file: ingested.file, after: ingested.after, fresh: ingested.fresh }
      await postLines(tx, fresh, actor)
      lap('post')
      const matched = await matchLines(tx, { account, fresh }, actor)
      lap('match')
      const [open, missing] = [await openLines(tx, { account }), await unpaid(tx, { account, until: '2026-12-31' })]
      lap('lists')
      return { ingested, matched, open, missing }
    })
    lap('commit')
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
    console.log(planted.lines, 'lines', round(megabytes), 'MB', { ...planted, truth: undefined }, matched, times)
    console.log(
      `ingest and match in ${round(seconds, 2)} s; ${auto} % by themselves, ${wrong} wrong; open ${open.length}, unpaid ${missing.length}; raw COPY ${round(baseline, 2)} s`,
    )
    if (wrong || ingested.fresh !== planted.lines) process.exitCode = 1
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
