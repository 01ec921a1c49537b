import { sql } from 'kysely'
import { openUpload, proveDocument } from '../fiscal/index.ts'
import type { ReadNota, Refusal } from '../fiscal/index.ts'
import { mayPass, pass } from '../orders/index.ts'
import type { Actor } from '../platform/actor.ts'
import { inMerchant, one } from '../platform/db.ts'
import type { Pool, Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import type { Call } from '../platform/http.ts'
import { Problem } from '../platform/problem.ts'
import type { attachNotaEndpoint } from './contract.ts'
import { announce } from './settle.ts'

type Result = AnswerOf<typeof attachNotaEndpoint>['results'][number]

/** XML of notas that an ERP or a marketplace's biller issued for our orders: one file or a ZIP. Each is judged alone; a bad one stops no other. */
export async function attachUpload({ app, actor, request }: Call<object>): Promise<AnswerOf<typeof attachNotaEndpoint>> {
  if (!request.isMultipart()) throw new Problem(422, 'file_missing')
  const part = await request.file()
  if (!part) throw new Problem(422, 'file_missing')
  const results: Result[] = []
  for (const { name, content } of openUpload(part.filename, await part.toBuffer()))
    results.push('fault' in content ? refused(name, content) : await attachFile(app.pool, actor, name, content.bytes))
  app.live.changed(actor.merchant, 'attachNota')
  return { results }
}

/** One document by file, folder or API. Attaching it twice changes nothing. */
export async function attachFile(pool: Pool, actor: Actor, name: string, bytes: Buffer): Promise<Result> {
  try {
    return await inMerchant(pool, actor.merchant, async (tx) => {
      const attached = await attachNota(tx, bytes, actor)
      return 'fault' in attached ? refused(name, attached) : { file: name, ...attached, message: null }
    })
  } catch (error) {
    // the gate's refusal (a cancelled order, a box that left) is this file's, not the others'
    if (error instanceof Problem)
      return { ...refused(name, { fault: 'O pedido não recebe nota agora', cure: String(error.facts['next'] ?? error.facts['state'] ?? '') }), order: null }
    throw error
  }
}

const refused = (file: string, { fault, cure }: Refusal): Result => ({ file, result: 'refused', nota: null, order: null, message: `${fault}. ${cure}`.trim() })

interface Candidate {
  shipment: number
  order: number
  total: number
  exact: boolean
}

async function attachNota(tx: Tx, bytes: Buffer, actor: Actor): Promise<{ result: 'attached' | 'unchanged'; nota: number; order: number | null } | Refusal> {
  const proved = proveDocument(bytes)
  if ('fault' in proved) return proved
  const { document } = proved
  if (document.kind !== 'nota') return { fault: 'É o XML de um evento, não de uma nota', cure: 'Envie o nfeProc da nota' }
  if (document.model !== '55') return { fault: `É um documento de modelo ${document.model}`, cure: 'Aqui entram notas de modelo 55' }
  const { rows: known } = await sql<{ id: number; order: number | null }>`select id, order_id as order from nota where key = ${document.key}`.execute(tx)
  if (known[0]) return { result: 'unchanged', nota: known[0].id, order: known[0].order }
  const { rows: companies } = await sql<{ id: number; environment: string; name: string }>`
    select id, environment, trade_name as name from company where cnpj = ${document.issuer.document}`.execute(tx)
  const company = companies[0]
  if (!company)
    return {
      fault: `O emitente ${document.issuer.name ?? ''} não é nenhuma das suas empresas`,
      cure: 'Cadastre a empresa em Fiscal, Empresas, ou confira o arquivo',
    }
  if (company.environment !== document.environment)
    return document.environment === 'homologation'
      ? { fault: 'A nota é de homologação: não tem valor fiscal', cure: 'Envie a nota de produção' }
      : { fault: `A nota é de produção, e ${company.name} está em homologação`, cure: 'Ponha a empresa em produção em Fiscal, Empresas' }
  if (document.direction !== 1 || document.purpose !== 1)
    return { fault: 'Não é uma nota de venda', cure: 'Aqui se anexam notas de saída, de finalidade normal' }

  const candidates = await shipmentsOf(tx, document)
  if (!candidates.length)
    return {
      fault: `Nenhum envio espera esta nota (pedido ${document.purchase?.order ?? '?'}, ${document.recipient?.name ?? ''})`,
      cure: 'Confira o número do pedido em xPed ou nas informações complementares',
    }
  const fitting = candidates.filter(({ total }) => total === document.totals.total)
  if (!fitting.length) {
    const [first] = candidates
    return {
      fault: `O valor da nota (${reais(document.totals.total)}) não é o do pedido ${first?.order} (${reais(first?.total ?? 0)})`,
      cure: 'Corrija o pedido ou a nota',
    }
  }
  const named = fitting.filter(({ exact }) => exact)
  const [target, rival] = named.length ? named : fitting
  if (!target || rival)
    return { fault: 'Mais de um envio pode ser o desta nota', cure: 'Ponha o número do pedido em xPed e emita de novo, ou anexe pela página do pedido' }

  const { passed, refused: shut } = await mayPass(tx, [target.shipment], 'attach_invoice')
  if (shut[0]) throw shut[0].problem
  const { rows } = await sql<{ id: number }>`
    with given_up as (
      -- ours was never authorised: the nota of the other issuer takes its place
      update nota set state = 'withdrawn', updated_at = now() where shipment_id = ${target.shipment} and operation = 'sale' and state in ('faulty', 'rejected')
    )
    insert into nota (company_id, environment, origin, operation, order_id, shipment_id, state, series, number, numeric_code, emission_type, key, issued_at, total, recipient, document, uf, digest, protocol, authorised_at, status_code, status_text, created_by)
    values (${company.id}, ${document.environment}, 'elsewhere', 'sale', ${target.order}, ${target.shipment}, 'authorised', ${document.series}, ${document.number}, ${document.key.slice(35, 43)}, ${document.emissionType},
      ${document.key}, ${document.issuedAt}::timestamptz, ${document.totals.total}, ${document.recipient?.name ?? null}, ${document.recipient?.document ?? null}, ${document.recipient?.address?.state ?? null},
      ${document.digest}, ${document.protocol?.number ?? null}, coalesce(${document.protocol?.receivedAt ?? null}::timestamptz, now()), ${document.protocol?.code ?? null}, 'Emitida por outro sistema', ${actor.person})
    returning id`.execute(tx)
  const { id } = one(rows)
  await sql`insert into nota_file (nota_id, kind, bytes, sha256) select ${id}, 'elsewhere', raw.bytes, encode(sha256(raw.bytes), 'hex') from (select ${bytes}::bytea as bytes) raw`.execute(
    tx,
  )
  await pass(tx, passed, 'attach_invoice', actor, { nota: id, key: document.key })
  await announce(tx, [{ nota: id, shipment: target.shipment }])
  return { result: 'attached', nota: id, order: target.order }
}

/** Shipments without nota that this one may belong to: by the order's number in it (`exact`), or by buyer. */
async function shipmentsOf(tx: Tx, nota: ReadNota): Promise<Candidate[]> {
  const numbers = [nota.purchase?.order, ...nota.items.map(({ order }) => order)].flatMap((text) => text ?? [])
  const { rows } = await sql<Candidate>`
    select shipment.id as shipment, sales_order.id as order, sales_order.total::bigint as total,
      sales_order.external_id = any(${numbers}) or position(sales_order.external_id in ${nota.additional.complementary ?? ''}) > 0 as exact
    from shipment join sales_order on sales_order.id = shipment.order_id join customer on customer.id = customer_id
    where fiscal in ('required', 'rejected', 'not_required') and fulfilment in ('waiting', 'released', 'picking', 'picked', 'packed', 'ready') and commercial not in ('cancelled', 'cancel_requested')
      and (sales_order.external_id = any(${numbers}) or (length(sales_order.external_id) >= 6 and position(sales_order.external_id in ${nota.additional.complementary ?? ''}) > 0)
        or customer.document = ${nota.recipient?.document ?? null})
    order by exact desc, sales_order.placed_at desc limit 20`.execute(tx)
  const named = rows.filter(({ exact }) => exact)
  return named.length ? named : rows
}

const reais = (centavos: number) => (centavos / 100).toLocaleString('pt-BR', { style: 'currency', currency: 'BRL' })
