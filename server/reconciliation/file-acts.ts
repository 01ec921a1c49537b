import { sql } from 'kysely'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { enqueue } from '../platform/jobs.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import type { answerMoneyFile, previewMapping, saveMapping } from './contract.ts'
import { keptBytes } from './files.ts'
import type { BankMapping, SettlementMapping } from './formats/mapping.ts'
import { readBankCsv } from './formats/bank-csv.ts'
import { readSettlementCsv } from './formats/settlement-csv.ts'

/** What was missing is said, and the reading goes on. @throws 404 no_such_file | no_such_channel | no_such_mapping, 409 file_answered */
export async function answerFile(tx: Tx, { file, account, bank_account, mapping }: InputOf<typeof answerMoneyFile>): Promise<AnswerOf<typeof answerMoneyFile>> {
  const { rows } = await sql<{
    needs: 'account' | 'account_sure' | 'bank_account' | 'mapping' | null
  }>`select needs from money_file where id = ${file} for update`.execute(tx)
  if (!rows[0]) throw notFound('no_such_file')
  const { needs } = rows[0]
  if (!needs) throw conflict('file_answered')
  const missing = { account, account_sure: account, bank_account, mapping }[needs]
  const field = needs === 'account_sure' ? 'account' : needs
  if (!missing)
    throw badInput([
      {
        field,
        message: {
          account: 'Diga de qual canal é o arquivo',
          bank_account: 'Diga de qual conta bancária é o arquivo',
          mapping: 'Diga como as colunas são lidas',
        }[field],
      },
    ])
  if (account && !(await tx.selectFrom('channel_account').select('id').where('id', '=', account).executeTakeFirst())) throw notFound('no_such_channel')
  if (bank_account && !(await tx.selectFrom('bank_account').select('id').where('id', '=', bank_account).executeTakeFirst())) throw notFound('no_such_bank')
  if (mapping && !(await tx.selectFrom('column_mapping').select('id').where('id', '=', mapping).executeTakeFirst())) throw notFound('no_such_mapping')
  await sql`
    update money_file set state = 'waiting', needs = null, notices = '[]', account_id = coalesce(${account ?? null}::bigint, account_id), account_sure = account_sure or ${account !== undefined}, bank_account_id = coalesce(${bank_account ?? null}::bigint, bank_account_id),
      mapping_id = coalesce(${mapping ?? null}::bigint, mapping_id), done = 0 where id = ${file}`.execute(tx)
  await enqueue(tx, 'read_money_file', { file }, { key: `money file ${file}` })
  return { file }
}

/** A file that was refused may be read again: the mapping was mended, or the fault was ours. @throws 404 no_such_file, 409 file_answered */
export async function readAgain(tx: Tx, { file }: { file: number }): Promise<{ file: number }> {
  const { rows } = await sql<{ state: string }>`select state from money_file where id = ${file} for update`.execute(tx)
  if (!rows[0]) throw notFound('no_such_file')
  if (rows[0].state !== 'refused') throw conflict('file_answered')
  await sql`update money_file set state = 'waiting', faults = '[]', notices = '[]', finished_at = null, done = 0 where id = ${file}`.execute(tx)
  await enqueue(tx, 'read_money_file', { file }, { key: `money file ${file}` })
  return { file }
}

/** The same name replaces. Files that were read with the old one stay as they are. */
export async function keepMapping(tx: Tx, { name, mapping }: InputOf<typeof saveMapping>): Promise<{ mapping: number }> {
  const { id } = await tx
    .insertInto('column_mapping')
    .values({ name, mapping: JSON.stringify(mapping) })
    .onConflict((known) => known.column('name').doUpdateSet({ mapping: JSON.stringify(mapping), updated_at: sql`now()` }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return { mapping: id }
}

/** The first lines of a file as a mapping reads them. A row that is cut by the end of what is looked at is left out. @throws 404 no_such_file */
export async function preview(tx: Tx, { file, mapping: given }: InputOf<typeof previewMapping>): Promise<AnswerOf<typeof previewMapping>> {
  // zod writes an absent field as possibly undefined; the readers treat both alike
  const mapping = given as BankMapping | SettlementMapping
  const first = await keptBytes(tx, file).next()
  if (!first.value) throw notFound('no_such_file')
  const head = firstLines(first.value)
  if (mapping.kind === 'bank') {
    const { statements, faults, notices } = readBankCsv(head, mapping)
    const rows = statements.flatMap(({ lines }) => lines).slice(0, 8)
    return {
      rows: rows.map((line) => ({ row: line.row, kind: line.kind, order: null, day: line.date, gross: null, net: line.amount, words: line.memo })),
      faults: faults.slice(0, 8),
      notices,
    }
  }
  const { lines, faults, notices } = readSettlementCsv(head, mapping)
  return {
    rows: lines.slice(0, 8).map((line) => ({
      row: line.row,
      kind: line.kind,
      order: line.externalOrder ?? line.paymentRef,
      day: line.paidOn ?? line.releaseOn,
      gross: line.gross,
      net: line.net,
      words: line.word,
    })),
    faults: faults.slice(0, 8),
    notices,
  }
}

function firstLines(bytes: Buffer): Buffer {
  if (bytes.length < 65_536) return bytes
  const cut = bytes.lastIndexOf(10, 65_536)
  return bytes.subarray(0, cut < 0 ? 65_536 : cut + 1)
}
