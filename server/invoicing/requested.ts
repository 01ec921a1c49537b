import { sql } from 'kysely'
import { ruleFor } from '../fiscal-setup/index.ts'
import type { RuleOperation } from '../fiscal-setup/index.ts'
import { readNota } from '../fiscal/index.ts'
import type { NotaDraft, ReadNota } from '../fiscal/index.ts'
import type { Actor } from '../platform/actor.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf, InputOf } from '../platform/endpoint.ts'
import { badInput, conflict, notFound } from '../platform/problem.ts'
import { addressOf, blankNota, buyerOf, draftItems, payment, reachOf, recipientOf } from './compose.ts'
import type { PlainItem } from './compose.ts'
import { notaStates } from './contract.ts'
import type { NotaFault, NotaOperation, NotaState, remittanceEndpoint, returnNotaEndpoint } from './contract.ts'
import { lawOfTheDay } from './rates.ts'
import type { LawOfTheDay } from './rates.ts'
import { companyFacts, goodsOf } from './to-invoice.ts'
import type { CompanyFacts, Goods } from './to-invoice.ts'
import { writeNotas } from './write-notas.ts'
import type { Draft, Written } from './write-notas.ts'

/** What was asked for: kept with the nota, so that it can be built again after its faults are mended. */
type Request =
  | { kind: 'return'; operation: 'return' | 'refused'; of: number; items: { item: number; quantity: number }[] }
  | ({ kind: 'remittance' } & InputOf<typeof remittanceEndpoint>)
  | { kind: 'test'; company: number }

/**
 * Our own entry nota for goods that come back from a consumer, item by item of the sale (DFeReferenciado, NT 2025.002 VC02-14). What was returned before is not
 * returned again. @throws 404 no_such_nota, 409 nota_not_now | not_in_return | no_nota_xml | no_series | no_certificate
 */
export async function returnNota(
  tx: Tx,
  { nota, operation, items }: InputOf<typeof returnNotaEndpoint>,
  actor: Actor,
): Promise<AnswerOf<typeof returnNotaEndpoint>> {
  // the sale's row is the lock: two people who return the same box wait for each other
  const { rows } = await sql<{ state: NotaState; operation: NotaOperation }>`select state, operation from nota where id = ${nota} for update`.execute(tx)
  if (!rows[0]) throw notFound('no_such_nota', { nota })
  if (rows[0].state !== 'authorised' || rows[0].operation !== 'sale')
    throw conflict('nota_not_now', { state: notaStates[rows[0].state], operation: 'devolver' })
  const sale = await readSale(tx, nota)
  const left = await leftToReturn(tx, nota, sale)
  const wanted = items ?? [...left].flatMap(([item, quantity]) => (quantity > 0 ? [{ item, quantity }] : []))
  if (!wanted.length) throw conflict('not_in_return', { item: 1 })
  for (const { item, quantity } of wanted) if (!(quantity <= (left.get(item) ?? 0))) throw conflict('not_in_return', { item })
  return first(await build(tx, [{ known: null, request: { kind: 'return', operation, of: nota, items: wanted } }], actor))
}

/** Goods sent or taken in without a sale: exchange, warranty, repair, transfer. @throws 404 no_such_company | no_such_customer, 422 invalid_input, 409 no_series | no_certificate */
export async function remittance(tx: Tx, input: InputOf<typeof remittanceEndpoint>, actor: Actor): Promise<AnswerOf<typeof remittanceEndpoint>> {
  if (input.operation === 'transfer' ? !input.to_company || input.to_company === input.company : !input.customer)
    throw badInput([
      input.operation === 'transfer' ? { field: 'to_company', message: 'Escolha a outra empresa' } : { field: 'customer', message: 'Escolha o cliente' },
    ])
  return first(await build(tx, [{ known: null, request: { kind: 'remittance', ...input } }], actor))
}

/** The last point of the checklist: a nota of R$ 1,00 from the company to itself, in homologação only. @throws 404 no_such_company, 409 nota_not_now | no_series | no_certificate */
export async function requestTestNota(tx: Tx, { company }: { company: number }, actor: Actor): Promise<AnswerOf<typeof returnNotaEndpoint>> {
  return first(await build(tx, [{ known: null, request: { kind: 'test', company } }], actor))
}

/** Builds requested notas again whose faults may have been mended. */
export async function rebuildRequests(tx: Tx, notas: number[], actor: Actor): Promise<Written[]> {
  if (!notas.length) return []
  const { rows } = await sql<NonNullable<Draft['known']> & { request: Request }>`
    select id, series, number, numeric_code, faults, state, request from nota where id = any(${notas}::bigint[]) and state in ('faulty', 'rejected') and request is not null order by id for update`.execute(
    tx,
  )
  return build(
    tx,
    rows.map(({ request, ...known }) => ({ known, request })),
    actor,
  )
}

const first = (written: Written[]) => {
  const { nota, state, faults } = one(written)
  return { nota, state, faults }
}

async function build(tx: Tx, asked: { known: Draft['known']; request: Request }[], actor: Actor): Promise<Written[]> {
  const law = await lawOfTheDay(tx)
  const drafts: Draft[] = []
  // few at a time, typed by a person: one after the other
  for (const { known, request } of asked)
    drafts.push({
      ...(request.kind === 'return'
        ? await returnDraft(tx, request, law)
        : request.kind === 'remittance'
          ? await remittanceDraft(tx, request, law)
          : await testDraft(tx, request, law)),
      known,
      request,
    })
  return writeNotas(tx, drafts, law, actor)
}

type Made = Omit<Draft, 'known' | 'request'>

async function companyById(tx: Tx, company: number): Promise<CompanyFacts> {
  const { rows } = await sql<{ facts: CompanyFacts }>`select ${companyFacts} as facts from company where id = ${company}`.execute(tx)
  if (!rows[0]) throw notFound('no_such_company', { company })
  return rows[0].facts
}

async function readSale(tx: Tx, nota: number): Promise<ReadNota> {
  const { rows } = await sql<{ bytes: Buffer }>`select bytes from nota_file where nota_id = ${nota} and kind in ('authorised', 'elsewhere')`.execute(tx)
  if (!rows[0]) throw conflict('no_nota_xml')
  return readNota(rows[0].bytes)
}

/** Units of each item of a sale that no living nota of ours has taken back yet. */
async function leftToReturn(tx: Tx, nota: number, sale: ReadNota, except: number | null = null): Promise<Map<number, number>> {
  const { rows } = await sql<{ item: number; quantity: number }>`
    select item, sum(quantity)::float8 as quantity from nota, jsonb_to_recordset(request -> 'items') as back(item int, quantity numeric)
    where answers_id = ${nota} and operation in ('return', 'refused') and id is distinct from ${except} and state not in ('cancelled', 'withdrawn', 'denied', 'invalidated') group by item`.execute(
    tx,
  )
  const back = new Map(rows.map(({ item, quantity }) => [item, quantity]))
  return new Map(sale.items.map(({ item, quantity }) => [item, Math.round((Number(quantity) - (back.get(item) ?? 0)) * 10_000) / 10_000]))
}

async function returnDraft(tx: Tx, request: Request & { kind: 'return' }, law: LawOfTheDay): Promise<Made> {
  const { rows } = await sql<{ company: number; order: number | null; shipment: number | null; key: string; recipient: string | null; issued_at: string }>`
    select company_id as company, order_id as order, shipment_id as shipment, key, recipient, (issued_at at time zone ${law.zone})::date::text as issued_at from nota where id = ${request.of}`.execute(
    tx,
  )
  const sale = one(rows)
  const company = await companyById(tx, sale.company)
  const xml = await readSale(tx, request.of)
  const recipient = xml.recipient
  const groups = await groupsOf(
    tx,
    xml.items.map(({ code }) => code),
  )
  const items = request.items.map(({ item, quantity }): PlainItem & { item: number } => {
    const sold = xml.items.find((row) => row.item === item)
    if (!sold) throw conflict('not_in_return', { item })
    const share = quantity / Number(sold.quantity)
    const known = groups.get(sold.code)
    const goods: Goods = {
      product: 0,
      sku: sold.code,
      name: sold.name,
      ncm: sold.ncm,
      cest: sold.cest,
      origin: sold.icms.origin === null ? null : Number(sold.icms.origin),
      gtin: sold.gtin,
      unit: sold.unit,
      class_trib: known?.class_trib ?? null,
      benefit_code: null,
      tax_group: known?.tax_group ?? 'geral',
    }
    return { item, goods, quantity, gross: Math.round(sold.gross * share), discount: Math.round(sold.discount * share) }
  })
  const to = recipient?.address?.state ?? company.address.state ?? ''
  const { items: drafted, faults } = await itemsWithRules(tx, items, request.operation, company, to, recipient?.document ?? null, recipient?.ie ?? null, law)
  const whole = xml.items.every((sold) => request.items.some(({ item, quantity }) => item === sold.item && quantity === Number(sold.quantity)))
  const refused = request.operation === 'refused'
  const nota: NotaDraft | null = recipient && {
    ...blankNota(company, law, new Date()),
    direction: 0,
    purpose: refused ? 5 : 4,
    creditKind: refused ? (whole ? '03' : '06') : null,
    nature: refused ? 'Retorno de mercadoria não entregue' : 'Devolução de venda de mercadoria',
    presence: 0,
    recipient: {
      document: recipient.document ?? '',
      // in homologação the XML of the sale has the law's literal in the name's place
      name: sale.recipient ?? recipient.name ?? '',
      contributor: recipient.ie ? 1 : 9,
      ie: recipient.ie,
      suframa: null,
      email: null,
      address: addressOf(
        {
          street: recipient.address?.street ?? '',
          number: recipient.address?.number ?? '',
          complement: recipient.address?.complement ?? undefined,
          district: recipient.address?.district ?? '',
          city: recipient.address?.municipality?.name ?? undefined,
          state: recipient.address?.state ?? '',
          cep: recipient.address?.cep ?? '',
        },
        null,
        recipient.address?.municipality?.code ?? null,
      ),
    },
    reach: reachOf(company.address.state, to),
    finalConsumer: !recipient.ie,
    items: drafted.map((item, index) => ({ ...item, original: { key: sale.key, item: items[index]?.item ?? 1 } })),
  }
  return {
    company,
    operation: request.operation,
    order: sale.order,
    shipment: sale.shipment,
    answers: request.of,
    due_at: null,
    nota,
    faults,
    payments: () => [payment('90', null, 0)],
    ratesOf: sale.issued_at,
  }
}

const natures: Record<InputOf<typeof remittanceEndpoint>['operation'], string> = {
  exchange: 'Remessa em troca',
  warranty: 'Remessa em garantia',
  repair_in: 'Entrada para conserto',
  repair_back: 'Retorno de mercadoria recebida para conserto',
  repair_out: 'Remessa para conserto',
  transfer: 'Transferência de mercadoria',
}

async function remittanceDraft(tx: Tx, request: Request & { kind: 'remittance' }, law: LawOfTheDay): Promise<Made> {
  const company = await companyById(tx, request.company)
  const to = request.operation === 'transfer' ? await companyById(tx, request.to_company ?? 0) : null
  const customer = to
    ? {
        name: to.legal_name,
        document: to.cnpj,
        email: to.email,
        phone: to.phone,
        ie: to.state_registration,
        ship_to: { ...to.address, cep: to.address.cep ?? '' },
      }
    : await customerOf(tx, request.customer ?? 0, request.order ?? null)
  const recipient = { ...recipientOf(customer, customer.ship_to), ...(to ? { address: addressOf(customer.ship_to, to.phone, to.ibge) } : {}) }
  const goods = await goodsById(
    tx,
    request.items.map(({ product }) => product),
  )
  const items = request.items.map(({ product, quantity, unit_price }, index): PlainItem => {
    const found = goods.get(product)
    if (!found) throw badInput([{ field: `items.${index}.product`, message: 'Produto não encontrado' }])
    return { goods: found, quantity, gross: unit_price * quantity, discount: 0 }
  })
  const { items: drafted, faults } = await itemsWithRules(tx, items, request.operation, company, recipient.address.state, customer.document, customer.ie, law)
  const { rows: answered } = await sql<{ key: string | null }>`select key from nota where id = ${request.answers ?? null}`.execute(tx)
  return {
    company,
    operation: request.operation,
    order: request.order ?? null,
    shipment: null,
    answers: request.answers ?? null,
    due_at: null,
    nota: {
      ...blankNota(company, law, new Date()),
      direction: request.operation === 'repair_in' ? 0 : 1,
      nature: natures[request.operation],
      presence: 9,
      recipient,
      reach: reachOf(company.address.state, recipient.address.state),
      finalConsumer: !customer.ie,
      items: drafted,
      references: answered[0]?.key ? [answered[0].key] : [],
      additional: { fisco: null, complementary: request.note ?? null, fields: [] },
    },
    faults,
    payments: () => [payment('90', null, 0)],
  }
}

async function testDraft(tx: Tx, request: Request & { kind: 'test' }, law: LawOfTheDay): Promise<Made> {
  const company = await companyById(tx, request.company)
  if (company.environment !== 'homologation') throw conflict('nota_not_now', { state: 'em produção', operation: 'emitir uma nota de teste' })
  const { rows } = await sql<{ id: number }>`
    select product.id from product left join product_fiscal fiscal on fiscal.product_id = product.id where kind = 'simple' and active order by fiscal.ncm is null, fiscal.origin is null, product.id limit 1`.execute(
    tx,
  )
  const goods = await goodsById(
    tx,
    rows.map(({ id }) => id),
  )
  const items = [...goods.values()].map((found): PlainItem => ({ goods: found, quantity: 1, gross: 100, discount: 0 }))
  const self = { name: company.legal_name, document: company.cnpj, email: null, phone: company.phone, ie: company.state_registration }
  const uf = company.address.state ?? ''
  const { items: drafted, faults } = await itemsWithRules(tx, items, 'sale', company, uf, company.cnpj, company.state_registration, law)
  if (!items.length) faults.push({ field: 'produto', item: null, code: 'no_product', message: 'Cadastre ao menos um produto', href: '/produtos' })
  return {
    company,
    operation: 'test',
    order: null,
    shipment: null,
    answers: null,
    due_at: null,
    nota: {
      ...blankNota(company, law, new Date()),
      nature: 'Venda de mercadoria',
      recipient: {
        ...recipientOf(self, { ...company.address, cep: company.address.cep ?? '' }),
        address: addressOf({ ...company.address, cep: company.address.cep ?? '' }, company.phone, company.ibge),
      },
      reach: 1,
      finalConsumer: true,
      items: drafted,
      additional: { fisco: null, complementary: 'Nota de teste do preparo fiscal', fields: [] },
    },
    faults,
    payments: (total) => [payment('01', null, total)],
  }
}

async function itemsWithRules(
  tx: Tx,
  items: PlainItem[],
  operation: RuleOperation,
  company: CompanyFacts,
  to: string,
  document: string | null,
  ie: string | null,
  law: LawOfTheDay,
): Promise<{ items: NotaDraft['items']; faults: NotaFault[] }> {
  const rules = await ruleFor(
    tx,
    items.map(({ goods }) => ({
      operation,
      crt: company.crt ?? 0,
      originUf: company.address.state ?? '',
      destinationUf: to,
      buyer: buyerOf(document, ie),
      taxGroup: goods.tax_group,
      day: law.day,
    })),
  )
  return draftItems(
    items,
    rules.map((chosen) => (chosen?.confirmed ? chosen.rule : null)),
    { company, to, consumer: !ie, law, operation, order: null },
  )
}

async function groupsOf(tx: Tx, skus: string[]): Promise<Map<string, { tax_group: string; class_trib: string | null }>> {
  const { rows } = await sql<{ sku: string; tax_group: string; class_trib: string | null }>`
    select sku, tax_group, class_trib from product join product_fiscal on product_fiscal.product_id = product.id where sku = any(${skus})`.execute(tx)
  return new Map(rows.map((row) => [row.sku, row]))
}

async function goodsById(tx: Tx, products: number[]): Promise<Map<number, Goods>> {
  const { rows } = await sql<{ goods: Goods }>`
    select jsonb_build_object(${goodsOf('product', 'fiscal')}) as goods from product left join product_fiscal fiscal on fiscal.product_id = product.id where product.id = any(${products}::bigint[])`.execute(
    tx,
  )
  return new Map(rows.map(({ goods }) => [goods.product, goods]))
}

async function customerOf(tx: Tx, customer: number, order: number | null) {
  const { rows } = await sql<{
    name: string
    document: string | null
    email: string | null
    phone: string | null
    ie: string | null
    ship_to: { cep: string; state?: string; city?: string; street?: string; number?: string; district?: string }
  }>`
    select customer.name, document, email, phone, ie,
      coalesce((select ship_to from sales_order where customer_id = customer.id and (${order}::bigint is null or sales_order.id = ${order}) order by placed_at desc limit 1), '{"cep": ""}') as ship_to
    from customer where customer.id = ${customer}`.execute(tx)
  if (!rows[0]) throw notFound('no_such_customer', { customer })
  return rows[0]
}
