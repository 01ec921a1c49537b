import { sql } from 'kysely'
import { assess, faultsOf, randomNumericCode, signNota } from '../fiscal/index.ts'
import type { Nota, NotaDraft, Payment } from '../fiscal/index.ts'
import type { Actor } from '../platform/actor.ts'
import { table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import { enqueue } from '../platform/jobs.ts'
import { conflict } from '../platform/problem.ts'
import { withHref } from './compose.ts'
import { signingKeyOf } from './company-key.ts'
import type { NotaFault, NotaOperation, NotaState } from './contract.ts'
import { emissionOf } from './contingency.ts'
import { schemasOn } from './schemas.ts'
import type { LawOfTheDay } from './rates.ts'
import type { CompanyFacts } from './to-invoice.ts'

/** A nota about to get its number and its signature. */
export interface Draft {
  company: CompanyFacts
  operation: NotaOperation
  order: number | null
  shipment: number | null
  answers: number | null
  request: object | null
  due_at: string | null
  /** The row that it fills again: its number and numeric code stay (a rejected nota keeps its key, so that a lost attempt comes back as 204). */
  known: { id: number; series: number | null; number: number | null; numeric_code: string | null; faults: NotaFault[]; state: NotaState } | null
  /** Null when the faults leave nothing to build. */
  nota: NotaDraft | null
  faults: NotaFault[]
  /** Known once the total is. */
  payments: (total: number) => Payment[]
  /** Rates of IBS and CBS are those of this day (a return takes its sale's). */
  ratesOf?: string
}
export interface Written {
  nota: number
  shipment: number | null
  state: 'queued' | 'faulty'
  faults: NotaFault[]
}

/**
 * Taxes, checks (by the schemas too, where a package is configured), numbers, signs and stores drafts in the caller's transaction, and queues what is good. Each is judged alone: one with faults is kept as
 * `faulty` with all of them and takes no number. The signed bytes are stored before anything can be sent.
 * @throws 409 no_series | no_certificate
 */
export async function writeNotas(tx: Tx, drafts: Draft[], law: LawOfTheDay, actor: Actor): Promise<Written[]> {
  const schemas = await schemasOn(tx, law.day)
  const judged = drafts.map((draft, at) => ({ at, ...judge(draft, law) }))
  const faulty = judged.filter(({ nota }) => !nota)
  const written: (Written | undefined)[] = []
  for (const [company, candidates] of Map.groupBy(
    judged.flatMap((one) => (one.nota ? [{ ...one, nota: one.nota }] : [])),
    ({ draft }) => draft.company.id,
  )) {
    const signer = await signingKeyOf(tx, actor.merchant, company)
    // a number is only given to what the layout accepts: signed once for the schema's eyes
    const group = candidates.filter((one) => {
      const found = schemas?.validate('nfe', signNota(one.nota, signer).bytes) ?? []
      if (found.length)
        faulty.push({ ...one, nota: null, faults: found.map(({ path, message }) => ({ field: path, item: null, message, code: 'schema', href: null })) })
      return !found.length
    })
    if (!group.length) continue
    const emission = await emissionOf(tx, group[0]!.draft.company, law)
    const numbers = await takeNumbers(tx, group[0]!.draft.company, group.filter(({ draft }) => draft.known?.number == null).length)
    const rows = group.map(({ draft, nota, at }) => {
      const { series, number } = draft.known?.number == null ? numbers() : { series: draft.known.series as number, number: draft.known.number }
      const numericCode = draft.known?.numeric_code ?? randomNumericCode(number)
      const final: Nota = { ...nota, series, number, numericCode, emission }
      const signed = signNota(final, signer)
      return { at, draft, nota: final, ...signed }
    })
    for (const { at, id, shipment } of await store(tx, rows, actor)) written[at] = { nota: id, shipment, state: 'queued', faults: [] }
    await enqueue(tx, 'transmit_notas', { company })
  }
  for (const { at, id, shipment, faults } of await storeFaulty(tx, faulty, actor)) written[at] = { nota: id, shipment, state: 'faulty', faults }
  return written.filter((row) => row !== undefined)
}

/** All faults of a draft together: what the reading found missing, what the taxes lack, what the finished nota would be refused for. */
function judge(draft: Draft, law: LawOfTheDay): { draft: Draft; nota: Nota | null; faults: NotaFault[] } {
  const hrefs = (faults: Parameters<typeof withHref>[0][]) => faults.map((fault) => withHref(fault, draft.order))
  if (!draft.nota) return { draft, nota: null, faults: draft.faults }
  const assessed = assess(draft.nota, law.reform, draft.ratesOf ?? law.day)
  if ('faults' in assessed) return { draft, nota: null, faults: [...draft.faults, ...hrefs(assessed.faults)] }
  const nota = { ...assessed.nota, payments: draft.payments(assessed.nota.totals.total) }
  // a rule that is missing leaves an item out: what the rest adds up to says nothing then
  const faults = [...draft.faults, ...hrefs(faultsOf(nota)).filter((fault) => !draft.faults.some((known) => known.item === fault.item && known.item !== null))]
  return { draft, nota: faults.length ? null : nota, faults }
}

/** Consecutive numbers of the series in use, from the locked counter. */
async function takeNumbers(tx: Tx, company: CompanyFacts, count: number): Promise<() => { series: number; number: number }> {
  const { rows } = await sql<{ series: number; first: number }>`
    update nota_series set next_number = next_number + ${count}
    where company_id = ${company.id} and environment = ${company.environment} and in_use returning series, next_number - ${count} as first`.execute(tx)
  const counter = rows[0]
  if (!counter) throw conflict('no_series', { company: company.trade_name })
  let next = counter.first
  return () => ({ series: counter.series, number: next++ })
}

interface Signed {
  at: number
  draft: Draft
  nota: Nota
  bytes: Buffer
  key: string
  digest: string
}

const columns =
  'row(at int, id bigint, company bigint, environment text, operation text, "order" bigint, shipment bigint, answers bigint, series int, number bigint, numeric_code text, emission_type int, key text, issued_at timestamptz, total bigint, recipient text, document text, uf text, due_at timestamptz, request jsonb, content jsonb, digest text, bytes text)'

async function store(tx: Tx, signed: Signed[], actor: Actor): Promise<{ at: number; id: number; shipment: number | null }[]> {
  const rows = signed.map(({ at, draft, nota, bytes, key, digest }) => ({
    at,
    id: draft.known?.id ?? null,
    company: draft.company.id,
    environment: nota.environment,
    operation: draft.operation,
    order: draft.order,
    shipment: draft.shipment,
    answers: draft.answers,
    series: nota.series,
    number: nota.number,
    numeric_code: nota.numericCode,
    emission_type: nota.emission.type,
    key,
    issued_at: nota.issuedAt,
    total: nota.totals.total,
    recipient: nota.recipient.name,
    document: nota.recipient.document,
    uf: nota.recipient.address.state,
    due_at: draft.due_at,
    request: draft.request,
    content: nota,
    digest,
    bytes: bytes.toString('base64'),
  }))
  const { rows: stored } = await sql<{ at: number; id: number; shipment: number | null }>`
    with row as materialized (
      select *, coalesce(id, nextval('nota_id_seq')) as nota_id from ${table(rows, columns)}
    ), fresh as (
      insert into nota (id, company_id, environment, operation, order_id, shipment_id, answers_id, state, series, number, numeric_code, emission_type, key, issued_at, total, recipient, document, uf, due_at, request, content, digest, created_by)
      overriding system value
      select nota_id, company, environment, operation, "order", shipment, answers, 'queued', series, number, numeric_code, emission_type, key, issued_at, total, recipient, document, uf, due_at, request, content, digest, ${actor.person}
      from row where id is null
    ), again as (
      update nota set state = 'queued', environment = row.environment, company_id = row.company, faults = '[]', series = row.series, number = row.number, numeric_code = row.numeric_code, emission_type = row.emission_type,
        key = row.key, issued_at = row.issued_at, total = row.total, recipient = row.recipient, document = row.document, uf = row.uf, due_at = row.due_at, request = row.request,
        content = row.content, digest = row.digest, attempts = 0, not_before = now(), status_code = null, status_text = null, updated_at = now()
      from row where nota.id = row.id
    ), files as (
      insert into nota_file (nota_id, kind, bytes, sha256)
      select nota_id, 'signed', raw.bytes, encode(sha256(raw.bytes), 'hex') from row, lateral (select decode(row.bytes, 'base64') as bytes) raw
      on conflict (nota_id, kind) do update set bytes = excluded.bytes, sha256 = excluded.sha256, at = now()
    )
    select at, nota_id as id, shipment from row`.execute(tx)
  return stored
}

async function storeFaulty(tx: Tx, faulty: { at: number; draft: Draft; faults: NotaFault[] }[], actor: Actor) {
  if (!faulty.length) return []
  const rows = faulty.map(({ at, draft, faults }) => ({
    at,
    id: draft.known?.id ?? null,
    company: draft.company.id,
    environment: draft.company.environment,
    operation: draft.operation,
    order: draft.order,
    shipment: draft.shipment,
    answers: draft.answers,
    due_at: draft.due_at,
    request: draft.request,
    recipient: draft.nota?.recipient.name ?? null,
    document: draft.nota?.recipient.document ?? null,
    uf: draft.nota?.recipient.address.state ?? null,
    faults,
  }))
  const { rows: stored } = await sql<{ at: number; id: number; shipment: number | null; faults: NotaFault[] }>`
    with row as materialized (
      select *, coalesce(id, nextval('nota_id_seq')) as nota_id from ${table(rows, 'row(at int, id bigint, company bigint, environment text, operation text, "order" bigint, shipment bigint, answers bigint, due_at timestamptz, request jsonb, recipient text, document text, uf text, faults jsonb)')}
    ), fresh as (
      insert into nota (id, company_id, environment, operation, order_id, shipment_id, answers_id, state, due_at, request, recipient, document, uf, faults, created_by) overriding system value
      select nota_id, company, environment, operation, "order", shipment, answers, 'faulty', due_at, request, recipient, document, nullif(uf, ''), faults, ${actor.person} from row where id is null
    ), again as (
      -- looked at every minute until it is mended: only a difference is written
      update nota set state = case when nota.number is null then 'faulty' else 'rejected' end, faults = row.faults, due_at = row.due_at, updated_at = now()
      from row where nota.id = row.id and (nota.faults <> row.faults or nota.due_at is distinct from row.due_at)
    )
    select at, nota_id as id, shipment, faults from row`.execute(tx)
  return stored
}
