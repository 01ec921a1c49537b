import { z } from 'zod'
import { centavos, day, endpoint, filled, id, page, paging, words } from '../platform/endpoint.ts'
import { certainties } from './cash-flow.ts'

export const certaintyWords = { actual: 'No caixa', announced: 'Anunciado pelo canal', firm: 'Certo, entregue', predicted: 'Previsto' } as const
export const outflowWords: Record<string, string> = {
  supplier: 'Fornecedores',
  tax: 'Impostos',
  payroll: 'Folha',
  rent: 'Aluguel',
  freight: 'Fretes',
  ads: 'Anúncios',
  service: 'Serviços',
  loan: 'Empréstimos',
  other: 'Outras',
}
export const lineKinds = { loan: 'Empréstimo', overdraft: 'Limite da conta', anticipation: 'Antecipação' } as const
export const discounts = { por_fora: 'Por fora', por_dentro_simples: 'Por dentro, simples', por_dentro_composto: 'Por dentro, composto' } as const
export const regimes = { company: 'Empresa em geral', simples: 'Simples Nacional, até R$ 30 mil' } as const
export const contractStates = { agreed: 'Contratada', credited: 'Creditada', cancelled: 'Cancelada' } as const
export const contractLineKinds = {
  paid: 'Adiantamento creditado',
  fee: 'Custo cobrado',
  kept: 'Dia original: é do credor',
  returned: 'Devolvido',
  charged_back: 'Contestado: tomado de volta',
} as const
export const stepWords = {
  delay_purchase: 'Adiar uma compra',
  supplier_terms: 'Mudar o prazo do fornecedor',
  anticipate: 'Antecipar recebíveis',
  sell_more: 'Vender mais em um mês',
  buy: 'Comprar',
  borrow: 'Tomar empréstimo',
} as const

const certainty = z.enum(certainties)
const inflow = z.record(certainty, z.number())
const signed = z.number('Informe o valor em centavos').int().min(-10_000_000_000).max(10_000_000_000)
const percent = (most: number, message: string) =>
  z
    .string(message)
    .regex(/^\d{1,3}(\.\d{1,6})?$/, message)
    .refine((text) => Number(text) <= most, message)
const days = z.number('Informe os dias').int('Dias inteiros').min(-365, 'Até um ano').max(365, 'Até um ano')
const terms = z.array(z.number().int().min(0).max(365)).min(1, 'Informe os dias de cada parcela').max(24, 'No máximo 24 parcelas')

/** `Step` of scenario.ts. */
export const step = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('delay_purchase'), purchase: filled(120), days }),
  z.object({ kind: z.literal('supplier_terms'), supplier: filled(120), since: day, terms }),
  z.object({
    kind: z.literal('anticipate'),
    on: day,
    received: centavos,
    parts: z.array(z.object({ due: day, value: centavos, certainty })).max(2000, 'Antecipe até 2.000 recebíveis em um cenário'),
  }),
  z.object({
    kind: z.literal('sell_more'),
    month: z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'Informe o mês'),
    more: percent(999, 'Informe quanto a mais, em %'),
    goods: z.object({ share: percent(100, 'Informe o custo em % da venda'), days }).nullable(),
  }),
  z.object({
    kind: z.literal('buy'),
    on: day,
    centavos,
    supplier: words(120).nullable(),
    terms,
    brings: z.array(z.object({ days: z.number().int().min(0).max(365), centavos })).max(60),
  }),
  z.object({ kind: z.literal('borrow'), on: day, received: centavos, payments: z.array(z.object({ day, centavos })).max(120) }),
])
const steps = z.array(step).max(40, 'No máximo 40 passos em um cenário')
const low = z.object({ day: z.string(), balance: z.number() })
const cet = z.object({ monthly: z.string(), yearly: z.string() }).nullable()

const scenario = z.object({ id: z.number(), name: z.string(), steps, updated_at: z.string() })
export type Scenario = z.output<typeof scenario>

/** One source of money for a need: what it brings, what it costs over the whole contract, and what of the need it does not cover. */
const financed = z.object({
  kind: z.enum(['anticipation', 'loan', 'overdraft', 'supplier']),
  name: z.string(),
  line: z.number().nullable(),
  payable: z.number().nullable(),
  brings: z.number(),
  cost: z.number(),
  cet,
  missing: z.number(),
  /** The least balance of the forecast with it; null where it changes none. */
  lowest: z.number().nullable(),
})
export type Financed = z.output<typeof financed>

export const cashAheadEndpoint = endpoint('cashAhead', {
  method: 'GET',
  path: '/treasury/cash',
  permission: 'money.read',
  summary: 'O caixa dos próximos dias: entradas por certeza, saídas por tipo, menor saldo, descasamento e o custo do que falta',
  query: z.object({
    days: z.coerce.number().int().min(7).max(365).default(120),
    /** Counts only what is at least so sure. */
    certainty: z.enum(['announced', 'firm', 'predicted']).optional(),
    scenario: z.union([id, z.array(id)]).optional(),
  }),
  answer: z.object({
    from: z.string(),
    opening: z.number(),
    accounts: z.array(z.object({ code: z.string(), name: z.string(), balance: z.number() })),
    days: z.array(z.object({ day: z.string(), inflow, outflow: z.record(z.string(), z.number()), net: z.number(), balance: z.number(), prudent: z.number() })),
    lowest: low,
    prudent_lowest: low,
    gap: z.number(),
    gap_from: z.string().nullable(),
    gap_until: z.string().nullable(),
    late: z.number(),
    late_payables: z.number(),
    after: z.number(),
    /** Days from a sale to its money and from a purchase to its payment, weighted by value. */
    mismatch: z.object({ receive: z.number().nullable(), pay: z.number().nullable(), mismatch: z.number().nullable() }),
    /** What closing the gap costs at each source; null without a gap. */
    financing: z.object({ need: z.number(), on: z.string(), by: z.string(), sources: z.array(financed) }).nullable(),
    scenarios: z.array(z.object({ id: z.number(), name: z.string(), balance: z.array(z.number()), lowest: low, gap: z.number() })),
  }),
})

const cashRow = z.object({
  key: z.string(),
  source: z.enum(['receivable', 'payable', 'recurrence', 'contract']),
  id: z.number(),
  day: z.string(),
  title: z.string(),
  who: z.string(),
  /** Certainty of what comes in, kind of what goes out. */
  state: z.string(),
  centavos: z.number(),
})
export type CashRow = z.output<typeof cashRow>
const cashRowFilters = {
  side: z.enum(['in', 'out', 'late', 'late_out'], 'Escolha entradas, saídas ou atrasados').default('in'),
  from: day.optional(),
  until: day.optional(),
  certainty: z.enum(['announced', 'firm', 'predicted']).optional(),
  kind: words(20).optional(),
}
export const cashRowsEndpoint = endpoint('cashRows', {
  method: 'GET',
  path: '/treasury/cash/rows',
  permission: 'money.read',
  summary: 'As linhas de que um número do caixa é feito',
  query: z.object({ ...cashRowFilters, ...paging }),
  answer: page(cashRow).extend({ totals: z.object({ rows: z.number(), centavos: z.number() }) }),
})
export const cashRowsCsv = endpoint('cashRowsCsv', {
  method: 'GET',
  path: '/treasury/cash/rows.csv',
  permission: 'money.read',
  summary: 'Baixar as linhas do caixa em CSV',
  query: z.object(cashRowFilters),
  file: 'text/csv',
})

export const scenariosEndpoint = endpoint('scenarios', {
  method: 'GET',
  path: '/treasury/scenarios',
  permission: 'money.read',
  summary: 'Cenários guardados, e o que um passo pode mudar',
  answer: z.object({
    scenarios: z.array(scenario),
    suppliers: z.array(z.object({ key: z.string(), name: z.string(), open: z.number() })),
    purchases: z.array(z.object({ key: z.string(), name: z.string(), due: z.string(), open: z.number() })),
  }),
})
const scenarioBody = z.object({ name: filled(60), steps })
export const addScenarioEndpoint = endpoint('addScenario', {
  method: 'POST',
  path: '/treasury/scenarios',
  permission: 'money.read',
  summary: 'Guardar um cenário',
  body: scenarioBody,
  answer: scenario,
})
export const saveScenarioEndpoint = endpoint('saveScenario', {
  method: 'PUT',
  path: '/treasury/scenarios/:scenario',
  permission: 'money.read',
  summary: 'Alterar um cenário',
  params: z.object({ scenario: id }),
  body: scenarioBody,
  answer: scenario,
})
export const dropScenarioEndpoint = endpoint('dropScenario', {
  method: 'DELETE',
  path: '/treasury/scenarios/:scenario',
  permission: 'money.read',
  summary: 'Apagar um cenário',
  params: z.object({ scenario: id }),
})

const creditLine = z.object({
  id: z.number(),
  name: z.string(),
  kind: z.enum(['loan', 'overdraft', 'anticipation']),
  account: z.object({ id: z.number(), name: z.string() }).nullable(),
  discount: z.enum(['por_fora', 'por_dentro_simples', 'por_dentro_composto']).nullable(),
  /** Percentage of a month: "1.99". */
  monthly_rate: z.string(),
  instalments: z.number().nullable(),
  tariff: z.number(),
  regime: z.enum(['company', 'simples']).nullable(),
  most: z.number().nullable(),
  recourse: z.boolean(),
  active: z.boolean(),
  /** Of R$ 10,000.00 for its usual time: a loan's instalments, a month of limit, a receivable of 30 days. */
  cet,
})
export type CreditLine = z.output<typeof creditLine>
const iofRate = z.object({
  regime: z.enum(['company', 'simples']),
  valid_from: z.string(),
  flat: z.string(),
  daily: z.string(),
  longest_days: z.number(),
  note: z.string().nullable(),
  current: z.boolean(),
})
export type IofRate = z.output<typeof iofRate>
const early = z.object({
  payable: z.number(),
  beneficiary: z.string(),
  due_on: z.string(),
  discount_until: z.string(),
  amount: z.number(),
  discount: z.number(),
  /** Days between the last day of the discount and the due day. */
  days: z.number(),
  cet,
  /** Cheaper money is registered: paying early with it leaves this much, in centavos. */
  gain: z.number().nullable(),
})
export type EarlyPayment = z.output<typeof early>

export const creditEndpoint = endpoint('credit', {
  method: 'GET',
  path: '/treasury/credit',
  permission: 'money.read',
  summary: 'Linhas de crédito, IOF por data e fornecedores que dão desconto por pagar antes',
  answer: z.object({
    lines: z.array(creditLine),
    iof: z.array(iofRate),
    early: z.array(early),
    accounts: z.array(z.object({ id: z.number(), name: z.string() })),
    banks: z.array(z.object({ id: z.number(), name: z.string() })),
  }),
})
export const saveLineEndpoint = endpoint('saveCreditLine', {
  method: 'POST',
  path: '/treasury/credit/lines',
  permission: 'money.manage',
  summary: 'Registrar ou alterar uma linha de crédito',
  body: z
    .object({
      id: id.optional(),
      name: filled(80),
      kind: z.enum(['loan', 'overdraft', 'anticipation'], 'Escolha o tipo'),
      account: id.nullable().default(null),
      discount: z.enum(['por_fora', 'por_dentro_simples', 'por_dentro_composto'], 'Escolha a forma do desconto').nullable().default(null),
      monthly_rate: percent(100, 'Informe a taxa ao mês em %, por exemplo 1.99'),
      instalments: z.number().int().min(1, 'Pelo menos uma parcela').max(120, 'No máximo 120 parcelas').nullable().default(null),
      tariff: centavos.default(0),
      regime: z.enum(['company', 'simples']).nullable().default(null),
      most: centavos.nullable().default(null),
      recourse: z.boolean().default(true),
      active: z.boolean().default(true),
    })
    .refine((line) => (line.kind === 'anticipation') === (line.discount !== null), { path: ['discount'], message: 'Só a antecipação tem forma de desconto' })
    .refine((line) => (line.kind === 'loan') === (line.instalments !== null), { path: ['instalments'], message: 'Só o empréstimo tem parcelas' }),
  answer: z.object({ id: z.number() }),
})
export const saveIofEndpoint = endpoint('saveIof', {
  method: 'POST',
  path: '/treasury/credit/iof',
  permission: 'money.manage',
  summary: 'Registrar a alíquota do IOF a partir de uma data',
  body: z.object({
    regime: z.enum(['company', 'simples'], 'Escolha o regime'),
    valid_from: day,
    flat: percent(100, 'Informe a alíquota fixa em %, por exemplo 0.38'),
    daily: percent(100, 'Informe a alíquota por dia em %, por exemplo 0.0082'),
    longest_days: z.number().int().min(1).max(3650).default(365),
    note: words(200).nullable().default(null),
  }),
})
export const dropIofEndpoint = endpoint('dropIof', {
  method: 'DELETE',
  path: '/treasury/credit/iof/:regime/:valid_from',
  permission: 'money.manage',
  summary: 'Apagar uma alíquota do IOF',
  params: z.object({ regime: z.enum(['company', 'simples']), valid_from: day }),
})

const part = z.object({
  receivable: z.number(),
  certainty,
  due: z.string(),
  value: z.number(),
  discount: z.number(),
  iof: z.number(),
  net: z.number(),
  title: z.string(),
})
export type SimulatedPart = z.output<typeof part>
const way = z.object({ received: z.number(), discount: z.number(), cet })
const offer = financed.extend({
  /** Of an anticipation: whose receivables. */
  account: z.number().nullable(),
  nominal: z.number(),
  discount: z.number(),
  iof: z.number(),
  tariff: z.number(),
  receivables: z.number(),
  /** Of an anticipation: nearest first. */
  parts: z.array(part),
  /** No other set is cheaper; otherwise the best one of those tried. */
  proven: z.boolean(),
  ways: z.object({ por_fora: way, por_dentro_simples: way, por_dentro_composto: way }).nullable(),
  /** Sales whose margin the discount eats up. */
  thin: z.object({ receivables: z.number(), discount: z.number(), margin: z.number() }).nullable(),
  /** Of a loan. */
  payments: z.array(z.number()),
  /** The rate in % of a month up to which a loan like the registered ones is cheaper than this. */
  break_even: z.string().nullable(),
})
export type Offer = z.output<typeof offer>
export const simulateEndpoint = endpoint('simulateCredit', {
  method: 'GET',
  path: '/treasury/simulation',
  permission: 'money.read',
  summary: 'O que custa ter uma soma em um dia, por antecipação, empréstimo, limite e desconto de fornecedor',
  query: z.object({
    need: z.coerce.number('Informe o valor em centavos').int().min(1, 'Informe quanto é preciso').max(10_000_000_000, 'O valor passa de R$ 100 milhões'),
    on: day.optional(),
    until: day.optional(),
    cut: z.stringbool().default(false),
  }),
  answer: z.object({ need: z.number(), on: z.string(), until: z.string(), today: z.string(), offers: z.array(offer) }),
})

const contractRow = z.object({
  id: z.number(),
  account: z.object({ id: z.number(), name: z.string() }),
  creditor: z.string(),
  external_id: z.string().nullable(),
  bank: z.object({ id: z.number(), name: z.string() }).nullable(),
  line: z.string().nullable(),
  discount: z.string(),
  monthly_rate: z.string(),
  recourse: z.boolean(),
  agreed_on: z.string(),
  nominal: z.number(),
  received: z.number(),
  iof: z.number(),
  tariff: z.number(),
  cet_monthly: z.string().nullable(),
  cet_yearly: z.string().nullable(),
  state: z.enum(['agreed', 'credited', 'cancelled']),
  receivables: z.number(),
  /** Of its lines: advanced, less what was taken as price. */
  came: z.number(),
  lines: z.number(),
})
export type ContractRow = z.output<typeof contractRow>
const contractFilters = {
  q: words(80).optional(),
  state: z.enum(['agreed', 'credited', 'cancelled'], 'Situação desconhecida').optional(),
  account: id.optional(),
}
export const contractsEndpoint = endpoint('anticipations', {
  method: 'GET',
  path: '/treasury/contracts',
  permission: 'money.read',
  summary: 'Contratos de antecipação, o mais novo primeiro',
  query: z.object({ ...contractFilters, ...paging }),
  answer: page(contractRow).extend({
    totals: z.object({ contracts: z.number(), nominal: z.number(), received: z.number() }),
    accounts: z.array(z.object({ id: z.number(), name: z.string() })),
    /** Lines of anticipation or lien that answer no contract. */
    unanswered: z.number(),
  }),
})
export const contractsCsv = endpoint('anticipationsCsv', {
  method: 'GET',
  path: '/treasury/contracts.csv',
  permission: 'money.read',
  summary: 'Baixar os contratos de antecipação em CSV',
  query: z.object(contractFilters),
  file: 'text/csv',
})
export const contractEndpoint = endpoint('anticipation', {
  method: 'GET',
  path: '/treasury/contracts/:contract',
  permission: 'money.read',
  summary: 'Um contrato de antecipação: recebíveis entregues e linhas que respondem por ele',
  params: z.object({ contract: id }),
  answer: contractRow.extend({
    cancellable: z.boolean(),
    parts: z.array(
      z.object({
        receivable: z.number(),
        order: z.number().nullable(),
        title: z.string(),
        due: z.string(),
        nominal: z.number(),
        centavos: z.number(),
        kept: z.number(),
        charged_back: z.number(),
      }),
    ),
    answers: z.array(
      z.object({
        line: z.number(),
        kind: z.enum(['paid', 'fee', 'kept', 'returned', 'charged_back']),
        word: z.string(),
        day: z.string(),
        net: z.number(),
        receivable: z.number().nullable(),
        file: z.string(),
        row: z.number(),
      }),
    ),
  }),
})
export const agreeEndpoint = endpoint('agreeAnticipation', {
  method: 'POST',
  path: '/treasury/contracts',
  permission: 'money.manage',
  summary: 'Contratar uma antecipação: os recebíveis passam ao credor e não são recebidos duas vezes',
  body: z.object({
    line: id,
    account: id,
    creditor: words(80).optional(),
    external_id: words(80).nullable().default(null),
    bank: id.nullable().default(null),
    parts: z
      .array(z.object({ receivable: id, centavos: centavos.min(1, 'Cada parte vale pelo menos um centavo') }))
      .min(1, 'Escolha os recebíveis')
      .max(20_000),
    /** What the simulation said that comes: when the sum is another one now, nothing is done. */
    received: signed,
  }),
  answer: z.object({ id: z.number() }),
})
const oneContract = { params: z.object({ contract: id }) }
export const cancelContractEndpoint = endpoint('cancelAnticipation', {
  method: 'POST',
  path: '/treasury/contracts/:contract/cancel',
  permission: 'money.manage',
  summary: 'Cancelar uma antecipação que o canal ainda não respondeu: os recebíveis voltam',
  ...oneContract,
})
export const creditedEndpoint = endpoint('anticipationCredited', {
  method: 'POST',
  path: '/treasury/contracts/:contract/credited',
  permission: 'money.manage',
  summary: 'Dizer que o dinheiro da antecipação chegou',
  ...oneContract,
})

export const refusals = {
  no_such_scenario: 'Este cenário não existe mais',
  scenario_named: 'Já há um cenário com o nome {name}: escolha outro nome',
  no_such_credit_line: 'Esta linha de crédito não existe ou foi desativada',
  line_named: 'Já há uma linha de crédito com o nome {name}: escolha outro nome',
  line_of_other_account: 'Esta linha antecipa só os recebíveis de {account}',
  line_limit: 'A linha {name} vai até o limite registrado: antecipe menos ou aumente o limite',
  no_such_contract: 'Este contrato não existe',
  contract_named: 'Já há um contrato {external_id} nesta conta',
  contract_answered: 'O canal já respondeu por este contrato ({lines} linhas): não dá mais para cancelar aqui',
  contract_over: 'Este contrato já foi cancelado',
  terms_changed: 'Os valores mudaram desde a simulação: simule de novo',
  receivable_not_free: 'Parte destes recebíveis já foi recebida ou entregue a outro contrato: simule de novo',
  unit_not_free: 'A unidade de recebíveis de {due} tem só parte livre: outro contrato já a tem',
  nothing_left: 'O desconto leva tudo: nada seria recebido',
} as const
