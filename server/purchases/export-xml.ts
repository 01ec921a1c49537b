import { PassThrough } from 'node:stream'
import { Zip, ZipDeflate } from 'fflate'
import { sql } from 'kysely'
import { inMerchant } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import type { exportReceived } from './contract.ts'
import { joins, matching } from './received-list.ts'

/** The XML of every nota of the filter that has one, as a ZIP that is written while it is read. */
export async function exportXml({ app, input, actor, reply }: Call<InputOf<typeof exportReceived>>) {
  const out = new PassThrough()
  const zip = new Zip((error, chunk, last) => {
    if (error) out.destroy(error)
    else out.write(chunk)
    if (last) out.end()
  })
  const write = async () => {
    for (let after = 0; ;) {
      const { rows } = await inMerchant(
        app.pool,
        actor.merchant,
        (tx) =>
          sql<{ id: number; key: string; bytes: Buffer }>`
            select nota.id, nota.key, bytes from received_nota nota join received_document document on document.id = nota.document_id ${joins}
            where ${matching(input)} and nota.id > ${after} order by nota.id limit 100`.execute(tx),
        { readOnly: true },
      )
      for (const { key, bytes } of rows) {
        const file = new ZipDeflate(`${key}-procNFe.xml`, { level: 6 })
        zip.add(file)
        file.push(bytes, true)
      }
      const last = rows.at(-1)
      if (!last || rows.length < 100) return zip.end()
      after = last.id
      if (out.writableNeedDrain) await new Promise((drained) => out.once('drain', drained))
      if (out.destroyed) return
    }
  }
  write().catch((error: Error) => out.destroy(error))
  return reply.type('application/zip').header('content-disposition', 'attachment; filename="notas-recebidas.zip"').send(out)
}
