import { Readable } from 'node:stream'
import { sql } from 'kysely'
import { notaOperations, notaStates } from '../invoicing/contract.ts'
import type { Merchant } from '../platform/actor.ts'
import { csvLine } from '../platform/csv.ts'
import { inMerchant } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import type { App, Call } from '../platform/http.ts'
import { notFound } from '../platform/problem.ts'
import type { fiscalMonths, monthZip } from './contract.ts'
import { eventFile, voidFile } from './event-file.ts'
import { zip } from './zip.ts'
import type { ZipEntry } from './zip.ts'

export interface Month {
  /** YYYY-MM. */
  month: string
  /** Null: all companies. */
  company: number | null
  environment: 'production' | 'homologation'
}
/** What belongs together: a nota and its events, with its line of the index. */
export interface Group {
  entries: ZipEntry[]
  line: (string | number | null)[]
  /** Go on behind this group. */
  cursor: string
}

const columns = [
  'chave',
  'tipo',
  'CNPJ',
  'série',
  'número',
  'emissão',
  'autorização',
  'situação',
  'operação',
  'destinatário',
  'documento',
  'UF',
  'valor',
  'protocolo',
  'arquivos',
]
export const indexOf = (groups: Iterable<Pick<Group, 'line'>>): ZipEntry => ({
  name: 'indice.csv',
  bytes: Buffer.from(`\ufeff${[columns, ...[...groups].map(({ line }) => line)].map(csvLine).join('')}`),
  at: new Date(),
})

const batch = 200
const zone = sql`coalesce((select value #>> '{}' from setting where name = 'time_zone'), 'America/Sao_Paulo')`
/** From the month's first midnight in the merchant's zone to the next month's. */
const inMonth = (instant: string, month: string) => sql`
  ${sql.ref(instant)} >= (${`${month}-01`}::date)::timestamp at time zone ${zone}
  and ${sql.ref(instant)} < ((${`${month}-01`}::date) + interval '1 month')::timestamp at time zone ${zone}`

/**
 * All fiscal files of a month, 200 notas in memory at most: notas issued in it with their events, events of it on older notas,
 * and ranges of numbers that were given up in it. `after` goes on behind a group.
 */
export async function* monthGroups(app: App, merchant: Merchant, wanted: Month, after: string | null = null): AsyncGenerator<Group> {
  let [phase = 'notas', ...place] = after?.split('|') ?? []
  const reading = <T>(read: (tx: Tx) => Promise<T>) => inMerchant(app.pool, merchant, read, { readOnly: true })
  while (phase === 'notas') {
    const groups = await reading((tx) => notaGroups(tx, wanted, place))
    yield* groups
    if (groups.length < batch) {
      phase = 'events'
      place = []
    } else place = groups.at(-1)?.cursor.split('|').slice(1) ?? []
  }
  if (phase === 'events') {
    for (;;) {
      const { groups, last, whole } = await reading((tx) => lateEvents(tx, wanted, Number(place[0] ?? 0)))
      yield* groups
      if (!whole) break
      place = [String(last)]
    }
    place = []
  }
  yield* await reading((tx) => voidGroups(tx, wanted, Number(phase === 'voids' ? (place[0] ?? 0) : 0)))
}

interface NotaRow {
  id: number
  key: string
  cnpj: string
  series: number | null
  number: number | null
  issued_at: string
  authorised_at: string | null
  state: keyof typeof notaStates
  operation: keyof typeof notaOperations
  recipient: string | null
  document: string | null
  uf: string | null
  total: number | null
  protocol: string | null
  bytes: Buffer
  /** To the microsecond, which an instant in JavaScript is not. */
  place: string
}

async function notaGroups(tx: Tx, { month, company, environment }: Month, [from, id]: string[]): Promise<Group[]> {
  const { rows } = await sql<NotaRow>`
    select nota.id, nota.key, company.cnpj, nota.series, coalesce(nota.number, substr(nota.key, 26, 9)::bigint) as number, nota.issued_at, nota.authorised_at,
      nota.state, nota.operation, nota.recipient, nota.document, nota.uf, nota.total, nota.protocol, nota_file.bytes, nota.issued_at::text as place
    from nota join company on company.id = nota.company_id
    join nota_file on nota_file.nota_id = nota.id and nota_file.kind = case when nota.origin = 'own' then 'authorised' else 'elsewhere' end
    where ${inMonth('nota.issued_at', month)} and nota.authorised_at is not null and nota.environment = ${environment}
      and ${company === null ? sql`true` : sql`nota.company_id = ${company}`}
      and ${from && id ? sql`(nota.issued_at, nota.id) > (${from}::timestamptz, ${Number(id)})` : sql`true`}
    order by nota.issued_at, nota.id limit ${batch}`.execute(tx)
  const { rows: events } = await sql<EventRow & { nota: number }>`
    select event.id, event.nota_id as nota, event.kind, event.sequence, event.bytes, event.answer, event.registered_at from nota_event event
    where event.nota_id = any(${rows.map((row) => row.id)}::bigint[]) and event.state = 'registered' and event.answer is not null order by event.id`.execute(tx)
  const ofNota = Map.groupBy(events, (event) => event.nota)
  return rows.map((row) => {
    const entries = [
      { name: `${row.cnpj}/notas/${row.key}-nfe.xml`, bytes: row.bytes, at: new Date(row.authorised_at ?? row.issued_at) },
      ...(ofNota.get(row.id) ?? []).flatMap((event) => eventEntry(row.cnpj, row.key, event)),
    ]
    return {
      entries,
      cursor: `notas|${row.place}|${row.id}`,
      line: [
        row.key,
        'NF-e',
        row.cnpj,
        row.series,
        row.number,
        row.issued_at,
        row.authorised_at,
        notaStates[row.state],
        notaOperations[row.operation],
        row.recipient,
        row.document,
        row.uf,
        row.total === null ? null : row.total / 100,
        row.protocol,
        entries.map(({ name }) => name).join(' '),
      ],
    }
  })
}

interface EventRow {
  id: number
  kind: string
  sequence: number
  bytes: Buffer | null
  answer: Buffer
  registered_at: string | null
}
function eventEntry(cnpj: string, key: string, event: EventRow): ZipEntry[] {
  const bytes = eventFile(event.bytes, event.answer)
  return bytes ? [{ name: `${cnpj}/eventos/${key}-${event.kind}-${event.sequence}.xml`, bytes, at: new Date(event.registered_at ?? 0) }] : []
}

/** Registered in this month on notas of another. */
async function lateEvents(tx: Tx, { month, company, environment }: Month, after: number) {
  const { rows } = await sql<EventRow & { key: string; cnpj: string; number: number | null; series: number | null; protocol: string | null }>`
    select event.id, event.kind, event.sequence, event.bytes, event.answer, event.registered_at, event.protocol, nota.key, nota.number, nota.series, company.cnpj
    from nota_event event join nota on nota.id = event.nota_id join company on company.id = nota.company_id
    where event.state = 'registered' and event.answer is not null and event.id > ${after} and ${inMonth('event.registered_at', month)}
      and not (${inMonth('nota.issued_at', month)}) and nota.environment = ${environment} and ${company === null ? sql`true` : sql`nota.company_id = ${company}`}
    order by event.id limit ${batch}`.execute(tx)
  const groups = rows.flatMap((row) => {
    const entries = eventEntry(row.cnpj, row.key, row)
    const line = [
      row.key,
      `evento ${row.kind}`,
      row.cnpj,
      row.series,
      row.number,
      null,
      row.registered_at,
      null,
      null,
      null,
      null,
      null,
      null,
      row.protocol,
      entries[0]?.name ?? null,
    ]
    return entries.length ? [{ entries, line, cursor: `events|${row.id}` }] : []
  })
  return { groups, last: rows.at(-1)?.id ?? after, whole: rows.length === batch }
}

/** Few by nature. The day is in the answer (dhRecbto); its row has none. */
async function voidGroups(tx: Tx, { month, company, environment }: Month, after: number): Promise<Group[]> {
  const { rows } = await sql<{
    id: number
    cnpj: string
    series: number
    first: number
    last: number
    bytes: Buffer | null
    answer: Buffer
    protocol: string | null
    found: string
  }>`
    select gap.id, company.cnpj, gap.series, gap.first_number as first, gap.last_number as last, gap.bytes, gap.answer, gap.protocol, gap.found_at as found
    from nota_gap gap join company on company.id = gap.company_id
    where gap.state = 'registered' and gap.answer is not null and gap.id > ${after} and gap.environment = ${environment}
      and ${company === null ? sql`true` : sql`gap.company_id = ${company}`} order by gap.id`.execute(tx)
  return rows.flatMap((row) => {
    const received = /<dhRecbto>([^<]+)</.exec(row.answer.toString('utf8'))?.[1] ?? row.found
    const bytes = received.startsWith(month) ? voidFile(row.bytes, row.answer) : null
    if (!bytes) return []
    const name = `${row.cnpj}/inutilizacoes/serie-${row.series}-${row.first}-a-${row.last}.xml`
    const numbers = row.first === row.last ? String(row.first) : `${row.first} a ${row.last}`
    const line = [null, 'inutilização', row.cnpj, row.series, numbers, null, received, 'inutilizada', null, null, null, null, null, row.protocol, name]
    return [{ entries: [{ name, bytes, at: new Date(received) }], line, cursor: `voids|${row.id}` }]
  })
}

/** The files as they come, and the index at the end, when it is known. */
export async function* monthEntries(groups: AsyncIterable<Group>): AsyncGenerator<ZipEntry> {
  const lines: Pick<Group, 'line'>[] = []
  for await (const { entries, line } of groups) {
    yield* entries
    lines.push({ line })
  }
  yield indexOf(lines)
}

/** Streams the month: a file of 30,000 notas never stands in memory. @throws 404 no_such_company */
export async function downloadMonth({ app, input, actor, reply }: Call<InputOf<typeof monthZip>>) {
  const { month, company, environment } = input
  const name =
    company === undefined
      ? null
      : await inMerchant(app.pool, actor.merchant, (tx) => tx.selectFrom('company').select('cnpj').where('id', '=', company).executeTakeFirst(), {
          readOnly: true,
        })
  if (company !== undefined && !name) throw notFound('no_such_company', { company })
  const file = ['notas', name?.cnpj, month, ...(environment === 'homologation' ? ['homologacao'] : [])].filter(Boolean).join('-')
  const bytes = zip(monthEntries(monthGroups(app, actor.merchant, { month, company: company ?? null, environment })))
  return reply
    .type('application/zip')
    .header('content-disposition', `attachment; filename="${file}.zip"`)
    .send(Readable.from(bytes, { objectMode: false }))
}

/** The last two years, newest first, with what the accountant got. */
export async function listMonths(tx: Tx): Promise<AnswerOf<typeof fiscalMonths>> {
  const { rows } = await sql<AnswerOf<typeof fiscalMonths>['rows'][number]>`
    with months as (
      select date_trunc('month', issued_at at time zone ${zone})::date as month, company_id, environment, count(*)::int as notas,
        count(*) filter (where state = 'cancelled')::int as cancelled, coalesce(sum(total) filter (where state = 'authorised'), 0)::bigint as amount
      from nota where authorised_at is not null and issued_at > now() - interval '2 years' group by 1, 2, 3
    )
    select months.month, months.environment, notas, cancelled, amount, jsonb_build_object('id', company.id, 'name', company.trade_name) as company,
      (select coalesce(jsonb_agg(jsonb_build_object('partner', partner.name, 'state', sent.state, 'parts', sent.parts, 'answer', sent.answer, 'at', sent.at) order by partner.id), '[]')
        from accountant_month sent join partner on partner.id = sent.partner_id where sent.company_id = months.company_id and sent.month = months.month) as sent
    from months join company on company.id = months.company_id
    order by months.month desc, company.trade_name, months.environment desc`.execute(tx)
  return { rows }
}
