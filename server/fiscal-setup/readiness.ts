import { sql } from 'kysely'
import { cepFault } from '../customers/index.ts'
import { municipality, ufCodes } from '../fiscal/index.ts'
import { one } from '../platform/db.ts'
import type { Tx } from '../platform/db.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import { notFound } from '../platform/problem.ts'
import { notaStates } from '../invoicing/contract.ts'
import type { NotaState } from '../invoicing/contract.ts'
import { fiscalWarnings } from './certificates.ts'
import { companyList } from './companies.ts'
import type { CompanyRow, ReadinessPoint, readinessEndpoint } from './contract.ts'
import { environments, ruleOperations } from './contract.ts'
import { reform, stateRateRows } from './rates.ts'
import { readIe } from './ie.ts'
import { ruleFor } from './rule-for.ts'
import type { RuleBuyer, RuleOperation, RuleQuestion } from './rule-for.ts'

type Answer = AnswerOf<typeof readinessEndpoint>

/** Whether a company may issue: every point, with what to do where it is missing. Without `company`, the first. @throws 404 no_such_company */
export async function readiness(tx: Tx, { company: id }: { company?: number | undefined }): Promise<Answer> {
  const { rows } = await companyList(tx)
  const companies = rows.map((row) => ({ id: row.id, name: row.trade_name }))
  const company = id === undefined ? rows[0] : rows.find((row) => row.id === id)
  if (!company && id !== undefined) throw notFound('no_such_company', { company: id })
  if (!company) {
    const first = missing(
      'company',
      'Dados da empresa',
      'Cadastre a empresa que emite: CNPJ, inscrição estadual, regime e endereço',
      '/fiscal/empresas?company=new',
    )
    return { companies, company: null, environment: null, ready: false, may_test: false, points: [first], test: null }
  }
  const reach = await reachOf(tx, company.id)
  const points = [
    companyPoint(company),
    iePoint(company),
    addressPoint(company),
    await certificatePoint(tx, company),
    seriesPoint(company),
    ...(await rulePoints(tx, company, reach)),
    await stateRatePoint(tx, company, reach),
    await reformPoint(tx, company),
    await productPoint(tx, company.id),
    ...(await channelPoints(tx, company.id, rows.length)),
    await authoriserPoint(tx, company.id),
  ]
  const test = await lastTest(tx, company)
  const may_test = points.every(({ state, name }) => state !== 'missing' || notForTest.has(name))
  points.push(testPoint(test, may_test))
  return { companies, company: company.id, environment: company.environment, ready: points.every(({ state }) => state !== 'missing'), may_test, points, test }
}

/** The test nota goes from the company to itself with one product: open orders and channels need not be complete for it. */
const notForTest = new Set(['products', 'channels', 'authoriser'])

const done = (name: string, title: string, says: string, href: string): ReadinessPoint => ({ name, title, state: 'done', says, href })
const missing = (name: string, title: string, says: string, href: string): ReadinessPoint => ({ name, title, state: 'missing', says, href })
const warning = (name: string, title: string, says: string, href: string): ReadinessPoint => ({ name, title, state: 'warning', says, href })
const companyHref = (id: number, field?: string) => `/fiscal/empresas?company=${id}${field ? `&field=${field}` : ''}`
const list = (names: string[], most = 5) => (names.length > most ? `${names.slice(0, most).join(', ')} e mais ${names.length - most}` : names.join(', '))

function companyPoint({ id, crt, address, phone }: CompanyRow) {
  const title = 'Dados da empresa'
  if (!crt) return missing('company', title, 'Escolha o regime tributário (CRT)', companyHref(id, 'crt'))
  const lacks = Object.entries({
    rua: address.street,
    número: address.number,
    bairro: address.district,
    cidade: address.city,
    UF: address.state,
    CEP: address.cep,
  }).filter(([, value]) => !value)
  if (lacks.length) return missing('company', title, `Falta no endereço: ${lacks.map(([name]) => name).join(', ')}`, companyHref(id, 'address.street'))
  if (!phone) return warning('company', title, 'Sem telefone: a nota sai sem ele', companyHref(id, 'phone'))
  return done('company', title, 'Completos', companyHref(id))
}

function iePoint({ id, state_registration, address }: CompanyRow) {
  const title = 'Inscrição estadual'
  const href = companyHref(id, 'state_registration')
  if (!state_registration) return missing('ie', title, 'Informe a inscrição estadual, ou ISENTO', href)
  const read = readIe(state_registration, address.state ?? '')
  return 'fault' in read ? missing('ie', title, read.fault, href) : done('ie', title, read.ie, href)
}

function addressPoint({ id, ibge, address }: CompanyRow) {
  const title = 'Município (código do IBGE)'
  const href = companyHref(id, 'ibge')
  const city = ibge ? municipality(ibge) : null
  if (!city) return missing('ibge', title, 'Escolha o município na lista do IBGE', href)
  if (ufCodes[address.state ?? ''] !== ibge!.slice(0, 2))
    return missing('ibge', title, `${city.name} fica em ${city.uf}, e o endereço diz ${address.state ?? 'outra UF'}`, href)
  const wrongCep = cepFault(address.cep ?? '', address.state)
  return wrongCep ? missing('ibge', title, wrongCep, companyHref(id, 'address.cep')) : done('ibge', title, `${city.name}, ${city.uf} (${city.ibge})`, href)
}

async function certificatePoint(tx: Tx, { id, trade_name }: CompanyRow) {
  const title = 'Certificado digital A1'
  const href = `/fiscal/certificado?company=${id}`
  const { rows } = await sql<{ holder: string; day: string; begun: boolean }>`
    select holder, to_char(valid_to at time zone zone, 'DD/MM/YYYY') as day, valid_from <= now() as begun from certificate cross join merchant_time where company_id = ${id} and retired_at is null`.execute(
    tx,
  )
  const found = rows[0]
  if (!found) return missing('certificate', title, `Envie o arquivo .pfx de ${trade_name} e a senha`, href)
  if (!found.begun) return missing('certificate', title, 'O certificado ainda não começou a valer', href)
  const alarm = (await fiscalWarnings(tx)).rows.find(({ company }) => company === id)
  if (!alarm) return done('certificate', title, `${found.holder}, vale até ${found.day}`, href)
  return alarm.at === 'expired' ? missing('certificate', title, alarm.message, href) : warning('certificate', title, alarm.message, href)
}

function seriesPoint({ id, series, environment }: CompanyRow) {
  const title = `Série e número (${environments[environment].toLowerCase()})`
  const used = series.find((one) => one.environment === environment && one.in_use)
  return used
    ? done('series', title, `Série ${used.series}, próximo número ${used.next_number.toLocaleString('pt-BR')}`, companyHref(id, 'series'))
    : missing('series', title, 'Crie a série deste ambiente e diga o próximo número', companyHref(id, 'series'))
}

/** Where open orders of a company go, to whom, with what. */
interface Reach {
  uf: string
  buyer: RuleBuyer
  taxGroup: string
  shipments: number
}
const ofCompany = (company: number) =>
  sql`account.invoice_by = 'own' and coalesce(account.company_id, (select min(id) from company)) = ${company} and sales_order.commercial not in ('cancelled', 'completed')
    and shipment.fulfilment in ('waiting', 'released', 'picking', 'picked', 'packed', 'ready') and shipment.fiscal not in ('authorised', 'accepted_by_channel', 'cancelled')`

async function reachOf(tx: Tx, company: number): Promise<Reach[]> {
  const { rows } = await sql<Reach>`
    select sales_order.ship_to ->> 'state' as uf, case when customer.kind = 'person' then 'consumer' when customer.ie is null then 'company' else 'contributor' end as buyer,
      coalesce(fiscal.tax_group, 'geral') as "taxGroup", count(distinct shipment.id)::int as shipments
    from shipment join sales_order on sales_order.id = shipment.order_id join channel_account account on account.id = sales_order.account_id join customer on customer.id = sales_order.customer_id
    join shipment_line part on part.shipment_id = shipment.id left join product_fiscal fiscal on fiscal.product_id = part.product_id
    where ${ofCompany(company)} and sales_order.ship_to ->> 'state' is not null group by 1, 2, 3 order by 1, 2, 3`.execute(tx)
  return rows
}

/** The rules of each operation in use, for every state and buyer that open orders reach; with no open order, a sale inside and one across. */
async function rulePoints(tx: Tx, { id, crt, address }: CompanyRow, reach: Reach[]): Promise<ReadinessPoint[]> {
  const origin = address.state
  if (!crt || !origin) return [missing('rules.sale', 'Regras de imposto: Venda', 'Preencha antes o regime e o endereço da empresa', companyHref(id, 'crt'))]
  const { rows } = await sql<{ operation: RuleOperation; day: string }>`
    select operation, (now() at time zone zone)::date as day from (select 'sale' as operation union select 'return' union select operation from nota where company_id = ${id} and operation <> 'test' and created_at > now() - interval '90 days') used cross join merchant_time`.execute(
    tx,
  )
  const cases: Omit<Reach, 'shipments'>[] = reach.length
    ? reach
    : [origin, origin === 'SP' ? 'MG' : 'SP'].map((uf) => ({ uf, buyer: 'consumer', taxGroup: 'geral' }))
  const operations = (Object.keys(ruleOperations) as RuleOperation[]).filter((operation) => rows.some((row) => row.operation === operation))
  const day = one(rows.slice(0, 1)).day
  const questions: RuleQuestion[] = operations.flatMap((operation) =>
    cases.map(({ uf, buyer, taxGroup }) => ({ operation, crt, originUf: origin, destinationUf: uf, buyer, taxGroup, day })),
  )
  const chosen = await ruleFor(tx, questions)
  return operations.map((operation) => {
    const title = `Regras de imposto: ${ruleOperations[operation]}`
    const asked = questions.flatMap((question, at) => (question.operation === operation ? [{ question, rule: chosen[at] ?? null }] : []))
    const none = unique(
      asked.filter(({ rule }) => !rule).map(({ question }) => `${question.destinationUf}${question.taxGroup === 'geral' ? '' : ` (${question.taxGroup})`}`),
    )
    const unconfirmed = asked.filter(({ rule }) => rule && !rule.confirmed)
    const href = `/fiscal/regras?operation=${operation}`
    // a missing rule of a sale stops today's notas; of the others, the next one
    const fault = operation === 'sale' ? missing : warning
    if (none.length) return fault(`rules.${operation}`, title, `Nenhuma regra serve para ${list(none)}`, href)
    if (unconfirmed.length) return fault(`rules.${operation}`, title, 'As regras são sugestões: confira com o contador e confirme', `${href}&state=suggested`)
    return done(`rules.${operation}`, title, `Confirmadas para ${list(unique(asked.map(({ question }) => question.destinationUf)), 8)}`, href)
  })
}

const unique = (names: string[]) => [...new Set(names)]

async function stateRatePoint(tx: Tx, { crt, address }: CompanyRow, reach: Reach[]) {
  const title = 'Alíquotas de ICMS dos estados'
  const href = '/fiscal/aliquotas'
  if (crt === 1 || crt === 4) return done('state_rates', title, 'O Simples não usa: não há DIFAL nem ICMS próprio na nota', href)
  const rows = await stateRateRows(tx)
  const needed = unique([...(address.state ? [address.state] : []), ...reach.map(({ uf }) => uf)])
  const lacks = needed.filter((uf) => !rows.some((row) => row.uf === uf && row.current))
  if (lacks.length) return missing('state_rates', title, `Falta a alíquota de ${list(lacks, 8)}`, href)
  const open = needed.filter((uf) => rows.some((row) => row.uf === uf && row.current && !row.confirmed_at))
  return open.length
    ? missing('state_rates', title, `Sugestões a confirmar: ${list(open, 8)}`, href)
    : done('state_rates', title, `Confirmadas para ${list(needed, 8)}`, href)
}

async function reformPoint(tx: Tx, { crt }: CompanyRow) {
  const title = 'IBS e CBS'
  const href = '/fiscal/aliquotas?tab=reforma'
  const { rates, duties } = await reform(tx)
  const duty = duties.find((row) => row.crt === crt && row.current)
  if (!duty) return missing('reform', title, 'Diga se o regime da empresa mostra IBS e CBS hoje', href)
  if (!duty.required) return done('reform', title, 'Este regime ainda não mostra IBS e CBS na nota', href)
  const now = rates.find(({ current }) => current)
  if (!now || now.ibs_uf === null || now.ibs_mun === null || now.cbs === null)
    return missing('reform', title, 'A alíquota de hoje não é conhecida: informe quando for publicada', href)
  return done('reform', title, `IBS ${comma(now.ibs_uf)} + ${comma(now.ibs_mun)} %, CBS ${comma(now.cbs)} %`, href)
}
const comma = (rate: string) => rate.replace('.', ',')

async function productPoint(tx: Tx, company: number) {
  const title = 'Dados fiscais dos produtos'
  const href = '/fiscal/produtos?missing=any&ordered=true'
  const { rows } = await sql<{ sku: string; any: boolean }>`
    select distinct product.sku, true as any from shipment join sales_order on sales_order.id = shipment.order_id join channel_account account on account.id = sales_order.account_id
    join shipment_line part on part.shipment_id = shipment.id join product on product.id = part.product_id left join product_fiscal fiscal on fiscal.product_id = product.id
    where ${ofCompany(company)} and part.quantity > 0 and (fiscal.ncm is null or fiscal.origin is null) order by product.sku`.execute(tx)
  if (rows.length)
    return missing(
      'products',
      title,
      `${rows.length === 1 ? 'Falta' : 'Faltam'} NCM ou origem de ${rows.length} produto${rows.length === 1 ? '' : 's'} com pedido: ${list(
        rows.map(({ sku }) => sku),
        4,
      )}`,
      href,
    )
  const { rows: counted } = await sql<{ lacking: number; all: number }>`
    select (count(*) filter (where fiscal.ncm is null or fiscal.origin is null))::int as lacking, count(*)::int as all
    from product left join product_fiscal fiscal on fiscal.product_id = product.id where product.active and kind = 'simple'`.execute(tx)
  const { lacking, all } = one(counted)
  if (!all) return warning('products', title, 'O catálogo está vazio', '/catalogo')
  return lacking
    ? warning(
        'products',
        title,
        `Os produtos com pedido estão completos; faltam dados de ${lacking.toLocaleString('pt-BR')} sem pedido`,
        '/fiscal/produtos?missing=any',
      )
    : done('products', title, 'Todos completos', '/fiscal/produtos')
}

/** Kinds of channel that are marketplaces: their notas name the intermediary (rejections 434 to 440). */
const marketplaces = ['mercado_livre', 'shopee', 'amazon', 'magalu', 'tiktok', 'americanas', 'casas_bahia', 'madeira_madeira', 'leroy', 'carrefour']

async function channelPoints(tx: Tx, company: number, companies: number): Promise<ReadinessPoint[]> {
  const href = '/configuracoes/canais'
  const { rows } = await sql<{ name: string; kind: string; own: boolean; named: boolean; placed: boolean }>`
    select name, kind, invoice_by = 'own' as own, intermediary_cnpj is not null as named, company_id is not null as placed from channel_account account
    where active and coalesce(company_id, (select min(id) from company)) = ${company} order by name`.execute(tx)
  const title = 'Canais de venda'
  const unnamed = rows.filter(({ own, named, kind }) => own && !named && marketplaces.includes(kind))
  if (unnamed.length)
    return [missing('channels', title, `Informe o CNPJ do marketplace e o seu código de vendedor em ${list(unnamed.map(({ name }) => name))}`, href)]
  const unplaced = companies > 1 ? rows.filter(({ placed, own }) => own && !placed) : []
  if (unplaced.length) return [missing('channels', title, `Escolha a empresa que emite por ${list(unplaced.map(({ name }) => name))}`, href)]
  const own = rows.filter((row) => row.own)
  if (!own.length) return [warning('channels', title, 'Nenhum canal emite por esta empresa', href)]
  return [done('channels', title, list(own.map(({ name }) => name)), href)]
}

async function authoriserPoint(tx: Tx, company: number) {
  const title = 'SEFAZ responde'
  const href = '/fiscal/preparo?probe=1'
  const { rows } = await sql<{ status_code: number | null; outcome: string | null; authoriser: string; ms: number | null; at: string; fresh: boolean }>`
    select status_code, outcome, authoriser, ms, to_char(began_at at time zone zone, 'DD/MM HH24:MI') as at, began_at > now() - interval '1 day' as fresh
    from sefaz_call cross join merchant_time where company_id = ${company} and service = 'NFeStatusServico4' and outcome is not null order by began_at desc limit 1`.execute(
    tx,
  )
  const call = rows[0]
  if (!call) return missing('authoriser', title, 'Pergunte à SEFAZ se o serviço está em operação', href)
  if (call.outcome === 'answered' && call.status_code === 107)
    return (call.fresh ? done : warning)('authoriser', title, `${call.authoriser} em operação (107) em ${call.at}`, href)
  return missing(
    'authoriser',
    title,
    call.outcome === 'answered'
      ? `${call.authoriser} respondeu ${call.status_code} em ${call.at}; pergunte de novo`
      : `${call.authoriser} não respondeu em ${call.at}; confira a rede e o certificado`,
    href,
  )
}

async function lastTest(tx: Tx, { id, environment }: CompanyRow): Promise<Answer['test']> {
  const { rows } = await sql<NonNullable<Answer['test']>>`
    select id as nota, state, number, status_code, status_text, to_char(created_at at time zone zone, 'DD/MM/YYYY HH24:MI') as at
    from nota cross join merchant_time where company_id = ${id} and environment = ${environment} and operation = 'test' order by (state in ('authorised', 'cancelled')) desc, id desc limit 1`.execute(
    tx,
  )
  return rows[0] ?? null
}

function testPoint(test: Answer['test'], may: boolean): ReadinessPoint {
  const title = 'Nota de teste'
  const href = test ? `/fiscal/notas/${test.nota}` : '/fiscal/preparo'
  if (!test)
    return missing(
      'test',
      title,
      may ? 'Emita a nota de teste: é a prova de que tudo funciona' : 'Resolva empresa, certificado, série e regras; depois emita a nota de teste',
      href,
    )
  if (test.state === 'authorised' || test.state === 'cancelled') return done('test', title, `Autorizada em ${test.at}`, href)
  const words = notaStates[test.state as NotaState] ?? test.state
  return missing('test', title, `A nota de teste está ${words}${test.status_text ? `: ${test.status_text}` : ''}`, href)
}
