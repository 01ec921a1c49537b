import { z } from 'zod'
import { day, endpoint, filled, id, page, paging, words } from '../platform/endpoint.ts'
import { itemTaxRule, rate } from './rule-shape.ts'

export { icmsCodes, isSimplesCode, itemTaxRule } from './rule-shape.ts'

/* What a company must have told before it can issue: itself, its certificate, its series, its products, its taxes. */

export const regimes = { 1: 'Simples Nacional', 2: 'Simples Nacional acima do sublimite', 3: 'Regime Normal', 4: 'MEI' } as const
export const environments = { production: 'Produção', homologation: 'Homologação' } as const
export const ufs = [
  'AC',
  'AL',
  'AM',
  'AP',
  'BA',
  'CE',
  'DF',
  'ES',
  'GO',
  'MA',
  'MG',
  'MS',
  'MT',
  'PA',
  'PB',
  'PE',
  'PI',
  'PR',
  'RJ',
  'RN',
  'RO',
  'RR',
  'RS',
  'SC',
  'SE',
  'SP',
  'TO',
] as const

const environment = z.enum(['production', 'homologation'], 'Escolha produção ou homologação')
const uf = z.enum(ufs, 'Escolha a UF')
const crt = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)], 'Escolha o regime (CRT 1 a 4)')
const of = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape)

/* Companies, series */

const series = of({ id: z.number(), environment, series: z.number(), next_number: z.number(), in_use: z.boolean(), used_up_to: z.number().nullable() })
const address = of({
  street: filled(60),
  number: filled(60),
  complement: words(60).nullable().default(null),
  district: filled(60),
  cep: z
    .string('Informe o CEP')
    .transform((text) => text.replaceAll(/\D/g, ''))
    .refine((text) => text.length === 8, 'O CEP tem 8 números'),
  state: uf,
})
const companyBody = of({
  cnpj: filled(25),
  legal_name: filled(60),
  trade_name: filled(60),
  /** Digits, or ISENTO. */
  state_registration: filled(20),
  crt,
  address,
  /** IBGE's code of the municipality: it names the city too. */
  ibge: z.string('Escolha o município').regex(/^\d{7}$/, 'Escolha o município da lista'),
  phone: words(20).nullable().default(null),
  email: z
    .union([z.email('Confira o e-mail'), z.literal('')])
    .nullable()
    .default(null)
    .transform((text) => text || null),
  environment,
  connections: z.number('Informe um número').int().min(1, 'No mínimo 1').max(64, 'No máximo 64').default(8),
  /** An authoriser of one's own (the simulator), https://host:port; homologation only. */
  sefaz_base: words(200)
    .nullable()
    .default(null)
    .transform((text) => text || null),
  sefaz_ca: words(20_000)
    .nullable()
    .default(null)
    .transform((text) => text || null),
})
export type CompanyBody = z.output<typeof companyBody>
const companyRow = of({
  id: z.number(),
  cnpj: z.string(),
  legal_name: z.string(),
  trade_name: z.string(),
  state_registration: z.string().nullable(),
  crt: z.number().nullable(),
  address: of({
    street: z.string().nullable(),
    number: z.string().nullable(),
    complement: z.string().nullable(),
    district: z.string().nullable(),
    city: z.string().nullable(),
    state: z.string().nullable(),
    cep: z.string().nullable(),
  }),
  ibge: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  environment,
  connections: z.number(),
  sefaz_base: z.string().nullable(),
  sefaz_ca: z.string().nullable(),
  ready_at: z.string().nullable(),
  series: z.array(series),
  /** Channels that sell for it. */
  channels: z.array(z.string()),
  /** The CNPJ is fixed once it has a certificate or a nota. */
  fixed: z.boolean(),
})
export type CompanyRow = z.output<typeof companyRow>

export const companiesEndpoint = endpoint('fiscalCompanies', {
  method: 'GET',
  path: '/fiscal/companies',
  permission: 'fiscal.read',
  summary: 'Empresas que emitem, com séries e números',
  answer: of({ rows: z.array(companyRow) }),
})
export const addCompanyEndpoint = endpoint('addCompany', {
  method: 'POST',
  path: '/fiscal/companies',
  permission: 'fiscal.manage',
  summary: 'Cadastrar uma empresa',
  body: companyBody,
  answer: of({ id: z.number() }),
})
export const saveCompanyEndpoint = endpoint('saveCompany', {
  method: 'PUT',
  path: '/fiscal/companies/:company',
  permission: 'fiscal.manage',
  summary: 'Alterar uma empresa',
  params: of({ company: id }),
  body: companyBody,
  answer: of({ id: z.number() }),
})
export const municipalitiesEndpoint = endpoint('municipalities', {
  method: 'GET',
  path: '/fiscal/municipalities',
  permission: 'signed_in',
  summary: 'Municípios do IBGE parecidos com o que foi escrito',
  query: of({ text: words(80).default(''), uf: words(2).default('') }),
  answer: of({ rows: z.array(of({ ibge: z.string(), name: z.string(), uf: z.string() })) }),
})
export const addSeriesEndpoint = endpoint('addSeries', {
  method: 'POST',
  path: '/fiscal/companies/:company/series',
  permission: 'fiscal.manage',
  summary: 'Criar uma série; a primeira do ambiente entra em uso',
  params: of({ company: id }),
  body: of({
    environment,
    series: z.number('Informe o número da série').int().min(0, 'Séries vão de 0 a 889').max(889, 'Séries vão de 0 a 889'),
    next_number: z.number('Informe o próximo número').int().min(1, 'O primeiro número é 1').max(999_999_999, 'O maior número é 999.999.999').default(1),
    use: z.boolean().default(false),
  }),
  answer: of({ id: z.number() }),
})
export const changeSeriesEndpoint = endpoint('changeSeries', {
  method: 'PUT',
  path: '/fiscal/series/:series',
  permission: 'fiscal.manage',
  summary: 'Pôr uma série em uso, ou adiantar o próximo número',
  params: of({ series: id }),
  body: of({
    use: z.literal(true).optional(),
    next_number: z.number('Informe o próximo número').int().min(1).max(999_999_999, 'O maior número é 999.999.999').optional(),
    /** Jumping ahead leaves numbers that must be explained to the SEFAZ. */
    accept_gap: z.boolean().default(false),
  }),
  answer: of({ id: z.number(), next_number: z.number() }),
})

/* Certificates */

export const certificateStates = { good: 'em dia', ending: 'perto de vencer', expired: 'vencido', retired: 'substituído' } as const
const certificateRow = of({
  id: z.number(),
  company: of({ id: z.number(), name: z.string() }),
  holder: z.string(),
  cnpj: z.string(),
  issuer: z.string(),
  serial: z.string(),
  valid_from: z.string(),
  valid_to: z.string(),
  days_left: z.number(),
  state: z.enum(['good', 'ending', 'expired', 'retired']),
  uploaded_at: z.string(),
  uploaded_by: z.string().nullable(),
})
export type CertificateRow = z.output<typeof certificateRow>
export const certificatesEndpoint = endpoint('certificates', {
  method: 'GET',
  path: '/fiscal/certificates',
  permission: 'fiscal.read',
  summary: 'Certificados A1, o em uso de cada empresa primeiro',
  answer: of({ rows: z.array(certificateRow) }),
})
export const uploadCertificateEndpoint = endpoint('uploadCertificate', {
  method: 'POST',
  path: '/fiscal/companies/:company/certificate',
  permission: 'fiscal.manage',
  summary: 'Enviar o certificado A1 (.pfx ou .p12) no campo "file", com a senha no campo "password"',
  params: of({ company: id }),
  answer: certificateRow,
  upload: true,
})
export const fiscalWarningsEndpoint = endpoint('fiscalWarnings', {
  method: 'GET',
  path: '/fiscal/warnings',
  permission: 'fiscal.read',
  summary: 'O que vai parar a emissão em breve: certificados que vencem em 30, 15, 7 ou 1 dia, ou já venceram',
  answer: of({
    rows: z.array(
      of({
        company: z.number(),
        name: z.string(),
        days_left: z.number(),
        at: z.enum(['30', '15', '7', '1', 'expired']),
        message: z.string(),
        href: z.string(),
      }),
    ),
  }),
})

/* Products */

export const goodsOrigins = {
  0: 'Nacional',
  1: 'Importada por nós',
  2: 'Importada, comprada aqui',
  3: 'Nacional, mais de 40 % importado',
  4: 'Nacional, processo básico',
  5: 'Nacional, até 40 % importado',
  6: 'Importada por nós, sem similar',
  7: 'Importada, comprada aqui, sem similar',
  8: 'Nacional, mais de 70 % importado',
} as const
export const productGaps = {
  any: 'Sem dados para a nota',
  ncm: 'Sem NCM',
  origin: 'Sem origem',
  class_trib: 'Sem cClassTrib',
  gtin: 'Sem GTIN',
} as const

const code = (pattern: RegExp, says: string) =>
  z
    .string()
    .transform((text) => text.replaceAll(/[\s.-]/g, ''))
    .refine((text) => pattern.test(text), says)
    .nullable()
/** What a nota says of a product. A part that is left out stays as it is; null empties it. */
export const productFiscalBody = of({
  ncm: code(/^\d{8}$/, 'O NCM tem 8 números; se a planilha apagou o zero da frente, formate a coluna como texto'),
  cest: code(/^\d{7}$/, 'O CEST tem 7 números; se a planilha apagou o zero da frente, formate a coluna como texto'),
  origin: z.number('Informe a origem de 0 a 8').int().min(0, 'A origem vai de 0 a 8').max(8, 'A origem vai de 0 a 8').nullable(),
  gtin: code(/^(\d{8}|\d{12,14})$/, 'O GTIN tem 8, 12, 13 ou 14 números'),
  unit: z.string().trim().toUpperCase().min(1, 'Informe a unidade, por exemplo UN').max(6, 'A unidade tem no máximo 6 letras'),
  class_trib: code(/^\d{6}$/, 'O cClassTrib tem 6 números'),
  benefit_code: z
    .string()
    .trim()
    .toUpperCase()
    .refine((text) => /^([A-Z0-9]{8}|[A-Z0-9]{10})$/.test(text), 'O código de benefício tem 8 ou 10 letras e números')
    .nullable(),
  tax_group: z.string().trim().toLowerCase().min(1, 'Informe o grupo de imposto, por exemplo geral').max(40, 'No máximo 40 letras'),
}).partial()
export type ProductFiscalBody = z.output<typeof productFiscalBody>
const productFiscalRow = of({
  product: z.number(),
  sku: z.string(),
  name: z.string(),
  ncm: z.string().nullable(),
  cest: z.string().nullable(),
  origin: z.number().nullable(),
  gtin: z.string().nullable(),
  unit: z.string(),
  class_trib: z.string().nullable(),
  benefit_code: z.string().nullable(),
  tax_group: z.string(),
  /** A barcode of the unit that is a right GTIN, where none is written down. */
  suggested_gtin: z.string().nullable(),
  /** Units in open orders: what is missing here stops notas today. */
  ordered: z.number(),
})
export type ProductFiscalRow = z.output<typeof productFiscalRow>
export const productFilters = of({
  missing: z.enum(['any', 'ncm', 'origin', 'class_trib', 'gtin']).optional(),
  text: words(80).optional(),
  group: words(40).optional(),
  /** Only what open orders ask for. */
  ordered: z.stringbool().optional(),
})
const sheetFormat = z.enum(['csv', 'xlsx'], 'Use csv ou xlsx').default('xlsx')
export const productsFiscalEndpoint = endpoint('productsFiscal', {
  method: 'GET',
  path: '/fiscal/products',
  permission: 'fiscal.read',
  summary: 'Dados fiscais dos produtos, os mais pedidos primeiro',
  query: productFilters.extend(paging),
  answer: page(productFiscalRow).extend({
    gaps: of({ all: z.number(), any: z.number(), ncm: z.number(), origin: z.number(), class_trib: z.number(), gtin: z.number() }),
    groups: z.array(z.string()),
  }),
})
export const productFiscalEndpoint = endpoint('productFiscal', {
  method: 'GET',
  path: '/fiscal/products/:product',
  permission: 'fiscal.read',
  summary: 'Dados fiscais de um produto',
  params: of({ product: id }),
  answer: productFiscalRow,
})
export const saveProductFiscalEndpoint = endpoint('saveProductFiscal', {
  method: 'PUT',
  path: '/fiscal/products/:product',
  permission: 'fiscal.manage',
  summary: 'Gravar dados fiscais de um produto; o que ficar de fora não muda',
  params: of({ product: id }),
  body: productFiscalBody,
  answer: productFiscalRow,
})
export const productsFiscalSheet = endpoint('productsFiscalSheet', {
  method: 'GET',
  path: '/fiscal/products/sheet',
  permission: 'fiscal.read',
  summary: 'Baixar os dados fiscais do filtro como planilha, para preencher e enviar de volta',
  query: productFilters.extend({ format: sheetFormat }),
  file: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
})

/* Tax rules */

export const ruleOperations = {
  sale: 'Venda',
  return: 'Devolução do consumidor',
  refused: 'Recusa ou não encontrado',
  exchange: 'Troca',
  warranty: 'Remessa em garantia',
  repair_in: 'Entrada para conserto',
  repair_back: 'Retorno de conserto',
  repair_out: 'Remessa para conserto',
  transfer: 'Transferência entre empresas',
} as const
export const ruleBuyers = { consumer: 'Consumidor (CPF)', company: 'Empresa sem IE', contributor: 'Empresa com IE' } as const
export const ruleStates = { confirmed: 'em vigor', future: 'vai valer', suggested: 'a confirmar', closed: 'encerrada', withdrawn: 'corrigida' } as const

const operation = z.enum(Object.keys(ruleOperations) as [keyof typeof ruleOperations], 'Escolha a operação')
const buyer = z.enum(Object.keys(ruleBuyers) as [keyof typeof ruleBuyers], 'Escolha o comprador')
export const ruleBody = of({
  operation,
  /** Null: any. */
  crt: crt.nullable().default(null),
  origin_uf: uf.nullable().default(null),
  destination_uf: uf.nullable().default(null),
  /** True: to another state. False: inside. Null: both. */
  interstate: z.boolean().nullable().default(null),
  buyer: buyer.nullable().default(null),
  tax_group: z.string().trim().toLowerCase().min(1).max(40, 'No máximo 40 letras').nullable().default(null),
  since: day,
  /** The last day; null: until a newer one. */
  until: day.nullable().default(null),
  rule: itemTaxRule,
  note: words(300).nullable().default(null),
})
export type RuleBody = z.output<typeof ruleBody>
const ruleRow = of({
  id: z.number(),
  ...ruleBody.shape,
  crt: z.number().nullable(),
  origin_uf: z.string().nullable(),
  destination_uf: z.string().nullable(),
  rule: itemTaxRule,
  state: z.enum(Object.keys(ruleStates) as [keyof typeof ruleStates]),
  confirmed_at: z.string().nullable(),
  confirmed_by: z.string().nullable(),
})
export type RuleRow = z.output<typeof ruleRow>
export const ruleFilters = of({
  operation: operation.optional(),
  state: z.enum(['confirmed', 'future', 'suggested', 'closed', 'withdrawn']).optional(),
  /** Closed and corrected rows too. */
  history: z.stringbool().optional(),
  group: words(40).optional(),
})
export const rulesEndpoint = endpoint('taxRules', {
  method: 'GET',
  path: '/fiscal/rules',
  permission: 'fiscal.read',
  summary: 'Regras de imposto, por operação; a mais específica primeiro',
  query: ruleFilters,
  answer: of({ rows: z.array(ruleRow), suggested: z.number() }),
})
export const saveRuleEndpoint = endpoint('saveTaxRule', {
  method: 'POST',
  path: '/fiscal/rules',
  permission: 'fiscal.manage',
  summary: 'Nova regra, ou nova versão de uma: a que valia é encerrada na véspera, nunca alterada',
  body: ruleBody.extend({
    /** Counts at once; false keeps it as a suggestion. */
    confirm: z.boolean().default(true),
    /** The suggestion that this one replaces. */
    instead_of: id.optional(),
  }),
  answer: of({ id: z.number() }),
})
export const confirmRulesEndpoint = endpoint('confirmTaxRules', {
  method: 'POST',
  path: '/fiscal/rules/confirm',
  permission: 'fiscal.manage',
  summary: 'Confirmar sugestões: passam a valer',
  body: of({ rules: z.array(id).max(2000).optional(), all: z.boolean().optional() }),
  answer: of({ confirmed: z.number() }),
})
export const endRuleEndpoint = endpoint('endTaxRule', {
  method: 'DELETE',
  path: '/fiscal/rules/:rule',
  permission: 'fiscal.manage',
  summary: 'Apagar uma sugestão, ou encerrar hoje uma regra confirmada',
  params: of({ rule: id }),
})
export const starterRulesEndpoint = endpoint('starterTaxRules', {
  method: 'POST',
  path: '/fiscal/rules/starter',
  permission: 'fiscal.manage',
  summary: 'Conjunto inicial para uma loja comum, como sugestão a conferir com o contador',
  body: of({
    regime: z.enum(['simples', 'normal'], 'Escolha Simples ou Normal'),
    goods: z.enum(['resale', 'own'], 'Escolha revenda ou produção própria').default('resale'),
    /** Of PIS and COFINS; counts for the Normal regime. */
    contributions: z.enum(['cumulative', 'non_cumulative']).default('cumulative'),
    since: day.optional(),
  }),
  answer: of({ added: z.number(), kept: z.number() }),
})
export const tryRuleEndpoint = endpoint('tryTaxRule', {
  method: 'GET',
  path: '/fiscal/rules/try',
  permission: 'fiscal.read',
  summary: 'Qual regra vale para um caso',
  query: of({
    operation,
    crt: z.coerce.number().int().min(1).max(4),
    origin_uf: uf,
    destination_uf: uf,
    buyer,
    tax_group: words(40).default('geral'),
    day: day.optional(),
  }),
  answer: of({ rule: ruleRow.nullable(), message: z.string() }),
})
export const rulesSheet = endpoint('taxRulesSheet', {
  method: 'GET',
  path: '/fiscal/rules/sheet',
  permission: 'fiscal.read',
  summary: 'Baixar as regras como planilha, para preencher e enviar de volta',
  query: ruleFilters.extend({ format: sheetFormat }),
  file: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
})

/* Rates */

export const stateRateBody = of({
  uf,
  since: day,
  internal_rate: rate,
  fcp_rate: rate.default('0'),
  difal_base: z.enum(['single', 'double'], 'Escolha base única ou dupla').default('single'),
})
export type StateRateBody = z.output<typeof stateRateBody>
const stateRateRow = of({
  ...stateRateBody.shape,
  internal_rate: z.string(),
  fcp_rate: z.string(),
  confirmed_at: z.string().nullable(),
  confirmed_by: z.string().nullable(),
  /** Valid today. */
  current: z.boolean(),
})
export type StateRateRow = z.output<typeof stateRateRow>
export const stateRatesEndpoint = endpoint('stateRates', {
  method: 'GET',
  path: '/fiscal/state-rates',
  permission: 'fiscal.read',
  summary: 'Alíquotas internas e FCP das 27 UFs, por data',
  answer: of({ rows: z.array(stateRateRow), missing: z.array(uf), unconfirmed: z.number() }),
})
export const saveStateRateEndpoint = endpoint('saveStateRate', {
  method: 'PUT',
  path: '/fiscal/state-rates',
  permission: 'fiscal.manage',
  summary: 'Gravar a alíquota de uma UF a partir de um dia; fica confirmada',
  body: stateRateBody,
})
export const suggestStateRatesEndpoint = endpoint('suggestStateRates', {
  method: 'POST',
  path: '/fiscal/state-rates/suggest',
  permission: 'fiscal.manage',
  summary: 'Preencher as UFs que faltam com sugestões, a conferir',
  answer: of({ added: z.number() }),
})
export const confirmStateRatesEndpoint = endpoint('confirmStateRates', {
  method: 'POST',
  path: '/fiscal/state-rates/confirm',
  permission: 'fiscal.manage',
  summary: 'Confirmar alíquotas sugeridas, uma a uma ou todas',
  body: of({
    rows: z
      .array(of({ uf, since: day }))
      .max(500)
      .optional(),
    all: z.boolean().optional(),
  }),
  answer: of({ confirmed: z.number() }),
})
export const dropStateRateEndpoint = endpoint('dropStateRate', {
  method: 'DELETE',
  path: '/fiscal/state-rates/:uf/:since',
  permission: 'fiscal.manage',
  summary: 'Apagar uma sugestão de alíquota',
  params: of({ uf, since: day }),
})
export const stateRatesSheet = endpoint('stateRatesSheet', {
  method: 'GET',
  path: '/fiscal/state-rates/sheet',
  permission: 'fiscal.read',
  summary: 'Baixar as alíquotas dos estados como planilha',
  query: of({ format: sheetFormat }),
  file: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
})

export const reformEndpoint = endpoint('reformRates', {
  method: 'GET',
  path: '/fiscal/reform',
  permission: 'fiscal.read',
  summary: 'IBS e CBS: alíquotas por data, quem é obrigado e desde quando, tabela cClassTrib',
  answer: of({
    rates: z.array(
      of({
        since: z.string(),
        ibs_uf: z.string().nullable(),
        ibs_mun: z.string().nullable(),
        cbs: z.string().nullable(),
        source: z.string(),
        current: z.boolean(),
      }),
    ),
    duties: z.array(of({ crt: z.number(), since: z.string(), required: z.boolean(), current: z.boolean() })),
    classes: z.number(),
  }),
})
export const saveReformRateEndpoint = endpoint('saveReformRate', {
  method: 'PUT',
  path: '/fiscal/reform/rates',
  permission: 'fiscal.manage',
  summary: 'Gravar as alíquotas de IBS e CBS a partir de um dia; vazia é desconhecida e impede a emissão',
  body: of({ since: day, ibs_uf: rate.nullable(), ibs_mun: rate.nullable(), cbs: rate.nullable(), source: filled(200) }),
})
export const saveReformDutyEndpoint = endpoint('saveReformDuty', {
  method: 'PUT',
  path: '/fiscal/reform/duties',
  permission: 'fiscal.manage',
  summary: 'Dizer desde quando um regime mostra IBS e CBS na nota',
  body: of({ crt, since: day, required: z.boolean() }),
})
export const classTribEndpoint = endpoint('classTrib', {
  method: 'GET',
  path: '/fiscal/class-trib',
  permission: 'fiscal.read',
  summary: 'Tabela cClassTrib, por código ou descrição',
  query: of({ text: words(80).optional() }).extend(paging),
  answer: page(of({ code: z.string(), cst: z.string(), description: z.string(), ibs_reduction: z.string(), cbs_reduction: z.string() })),
})

/* Ready? */

const point = of({
  name: z.string(),
  title: z.string(),
  state: z.enum(['done', 'missing', 'warning']),
  /** What to do, when it is not done; what is known, when it is. */
  says: z.string(),
  /** Screen and field where it is mended. */
  href: z.string(),
})
export type ReadinessPoint = z.output<typeof point>
export const readinessEndpoint = endpoint('readiness', {
  method: 'GET',
  path: '/fiscal/readiness',
  permission: 'fiscal.read',
  summary: 'Pronto para emitir? Cada ponto, feito ou o que falta',
  query: of({ company: z.coerce.number().int().positive().optional() }),
  answer: of({
    companies: z.array(of({ id: z.number(), name: z.string() })),
    company: z.number().nullable(),
    environment: environment.nullable(),
    ready: z.boolean(),
    /** What the test nota needs is there: company, certificate, series, rules, rates. */
    may_test: z.boolean(),
    points: z.array(point),
    test: of({
      nota: z.number(),
      state: z.string(),
      number: z.number().nullable(),
      status_code: z.number().nullable(),
      status_text: z.string().nullable(),
      at: z.string(),
    }).nullable(),
  }),
})
export const probeEndpoint = endpoint('probeAuthoriser', {
  method: 'POST',
  path: '/fiscal/companies/:company/probe',
  permission: 'fiscal.manage',
  summary: 'Perguntar à SEFAZ se o serviço está em operação; a resposta chega ao checklist',
  params: of({ company: id }),
})
export const testNotaEndpoint = endpoint('testNota', {
  method: 'POST',
  path: '/fiscal/companies/:company/test-nota',
  permission: 'fiscal.issue',
  summary: 'Emitir a nota de teste em homologação, o último ponto do checklist',
  params: of({ company: id }),
  answer: of({ nota: z.number(), state: z.string(), faults: z.array(of({ message: z.string(), href: z.string().nullable() })) }),
})

export const refusals = {
  no_such_company: 'A empresa {company} não existe',
  company_exists: 'Já existe uma empresa com este CNPJ',
  company_cnpj_fixed: 'Esta empresa já tem certificado ou notas: o CNPJ não muda mais. Cadastre outra empresa',
  certificate_refused: '{reason}',
  certificate_of_another: 'O certificado é do CNPJ {certificate}, e a empresa tem o CNPJ {company}: as 8 primeiras posições precisam ser iguais',
  certificate_file_missing: 'Escolha o arquivo .pfx ou .p12 do certificado',
  certificate_too_large: 'O arquivo é grande demais para um certificado A1; envie o .pfx ou .p12 que a certificadora entregou',
  probe_without_certificate: 'Envie antes o certificado e complete o endereço da empresa: a SEFAZ só responde a quem se identifica',
  test_nota_not_here: 'Este servidor ainda não emite notas',
  no_such_series: 'Esta série não existe',
  series_exists: 'A série {series} já existe neste ambiente',
  number_used: 'O número {number} da série {series} já foi usado; o próximo livre é {next}',
  number_back: 'O próximo número só anda para a frente: já é {next}',
  number_gap: 'Pular para {number} deixa {gap} número(s) sem nota ({first} a {last}), que terão de ser inutilizados na SEFAZ. Confirme para continuar',
  no_such_product_fiscal: 'Este produto não existe',
  no_such_rule: 'Esta regra não existe',
  rule_closed: 'Esta regra já foi encerrada: o histórico não muda',
  no_such_state_rate: 'Não há esta alíquota',
  state_rate_confirmed: 'Uma alíquota confirmada não é apagada: grave a nova com a data em que começa',
} as const
