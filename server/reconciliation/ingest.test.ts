import { setTimeout } from 'node:timers/promises'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { cloneDatabase } from '../../test/database.ts'
import { settlementOf } from '../../test/settlement-lines.ts'
import { undone } from '../../test/undone.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { ingestSettlement, streamMercadoPagoRelease } from './index.ts'
import type { SettlementLine, SettlementUpload } from './index.ts'

const db = await cloneDatabase()
let account = 0
beforeAll(async () => {
  const { rows } = await db.command((tx) =>
    sql<{ id: number }>`insert into channel_account (code, name, kind) values ('canal', 'Canal', 'marketplace') returning id`.execute(tx),
  )
  account = rows[0]!.id
  await take(saying('primeiro', [0, 2, 4, 6, 8]))
})

const saying = (name: string, numbers: number[]) =>
  settlementOf(
    account,
    name,
    numbers.map((number) => ({ externalOrder: `P${number}`, net: 1_000 + number, paidOn: '2026-06-10' })),
  )
const numbers = (count: number) => Array.from({ length: count }, (_, number) => number)
const take = (upload: SettlementUpload) => db.command((tx) => ingestSettlement(tx, upload, db.actor))
const known = async (tx: Tx) =>
  (
    await sql<{
      row: number
      order: string
    }>`select row, external_order as order from settlement_line where account_id = ${account} order by id`.execute(tx)
  ).rows
/** The same file, read in pieces; `between` happens before each. */
function inPieces(upload: SettlementUpload, size: number, between: (piece: number) => Promise<unknown> = async () => undefined): SettlementUpload {
  const { format, totals, faults } = upload.lines
  async function* pieces() {
    const whole: SettlementLine[] = []
    for await (const batch of upload.lines) whole.push(...batch)
    for (let at = 0; at < whole.length; at += size) {
      await between(at / size)
      yield whole.slice(at, at + size)
    }
  }
  return { ...upload, lines: Object.assign(pieces(), { format, totals, faults }) }
}

// a file of a day, and one of years
test.each([1_000_000, 10_000_000])('of a file of %i bytes only the lines that are not known are written, in its order, however it was read', async (bytes) => {
  await undone(db, async (tx) => {
    const whole = await ingestSettlement(tx, { ...saying('longo', numbers(9_001)), bytes }, db.actor)
    expect(whole).toMatchObject({ lines: 9_001, fresh: 8_996 })
    const rows = await known(tx)
    expect(rows.slice(5).map(({ row }) => row)).toEqual([3, 5, 7, 9, ...numbers(8_992).map((number) => number + 11)])
    expect(new Set(rows.map(({ order }) => order)).size).toBe(9_001)
    expect(await ingestSettlement(tx, inPieces({ ...saying('em pedaços', numbers(9_001).toReversed()), bytes }, 777), db.actor)).toMatchObject({
      lines: 9_001,
      fresh: 0,
    })
    expect(await ingestSettlement(tx, inPieces({ ...saying('mais', [...numbers(9_001), 9_999]), bytes }, 5_000), db.actor)).toMatchObject({
      lines: 9_002,
      fresh: 1,
    })
  })
})

test('the identity of a line begins with its day, in the words by which migration 068 gave it to the lines before', async () => {
  const paid = (day: string, order: number) => `${day}T23:40:00.000-03:00,9${order},release,payment,90.00,0.00,100.00,-10.00,${order}\n`
  const said = `DATE,SOURCE_ID,RECORD_TYPE,DESCRIPTION,NET_CREDIT_AMOUNT,NET_DEBIT_AMOUNT,GROSS_AMOUNT,MP_FEE_AMOUNT,ORDER_ID\n${paid('2026-06-10', 11)}${paid('2027-01-01', 12)}`
  await undone(db, async (tx) => {
    const { file } = await ingestSettlement(tx, { ...saying('dias', []), bytes: said.length, lines: streamMercadoPagoRelease([Buffer.from(said)]) }, db.actor)
    const { rows } = await sql<{ day: string; told: string }>`
      select day, left(hash::text, 4) as told from settlement_line where file_id = ${file} and left(hash::text, 4) = lpad(to_hex((day - date '1970-01-01') & 65535), 4, '0') order by row`.execute(
      tx,
    )
    expect(rows).toEqual([
      { day: '2026-06-10', told: '5086' },
      { day: '2027-01-01', told: '5153' },
    ])
  })
})

test('a file whose end is refused leaves nothing of its beginning', async () => {
  const upload = inPieces(saying('cortado', numbers(9_001)), 4_500)
  upload.lines.faults.push({ row: 9_002, message: 'A linha termina antes do fim', cure: 'Baixe de novo' })
  await expect(take(upload)).rejects.toMatchObject({ code: 'file_refused', facts: { faults: [{ row: 9_002 }] } })
  expect(await db.command(known)).toHaveLength(5)
})

// before anything is asked of it, and while lines are looked for
test.each([0, 1])('a connection that breaks while piece %i is read takes the file back, and the process lives', async (when) => {
  const reading = inMerchant(db.pool, db.actor.merchant, async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    const broken = inPieces(saying('partido', numbers(9_001)), 4_500, async (piece) => {
      if (piece !== when) return
      await db.pool.query(`select pg_terminate_backend($1)`, [rows[0]!.pid])
      await setTimeout(100)
    })
    return ingestSettlement(tx, broken, db.actor)
  })
  // who reads files tries again in a minute
  await expect(reading).rejects.toMatchObject({ code: expect.stringMatching(/^(08|57)/) })
  expect(await db.command(known)).toHaveLength(5)
  const again = await undone(db, (tx) => ingestSettlement(tx, saying('inteiro', [0, 1]), db.actor))
  expect(again).toMatchObject({ lines: 2, fresh: 1 })
})
