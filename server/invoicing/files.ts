import type { FastifyReply } from 'fastify'
import { sql } from 'kysely'
import { danfePdf, readNota } from '../fiscal/index.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { badInput, notFound } from '../platform/problem.ts'
import type { danfes, notaDanfe, notaXml } from './contract.ts'

interface Kept {
  id: number
  key: string
  state: string
  epec_protocol: string | null
  bytes: Buffer
}

/** The document of each nota as it was authorised; under EPEC the signed nota stands in until then. */
async function documents(tx: Tx, notas: number[]): Promise<Kept[]> {
  const { rows } = await sql<Kept>`
    select distinct on (nota.id) nota.id, key, state, epec_protocol, bytes from nota join nota_file on nota_id = nota.id
    where nota.id = any(${notas}::bigint[]) and (kind <> 'signed' or epec_protocol is not null) order by nota.id, kind = 'signed'`.execute(tx)
  return rows
}

export async function sendXml({ app, actor, input, reply }: Call<InputOf<typeof notaXml>>): Promise<FastifyReply> {
  const [document] = await inMerchant(app.pool, actor.merchant, (tx) => documents(tx, [input.nota]), { readOnly: true })
  if (!document) throw notFound('no_nota_xml', { nota: input.nota })
  return reply.type('application/xml').header('content-disposition', `attachment; filename="${document.key}-nfe.xml"`).send(document.bytes)
}

export async function sendDanfe({ app, actor, input, reply }: Call<InputOf<typeof notaDanfe>>): Promise<FastifyReply> {
  const found = await inMerchant(app.pool, actor.merchant, (tx) => documents(tx, [input.nota]), { readOnly: true })
  if (!found[0]) throw notFound('no_nota_xml', { nota: input.nota })
  return reply.type('application/pdf').header('content-disposition', `inline; filename="danfe-${found[0].key}.pdf"`).send(pdfOf(found))
}

/** Several notas, or every nota of a wave, as one PDF in the order of the wave. */
export async function sendDanfes({ app, actor, input, reply }: Call<InputOf<typeof danfes>>): Promise<FastifyReply> {
  const wanted = (input.notas ?? '').split(',').filter(Boolean).map(Number)
  if (wanted.some((nota) => !Number.isSafeInteger(nota)) || (!wanted.length && !input.wave))
    throw badInput([{ field: 'notas', message: 'Escolha notas ou uma onda' }])
  const found = await inMerchant(
    app.pool,
    actor.merchant,
    async (tx) => {
      const { rows } = await sql<{ id: number }>`
        select distinct nota.id from nota join pick_task task on task.shipment_id = nota.shipment_id join trip on trip.id = task.trip_id
        where trip.wave_id = ${input.wave ?? 0} and operation = 'sale' and nota.state in ('authorised', 'queued')`.execute(tx)
      return documents(tx, [...wanted, ...rows.map(({ id }) => id)])
    },
    { readOnly: true },
  )
  if (!found.length) throw notFound('no_nota_xml')
  return reply.type('application/pdf').header('content-disposition', 'inline; filename="danfes.pdf"').send(pdfOf(found))
}

const pdfOf = (found: Kept[]) =>
  danfePdf(found.map(({ bytes, state, epec_protocol }) => ({ ...readNota(bytes), cancelled: state === 'cancelled', epecProtocol: epec_protocol })))
