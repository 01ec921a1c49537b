import { sql } from 'kysely'
import { copyIn } from '../platform/copy.ts'
import type { Tx } from '../platform/db.ts'
import type { SettlementLine } from './formats/lines.ts'
import { columns } from './line-rows.ts'

/** A long file beside what is known: into a table of its own first, so that each line dies in memory as soon as it was sent. */
export async function copyUnknown(tx: Tx, account: number, rows: AsyncIterable<Buffer>): Promise<number> {
  await sql`create temporary table incoming_line on commit drop as select ${sql.raw(columns)} from settlement_line limit 0`.execute(tx)
  await copyIn(tx, 'copy incoming_line from stdin with (format binary)', rows)
  await sql`set local work_mem = '256MB'`.execute(tx)
  await sql`analyze incoming_line (hash)`.execute(tx)
  const { numAffectedRows } = await sql`
    insert into settlement_line (${sql.raw(columns)})
    select ${sql.raw(columns)} from incoming_line
    -- the keys alone are compared, and only what is new is read whole
    where ctid = any(array(
      select incoming.ctid from incoming_line incoming
      where not exists (
        select 1 from settlement_line known
        where known.hash = incoming.hash and known.account_id = ${account} and known.occurrence = incoming.occurrence
      )
    )) order by row`.execute(tx)
  await sql`drop table incoming_line`.execute(tx)
  return Number(numAffectedRows)
}

/** So many lines are looked for at once. */
const together = 4096

/** A file of a day beside what is known: each thousands of lines are looked for by their identity, and `write` gets those that are not there, while the next ones are read. @returns how many */
export async function writeUnknown(
  tx: Tx,
  account: number,
  batches: AsyncIterable<SettlementLine[]>,
  write: (batches: SettlementLine[][]) => Promise<number>,
): Promise<number> {
  const unknown = async (lines: SettlementLine[]) => {
    const { rows } = await sql<{ key: string }>`
      select replace(hash::text, '-', '') || occurrence as key from settlement_line where hash = any(${lines.map(({ hash }) => hash)}::uuid[]) and account_id = ${account}`.execute(
      tx,
    )
    if (!rows.length) return write([lines])
    const known = new Set(rows.map(({ key }) => key))
    const left = lines.filter((line) => !known.has(`${line.hash}${line.occurrence}`))
    return left.length ? write([left]) : 0
  }
  let fresh = 0
  let before = Promise.resolve(0)
  try {
    for await (const group of grouped(batches)) {
      fresh += await before
      before = unknown(group)
      // it may fail while the next ones are read, and is asked after them
      before.catch(() => undefined)
    }
    return fresh + (await before)
  } catch (error) {
    // the connection is free again before anybody else asks it
    await before.catch(() => undefined)
    throw error
  }
}

async function* grouped(batches: AsyncIterable<SettlementLine[]>) {
  let group: SettlementLine[] = []
  for await (const batch of batches)
    for (const line of batch) {
      group.push(line)
      if (group.length < together) continue
      yield group
      group = []
    }
  if (group.length) yield group
}
