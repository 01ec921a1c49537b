import { sql } from 'kysely'
import { addCost } from '../catalog/index.ts'
import type { Actor } from '../platform/actor.ts'
import { one, table } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import type { FieldFault } from '../platform/problem.ts'
import type { saveMatchesEndpoint } from './contract.ts'
import { costProposals } from './costs.ts'
import { matchItems, tellPayables } from './match-items.ts'
import { registerSupplier } from './register-supplier.ts'

/**
 * A person says what the items are. It is learnt for the supplier's next notas, and at once for his others that wait. The proposed
 * costs of the products that are named are taken over, from the day of issue on.
 * @throws 404 no_such_received_nota, 409 no_received_xml | received_nota_cancelled | received_nota_in_receiving, 422 invalid_input
 */
export async function saveMatches(
  tx: Tx,
  { nota: id, items, costs }: InputOf<typeof saveMatchesEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof saveMatchesEndpoint>> {
  const nota = await lockNota(tx, id)
  // what is in receiving keeps its items, its costs may still be accepted
  if (items.length && nota.receipt_id !== null) throw conflict('received_nota_in_receiving')
  await refuseFaults(tx, id, items)
  if (items.length) {
    const sent = table(
      items.map(({ position, product, units, no_stock }) => ({ position, product, units: product === null ? null : units, no_stock })),
      'sent(position int, product bigint, units numeric, no_stock boolean)',
    )
    const { rows: said } = await sql<{ otherwise: boolean }>`
      update received_item item
      set product_id = sent.product, units = sent.units, no_stock = sent.no_stock, matched_by = case when sent.product is not null then 'person' end
      from ${sent} join received_item before on before.nota_id = ${id} and before.position = sent.position
      where item.nota_id = ${id} and item.position = sent.position
      returning item.no_stock <> before.no_stock as otherwise`.execute(tx)
    if (said.some(({ otherwise }) => otherwise)) await tellPayables(tx, [id])
    await learn(
      tx,
      id,
      nota.supplier_document,
      items.map(({ position }) => position),
      actor,
    )
    await matchItems(tx, { supplier: nota.supplier_document })
  }
  const accepted = costs.length ? await acceptCosts(tx, nota, costs) : 0
  const { rows } = await sql<{ unmatched: number }>`
    select count(*)::int as unmatched from received_item where nota_id = ${id} and product_id is null and not no_stock`.execute(tx)
  return { unmatched: one(rows).unmatched, costs: accepted }
}

export async function lockNota(tx: Tx, id: number) {
  const nota = await tx.selectFrom('received_nota').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (!nota) throw notFound('no_such_received_nota')
  if (nota.state === 'cancelled' || nota.state === 'denied') throw conflict('received_nota_cancelled')
  if (nota.document_id === null) throw conflict('no_received_xml')
  return nota
}

async function refuseFaults(tx: Tx, nota: number, items: InputOf<typeof saveMatchesEndpoint>['items']) {
  const sent = table(
    items.map((item, index) => ({ ...item, index })),
    'sent(index int, position int, product bigint, units numeric)',
  )
  const { rows } = await sql<{
    index: number
    missing: boolean
    sku: string | null
    kind: string | null
    product: number | null
    quantity: string | null
    unit: string | null
    whole: boolean | null
  }>`
    select sent.index, item.position is null as missing, sent.product, product.sku, product.kind, item.quantity::text as quantity, item.unit, mod(item.quantity * sent.units, 1) = 0 as whole
    from ${sent} left join received_item item on item.nota_id = ${nota} and item.position = sent.position left join product on product.id = sent.product
    order by sent.index`.execute(tx)
  const faults: FieldFault[] = []
  for (const { index, missing, product, sku, kind, quantity, unit, whole } of rows) {
    if (missing) faults.push({ field: `items.${index}.position`, message: 'Esta nota não tem este item' })
    else if (product !== null && sku === null) faults.push({ field: `items.${index}.product`, message: 'Produto não encontrado' })
    else if (kind === 'kit') faults.push({ field: `items.${index}.product`, message: `${sku} é um kit: escolha o componente` })
    else if (product !== null && !whole)
      faults.push({
        field: `items.${index}.units`,
        message: `${Number(quantity).toLocaleString('pt-BR')} ${unit} com estas unidades não dá um número inteiro de peças`,
      })
  }
  if (faults.length) throw badInput(faults)
}

async function learn(tx: Tx, nota: number, supplier: string, positions: number[], actor: Actor) {
  // the same code twice in one nota: the last item's word counts
  await sql`
    insert into supplier_item (supplier_document, supplier_code, unit, product_id, units, no_stock, learnt_by)
    select distinct on (supplier_code, unit) ${supplier}, supplier_code, unit, product_id, units, no_stock, ${actor.person}::bigint
    from received_item where nota_id = ${nota} and position = any(${positions}::int[]) and (product_id is not null or no_stock)
    order by supplier_code, unit, position desc
    on conflict (supplier_document, supplier_code, unit) do update
    set product_id = excluded.product_id, units = excluded.units, no_stock = excluded.no_stock, learnt_at = now(), learnt_by = excluded.learnt_by`.execute(tx)
}

async function acceptCosts(tx: Tx, nota: Awaited<ReturnType<typeof lockNota>>, products: number[]): Promise<number> {
  const supplier = await registerSupplier(tx, nota)
  if (supplier === null) return 0
  const { rows } = await sql<{ day: string }>`
    select (${nota.issued_at}::timestamptz at time zone zone)::date::text as day from merchant_time`.execute(tx)
  const proposals = (await costProposals(tx, nota.id)).filter(({ product }) => products.includes(product))
  for (const { product, proposed } of proposals) await addCost(tx, { product, supplier, since: one(rows).day, unit_cost: proposed })
  return proposals.length
}
