import { sql } from 'kysely'
import { formatDocument } from '../customers/index.ts'
import { readPfx, sealKey } from '../fiscal/index.ts'
import type { Certificate } from '../fiscal/index.ts'
import type { Actor } from '../platform/actor.ts'
import { inMerchant, one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { Problem, conflict, notFound } from '../platform/problem.ts'
import { serverKey } from '../platform/server-key.ts'
import type { CertificateRow, certificatesEndpoint, fiscalWarningsEndpoint, uploadCertificateEndpoint } from './contract.ts'

/** Days left, in the merchant's calendar: the last day counts as 0, the day after as -1. */
const daysLeft = sql<number>`((valid_to at time zone zone)::date - (now() at time zone zone)::date)`
const rowOf = sql`
  certificate.id, jsonb_build_object('id', company.id, 'name', company.trade_name) as company, holder, certificate.cnpj, issuer, serial, valid_from, valid_to, ${daysLeft} as days_left,
  case when retired_at is not null then 'retired' when valid_to < now() then 'expired' when ${daysLeft} <= 30 then 'ending' else 'good' end as state,
  uploaded_at, person.name as uploaded_by`
const tables = sql`certificate join company on company.id = company_id cross join merchant_time left join person on person.id = uploaded_by`

export async function certificateList(tx: Tx): Promise<AnswerOf<typeof certificatesEndpoint>> {
  const { rows } = await sql<CertificateRow>`select ${rowOf} from ${tables} order by retired_at is not null, company.id, certificate.id desc`.execute(tx)
  return { rows }
}

/**
 * Takes a company's A1: reads the key out, seals it and retires the one before. The file and its password live in memory only.
 * @throws 404 no_such_company, 409 certificate_refused | certificate_of_another, 413 certificate_too_large, 422 certificate_file_missing
 */
export async function uploadCertificate({ app, input, actor, request }: Call<InputOf<typeof uploadCertificateEndpoint>>): Promise<CertificateRow> {
  if (!request.isMultipart()) throw new Problem(422, 'certificate_file_missing')
  let bytes: Buffer | null = null
  let password = ''
  for await (const part of request.parts({ limits: { fileSize: biggest } })) {
    if (part.type === 'file') {
      const chunks: Buffer[] = []
      for await (const chunk of part.file) chunks.push(chunk as Buffer)
      if (part.file.truncated) throw new Problem(413, 'certificate_too_large')
      if (part.fieldname === 'file') bytes = Buffer.concat(chunks)
    } else if (part.fieldname === 'password') password = String(part.value)
  }
  if (!bytes?.length) throw new Problem(422, 'certificate_file_missing')
  const read = readPfx(bytes, password)
  bytes.fill(0)
  if ('fault' in read) throw conflict('certificate_refused', { reason: read.fault.message, fault: read.fault.code })
  const row = await inMerchant(app.pool, actor.merchant, (tx) => keepCertificate(tx, { company: input.company, certificate: read }, actor))
  app.live.changed(actor.merchant, 'uploadCertificate')
  return row
}
/** An A1 with its chain is some 4 to 12 kB. */
const biggest = 256 * 1024

/** @throws 404 no_such_company, 409 certificate_of_another, 503 server_key_missing */
export async function keepCertificate(tx: Tx, { company, certificate }: { company: number; certificate: Certificate }, actor: Actor): Promise<CertificateRow> {
  const owner = await tx.selectFrom('company').select('cnpj').where('id', '=', company).forUpdate().executeTakeFirst()
  if (!owner) throw notFound('no_such_company', { company })
  // head office and branches share the first eight; one certificate of the root signs for all
  if (owner.cnpj.slice(0, 8) !== certificate.cnpj.slice(0, 8))
    throw conflict('certificate_of_another', { certificate: formatDocument(certificate.cnpj), company: formatDocument(owner.cnpj) })
  await sql`update certificate set retired_at = now() where company_id = ${company} and retired_at is null`.execute(tx)
  const { rows } = await sql<{ id: number }>`
    insert into certificate (company_id, holder, cnpj, issuer, serial, valid_from, valid_to, certificate_pem, chain_pem, sealed_key, uploaded_by)
    values (${company}, ${certificate.holder}, ${certificate.cnpj}, ${certificate.issuer}, ${certificate.serial}, ${certificate.validFrom.toISOString()}, ${certificate.validTo.toISOString()},
      ${certificate.certificatePem}, ${certificate.chainPem}::text[], ${sealKey(certificate.keyPem, serverKey())}, ${actor.person}) returning id`.execute(tx)
  const { id } = one(rows)
  return one((await sql<CertificateRow>`select ${rowOf} from ${tables} where certificate.id = ${id}`.execute(tx)).rows)
}

/** Certificates in use that end within 30 days, each at the nearest of its thresholds, and those that have ended. */
export async function fiscalWarnings(tx: Tx): Promise<AnswerOf<typeof fiscalWarningsEndpoint>> {
  const { rows } = await sql<{ company: number; name: string; days_left: number; over: boolean; day: string }>`
    select company.id as company, trade_name as name, ${daysLeft} as days_left, valid_to < now() as over, to_char(valid_to at time zone zone, 'DD/MM/YYYY') as day
    from ${tables} where retired_at is null and valid_to < now() + interval '32 days' order by valid_to`.execute(tx)
  return {
    rows: rows
      .filter(({ days_left, over }) => over || days_left <= 30)
      .map(({ over, day, ...row }) => ({
        ...row,
        at: over ? ('expired' as const) : (thresholds.find((days) => row.days_left <= Number(days)) ?? '30'),
        message: over
          ? `O certificado de ${row.name} venceu em ${day}: nenhuma nota sai até enviar o novo`
          : `O certificado de ${row.name} vence ${row.days_left === 0 ? 'hoje' : row.days_left === 1 ? 'amanhã' : `em ${row.days_left} dias`} (${day}): peça a renovação e envie o novo`,
        href: `/fiscal/certificado?company=${row.company}`,
      })),
  }
}
const thresholds = ['1', '7', '15', '30'] as const
