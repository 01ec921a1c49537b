/**
 * The same lines again, in a file of other bytes (one blank line more at the end), so that every line is read and recognised. Bar: no new row, 90,000 lines/s.
 * The baseline is COPY of the bytes into a table of one text column. The very same bytes are known by their hash alone; that is told beside.
 */
import { createHash } from 'node:crypto'
import { appendFileSync, createReadStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { knownFile, takeInSettlement } from '../server/reconciliation/index.ts'
import { channelAccount, plant, rawCopy, uploadOf } from './_settlements.ts'
import { round, withShop } from './_shop.ts'

const count = Number(process.argv[2] ?? 1_000_000)
const folder = mkdtempSync(join(tmpdir(), 'retaguarda-reimport-'))
try {
  await withShop(1, 1, async (shop) => {
    const { command, actor } = shop
    const account = await channelAccount(shop)
    const planted = await command((tx) => plant(tx, { account, count, path: join(folder, 'release.csv') }))
    await command((tx) => takeInSettlement(tx, uploadOf(planted.path, account), actor))
    const state = async () =>
      (
        await command((tx) =>
          sql`select (select count(*) from settlement_line) as lines, (select count(*) from allocation) as allocations, (select count(*) from money_move) as moves, (select count(*) from open_line) as open, (select sum(allocated) from receivable_balance)::bigint as allocated`.execute(
            tx,
          ),
        )
      ).rows[0]
    const before = JSON.stringify(await state())
    const hashBegan = performance.now()
    const hash = createHash('sha256')
    for await (const chunk of createReadStream(planted.path, { highWaterMark: 1 << 18 })) hash.update(chunk as Buffer)
    const known = await command((tx) => knownFile(tx, { account, sha256: hash.digest('hex') }))
    const byHash = (performance.now() - hashBegan) / 1000
    appendFileSync(planted.path, '\n')
    const began = performance.now()
    const again = await command((tx) => takeInSettlement(tx, uploadOf(planted.path, account), actor))
    const seconds = (performance.now() - began) / 1000
    if (!known || again.fresh || JSON.stringify(await state()) !== before) throw new Error(`something changed: ${JSON.stringify(again)}`)
    const baseline = Math.round(planted.lines / (await rawCopy(shop, planted.path)))
    const speed = Math.round(planted.lines / seconds)
    console.log(`${planted.lines} lines again in ${round(seconds, 2)} s, nothing new; the same bytes in ${round(byHash, 2)} s`)
    console.log(
      JSON.stringify({
        name: 'reimport',
        value: speed,
        unit: 'lines/s',
        baseline,
        ratio: round(speed / baseline, 2),
        new_rows: again.fresh,
        same_bytes_lines_s: Math.round(planted.lines / byHash),
      }),
    )
  })
} finally {
  rmSync(folder, { recursive: true, force: true })
}
