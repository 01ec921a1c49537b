import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { sql } from 'kysely'
import type { FastifyReply } from 'fastify'
import { csvLine } from '../platform/csv.ts'
import { inMerchant } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { Problem, conflict, notFound } from '../platform/problem.ts'
import type { downloadMoneyFile, faultyRows, sendMoneyFile } from './contract.ts'
import { keepFile, keptBytes } from './files.ts'
import type { Fault } from './formats/lines.ts'

/** One uploaded file: from the network to disk first, so that no transaction waits for a slow sender. */
export async function upload({ app, input, actor, request }: Call<InputOf<typeof sendMoneyFile>>): Promise<AnswerOf<typeof sendMoneyFile>> {
  if (!request.isMultipart()) throw new Problem(422, 'file_missing')
  const part = await request.file()
  if (!part) throw new Problem(422, 'file_missing')
  const path = join(tmpdir(), `retaguarda-${randomBytes(8).toString('hex')}`)
  try {
    await pipeline(part.file, createWriteStream(path, { mode: 0o600 }))
    // cut off at the size limit it ends like a short one: it must not pass for the whole
    if (part.file.truncated) throw new Problem(413, 'too_large')
    const kept = await inMerchant(app.pool, actor.merchant, async (tx) => {
      if (input.account && !(await tx.selectFrom('channel_account').select('id').where('id', '=', input.account).executeTakeFirst()))
        throw notFound('no_such_channel')
      const stream = createReadStream(path, { highWaterMark: 1_048_576 }) as AsyncIterable<Uint8Array>
      return keepFile(
        tx,
        {
          name: part.filename,
          origin: 'upload',
          account: input.account ?? null,
          bankAccount: input.bank_account ?? null,
          mapping: input.mapping ?? null,
          stream,
        },
        actor,
      )
    })
    app.live.changed(actor.merchant, 'sendMoneyFile')
    return kept
  } finally {
    await rm(path, { force: true })
  }
}

/** The bytes as they came. A repeated file's are those of the first one. */
export async function download({ app, input, actor, reply }: Call<InputOf<typeof downloadMoneyFile>>): Promise<FastifyReply> {
  const { name, parts, read } = await openKept({ app, actor, file: input.file })
  const pieces = async function* () {
    for (let part = 0; part < parts; part++) yield await read(part)
  }
  return reply
    .type('application/octet-stream')
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
    .send(Readable.from(pieces(), { objectMode: false }))
}

/** Its faults as a table, each beside the line of the file as it stands there. */
export async function faultTable({ app, input, actor, reply }: Call<InputOf<typeof faultyRows>>): Promise<FastifyReply> {
  const { name, parts, read, faults } = await openKept({ app, actor, file: input.file })
  const wanted = new Set(faults.map(({ row }) => row))
  const found = new Map<number, string>()
  let [row, rest] = [1, '']
  for (let part = 0; part < parts && found.size < wanted.size; part++) {
    const lines = (rest + (await read(part)).toString('latin1')).split(/\r?\n/)
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (wanted.has(row)) found.set(row, textOf(line))
      row++
    }
  }
  if (wanted.has(row) && rest) found.set(row, textOf(rest))
  let text = `\ufeff${csvLine(['Linha', 'Coluna', 'Problema', 'Como resolver', 'Conteúdo da linha'])}`
  for (const fault of faults)
    text += csvLine([fault.row, fault.column, fault.message, fault.cure, fault.row === null ? '' : found.get(fault.row)?.slice(0, 2000)])
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(`problemas ${name}.csv`)}`)
    .send(text)
}

const textOf = (line: string) => {
  const bytes = Buffer.from(line, 'latin1')
  const text = bytes.toString('utf8')
  return text.includes('\ufffd') ? line : text
}

async function openKept({ app, actor, file }: Pick<Call, 'app' | 'actor'> & { file: number }) {
  const { rows } = await inMerchant(
    app.pool,
    actor.merchant,
    (tx) =>
      sql<{ name: string; holder: number; parts: number; faults: Fault[] }>`
        select name, coalesce(known_id, id) as holder, faults, (select count(*) from money_file_part where file_id = coalesce(known_id, id)) as parts from money_file where id = ${file}`.execute(
        tx,
      ),
    { readOnly: true },
  )
  const kept = rows[0]
  if (!kept) throw notFound('no_such_file')
  if (!kept.parts) throw conflict('file_gone')
  // part by part, each in a moment of its own: a slow receiver holds no connection
  const read = (part: number) =>
    inMerchant(app.pool, actor.merchant, async (tx) => (await keptBytes(tx, kept.holder, part).next()).value ?? Buffer.alloc(0), { readOnly: true })
  return { ...kept, read }
}
