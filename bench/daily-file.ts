/**
 * The day's file into a live base: 10,000 lines of settlement where a million are settled already, every constraint on, from the first byte of the CSV to both
 * lists of exceptions. Bar: 400 ms for the slowest of five days. The baseline is COPY of the last day's bytes into a table of one text column.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openLines, takeInSettlement, unpaid } from '../server/reconciliation/index.ts'
import { channelAccount, plant, rawCopy, uploadOf } from './_settlements.ts'
import { percentile, round, withShop } from './_shop.ts'

const base = Number(process.argv[2] ?? 1_000_000)
const folder = mkdtempSync(join(tmpdir(), 'retaguarda-daily-'))
try {
  await withShop(1, 1, async (shop) => {
    const { command, actor } = shop
    const account = await channelAccount(shop)
    const first = await command((tx) => plant(tx, { account, count: base, path: join(folder, 'base.csv') }))
    await command((tx) => takeInSettlement(tx, uploadOf(first.path, account), actor))
    const days = []
    for (let day = 1; day <= 6; day++)
      days.push(
        await command((tx) => plant(tx, { account, count: 10_000, path: join(folder, `${day}.csv`), seed: 100 + day, from: day * 100_000_000, days: 3 })),
      )
    await shop.server.app.pool.query('vacuum analyze')
    await shop.server.app.pool.query('checkpoint')
    const took: number[] = []
    let wrong = 0
    for (const [index, planted] of days.entries()) {
      const began = performance.now()
      const taken = await command(async (tx) => {
        const taken = await takeInSettlement(tx, uploadOf(planted.path, account), actor)
        await openLines(tx, { account, limit: 200 })
        await unpaid(tx, { account, until: '2026-06-20', limit: 200 })
        return taken
      })
      // the first one warms the code up
      if (index) took.push(performance.now() - began)
      const { rows } = await command((tx) =>
        sql<{ row: number; order: string }>`
          select row, receivable.external_order as order from settlement_line line join allocation on settlement_line_id = line.id and undone_at is null join receivable on receivable.id = receivable_id
          where file_id = ${taken.file}`.execute(tx),
      )
      wrong += rows.filter(({ row, order }) => Number(order) - 20_000_000_000 - (index + 1) * 100_000_000 !== planted.truth[row]).length
      if (taken.fresh !== planted.lines) throw new Error(`${taken.fresh} of ${planted.lines} lines`)
    }
    const baseline = 1000 * (await rawCopy(shop, days.at(-1)!.path))
    console.log(`10,000 lines beside ${base}: ${took.map((time) => round(time, 0)).join(', ')} ms; ${wrong} wrong`)
    if (wrong) process.exitCode = 1
    console.log(
      JSON.stringify({
        name: 'daily-file',
        value: round(Math.max(...took)),
        unit: 'ms',
        p50_ms: round(percentile(took, 0.5)),
        baseline: round(baseline),
        ratio: round(Math.max(...took) / baseline, 2),
        false_matches: wrong,
      }),
    )
  })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
