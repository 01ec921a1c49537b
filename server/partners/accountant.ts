import { sql } from 'kysely'
import type { Merchant } from '../platform/actor.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { App } from '../platform/http.ts'
import { enqueue } from '../platform/jobs.ts'
import { conflict } from '../platform/problem.ts'
import type { sendMonth } from './contract.ts'
import { backoff } from './deliver.ts'
import { openPartner } from './desk.ts'
import { domainOf } from './email.ts'
import { indexOf, monthGroups } from './month.ts'
import type { Group, Month } from './month.ts'
import type { Answer } from './port.ts'
import { sendMail } from './smtp.ts'
import { packedSize, zip } from './zip.ts'

/** From the day that was set on, last month's notas of each company go to its accountant: a row is made once. */
export async function dueMonths(tx: Tx): Promise<void> {
  await sql`
    insert into accountant_month (partner_id, company_id, month)
    select partner.id, company.id, last.month
    from partner
    join company on coalesce(partner.company_id = company.id, true)
    cross join lateral (select (now() at time zone coalesce((select value #>> '{}' from setting where name = 'time_zone'), 'America/Sao_Paulo')) as now) here
    cross join lateral (select (date_trunc('month', here.now) - interval '1 month')::date as month) last
    where partner.kind = 'accountant' and partner.active and extract(day from here.now) >= coalesce((partner.settings ->> 'day')::int, 3)
      and exists (
        select from nota where nota.company_id = company.id and nota.authorised_at is not null
          and nota.environment = case when coalesce((partner.settings ->> 'homologation')::boolean, false) then nota.environment else 'production' end
          and (nota.issued_at at time zone coalesce((select value #>> '{}' from setting where name = 'time_zone'), 'America/Sao_Paulo'))::date between last.month and (last.month + interval '1 month - 1 day')::date
          and nota.issued_at between last.month - 2 and last.month + 33)
    on conflict do nothing`.execute(tx)
  const { rows } = await sql<{ partner: number }>`
    select distinct partner_id as partner from accountant_month join partner on partner.id = partner_id and partner.active
    where state = 'queued' and not_before <= now() or state = 'sending' and lease_until < now()`.execute(tx)
  for (const { partner } of rows) await enqueue(tx, 'send_months', { partner }, { key: `send_months:${partner}` })
}

/** Sends a month, or sends it again from its first part. @throws 409 no_accountant */
export async function queueMonth(tx: Tx, { month, company }: InputOf<typeof sendMonth>): Promise<AnswerOf<typeof sendMonth>> {
  const { rows } = await sql<{ partner: number }>`
    insert into accountant_month (partner_id, company_id, month)
    select partner.id, company.id, ${`${month}-01`}::date from partner join company on company.id = ${company} and coalesce(partner.company_id = company.id, true)
    where partner.kind = 'accountant' and partner.active
    on conflict (partner_id, company_id, month) do update set state = 'queued', parts = 0, cursor = null, attempts = 0, not_before = now(), answer = null, at = now()
    where accountant_month.state <> 'sending'
    returning partner_id as partner`.execute(tx)
  if (
    !rows.length &&
    !(await sql`select from accountant_month where company_id = ${company} and month = ${`${month}-01`}::date and state = 'sending'`.execute(tx)).rows.length
  )
    throw conflict('no_accountant')
  for (const { partner } of rows) await enqueue(tx, 'send_months', { partner }, { key: `send_months:${partner}` })
  return { queued: rows.length }
}

/** Longer than any part takes to be built and handed over. */
const lease = sql`clock_timestamp() + interval '15 minutes'`

/** Sends what is due to one accountant, part after part; a part that was handed over is never built again. */
export async function sendMonths(app: App, merchant: Merchant, partner: number): Promise<void> {
  for (;;) {
    const claim = await inMerchant(app.pool, merchant, async (tx) => {
      const { rows } = await sql<{ company: number; month: string; parts: number; cursor: string | null; attempts: number }>`
        update accountant_month set state = 'sending', attempts = attempts + 1, lease_until = ${lease}, at = clock_timestamp()
        where (partner_id, company_id, month) in (
          select partner_id, company_id, month from accountant_month
          where partner_id = ${partner} and (state = 'queued' and not_before <= clock_timestamp() or state = 'sending' and lease_until < clock_timestamp())
          order by month limit 1 for update skip locked)
        returning company_id as company, to_char(month, 'YYYY-MM') as month, parts, cursor, attempts`.execute(tx)
      return rows[0]
    })
    if (!claim) return
    const { company, month } = claim
    let { parts, cursor } = claim
    for (;;) {
      const { answer, next } = await sendPart(app, merchant, partner, { company, month }, parts, cursor).catch((error: unknown) => ({
        answer: { state: 'wait', code: 'internal', words: `Algo falhou do nosso lado: ${String(error)}`.slice(0, 600) } as Answer,
        next: null,
      }))
      const goesOn = answer.state === 'accepted' && next !== null
      if (answer.state === 'accepted') parts++
      cursor = answer.state === 'accepted' ? (next ?? cursor) : cursor
      const state = goesOn ? 'sending' : answer.state === 'accepted' || answer.state === 'refused' ? answer.state : 'queued'
      const { rows } = await inMerchant(app.pool, merchant, (tx) =>
        sql`update accountant_month set state = ${state}, parts = ${parts}, cursor = ${cursor}, answer = ${answer.words}, lease_until = ${goesOn ? lease : null},
            not_before = clock_timestamp() + make_interval(secs => ${state === 'queued' ? backoff(claim.attempts) * 4 : 0}), at = clock_timestamp()
          where partner_id = ${partner} and company_id = ${company} and month = ${`${month}-01`}::date and state = 'sending' and attempts = ${claim.attempts} returning 1`.execute(
          tx,
        ),
      )
      app.live.changed(merchant, 'send_months')
      if (!goesOn || !rows.length) break
    }
  }
}

/** One e-mail with as much of the month as fits. `next` is where the following part begins; null: this was the last. */
async function sendPart(
  app: App,
  merchant: Merchant,
  id: number,
  { company, month }: { company: number; month: string },
  parts: number,
  cursor: string | null,
): Promise<{ answer: Answer; next: string | null }> {
  const [partner, issuer] = await inMerchant(
    app.pool,
    merchant,
    async (tx) =>
      [await openPartner(tx, merchant, id), await tx.selectFrom('company').selectAll().where('id', '=', company).executeTakeFirstOrThrow()] as const,
    { readOnly: true },
  )
  if (!partner) return { answer: { state: 'refused', code: 'no_partner', words: 'O contador não está mais cadastrado' }, next: null }
  const { settings } = partner.desk
  const environment: Month['environment'] = settings['homologation'] === true ? 'homologation' : 'production'
  // base64 makes three bytes four, and its lines a little more
  const room = (Number(settings['megabytes'] ?? 15) * 1024 * 1024) / 1.37 - 100_000
  const held: Group[] = []
  let size = 0
  let next: string | null = null
  for await (const group of monthGroups(app, merchant, { month, company, environment }, cursor)) {
    // and a line of the index
    const weight = (await Promise.all(group.entries.map(packedSize))).reduce((sum, one) => sum + one, 200)
    if (held.length && size + weight > room) {
      next = held.at(-1)?.cursor ?? null
      break
    }
    held.push(group)
    size += weight
  }
  if (!held.length && parts > 0) return { answer: { state: 'accepted', words: `Mandado em ${parts} partes` }, next: null }
  const pieces: Buffer[] = []
  for await (const piece of zip([...held.flatMap(({ entries }) => entries), indexOf(held)])) pieces.push(piece)
  const split = parts > 0 || next !== null
  const part = split ? `, parte ${parts + 1}${next === null ? ' (última)' : ''}` : ''
  const named = new Intl.DateTimeFormat('pt-BR', { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(new Date(`${month}-01T12:00:00Z`))
  const answer = await sendMail(partner.desk, {
    to: String(settings['to']),
    fromName: issuer.trade_name,
    replyTo: null,
    subject: `${environment === 'homologation' ? '[TESTE, sem valor fiscal] ' : ''}XML das notas de ${named} - ${issuer.trade_name}${part}`,
    text: [
      'Olá!',
      '',
      `Em anexo estão os XML de ${named} da empresa ${issuer.legal_name}, CNPJ ${issuer.cnpj}${part}.`,
      `Documentos neste e-mail: ${held.length}. O arquivo indice.csv lista cada um com chave, situação e valor.`,
      ...(next === null ? [] : ['As demais partes seguem em outros e-mails.']),
      '',
      'Mensagem enviada pela Retaguarda.',
      '',
    ].join('\n'),
    messageId: `<mes-${issuer.cnpj.toLowerCase()}-${month}-${parts + 1}-${id}@${domainOf(String(settings['from']))}>`,
    attachments: [
      { filename: `notas-${issuer.cnpj}-${month}${split ? `-parte-${parts + 1}` : ''}.zip`, contentType: 'application/zip', content: Buffer.concat(pieces) },
    ],
  })
  return { answer, next }
}
