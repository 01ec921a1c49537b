import { parseDocument, cepFault } from '../customers/index.ts'
import { canonicalOrder } from '../orders/contract.ts'
import type { OrderAsSent } from '../orders/contract.ts'
import { readInstant, readInteger, readReais, readYes, plainWords, short } from './formats/values.ts'
import type { Read } from './formats/values.ts'
import type { Row } from './formats/reading.ts'
import type { Field, Mapping } from './mapping.ts'

/** Every field of an order that a column may hold. A row is one item; rows of the same order repeat or leave out the rest. */
export const orderFields: Field[] = [
  {
    name: 'external_id',
    label: 'Número do pedido',
    required: true,
    aliases: [
      'pedido',
      'nº do pedido',
      'n do pedido',
      'no pedido',
      'num pedido',
      'numero pedido',
      'id do pedido',
      'id pedido',
      'código do pedido',
      'order id',
      'order number',
      'id da venda',
      'nº da venda',
      'n de venda',
      'venda',
    ],
  },
  { name: 'account', label: 'Canal', aliases: ['conta', 'conta do canal', 'código do canal', 'marketplace', 'loja', 'channel', 'origem'] },
  {
    name: 'placed_at',
    label: 'Data do pedido',
    required: true,
    aliases: ['data', 'data da compra', 'data da venda', 'data e hora', 'data hora', 'data de criação', 'criado em', 'emissão', 'order date', 'created at'],
  },
  { name: 'status', label: 'Situação', aliases: ['status', 'status do pedido', 'situação do pedido', 'estado do pedido'] },
  { name: 'paid', label: 'Pago', aliases: ['pagamento confirmado', 'pagamento aprovado', 'paid'] },
  { name: 'approved_at', label: 'Data da aprovação', aliases: ['aprovado em', 'data do pagamento', 'pago em', 'data de aprovação', 'approved at'] },
  {
    name: 'promised_at',
    label: 'Prometido para',
    aliases: ['prazo de entrega', 'data de entrega', 'previsão de entrega', 'data prevista', 'entregar até', 'entrega prevista'],
  },
  {
    name: 'dispatch_by',
    label: 'Despachar até',
    aliases: ['prazo de envio', 'prazo de despacho', 'enviar até', 'data limite de envio', 'postar até', 'prazo de postagem'],
  },
  { name: 'carrier', label: 'Transportadora (código)', aliases: ['transportadora', 'código da transportadora', 'carrier'] },
  { name: 'priority', label: 'Prioridade', aliases: ['priority'] },
  {
    name: 'buyer.name',
    label: 'Nome do comprador',
    required: true,
    aliases: ['comprador', 'cliente', 'nome do cliente', 'nome', 'razão social', 'nome completo', 'customer', 'buyer'],
  },
  {
    name: 'buyer.document',
    label: 'CPF/CNPJ',
    aliases: ['cpf', 'cnpj', 'cpf cnpj', 'cpf ou cnpj', 'documento', 'documento do comprador', 'documento do cliente', 'cpf do cliente', 'cpf cnpj do cliente'],
  },
  { name: 'buyer.email', label: 'E-mail', aliases: ['email', 'email do cliente', 'e-mail do comprador', 'email do comprador'] },
  { name: 'buyer.phone', label: 'Telefone', aliases: ['celular', 'fone', 'whatsapp', 'telefone do cliente', 'telefone do comprador', 'phone'] },
  {
    name: 'buyer.external_id',
    label: 'Código do comprador no canal',
    aliases: ['id do comprador', 'id do cliente', 'código do cliente', 'apelido do comprador'],
  },
  { name: 'ship_to.recipient', label: 'Destinatário', aliases: ['nome do destinatário', 'recebedor', 'entregar para', 'recipient'] },
  { name: 'ship_to.cep', label: 'CEP', required: true, aliases: ['cep de entrega', 'cep do destinatário', 'cep entrega', 'código postal', 'zip', 'zip code'] },
  { name: 'ship_to.street', label: 'Rua', aliases: ['logradouro', 'endereço', 'endereço de entrega', 'avenida', 'street'] },
  { name: 'ship_to.number', label: 'Número', aliases: ['nº', 'n', 'numero do endereço', 'número da casa', 'num'] },
  { name: 'ship_to.complement', label: 'Complemento', aliases: ['compl', 'complement', 'apto', 'referência'] },
  { name: 'ship_to.district', label: 'Bairro', aliases: ['district', 'bairro de entrega'] },
  { name: 'ship_to.city', label: 'Cidade', aliases: ['município', 'city', 'cidade de entrega'] },
  { name: 'ship_to.state', label: 'UF', aliases: ['estado', 'uf de entrega', 'state'] },
  { name: 'line.external_id', label: 'Código do item no pedido', aliases: ['item', 'id do item', 'linha', 'nº do item'] },
  {
    name: 'line.sku',
    label: 'SKU',
    required: true,
    aliases: ['código', 'código do produto', 'cód', 'cod produto', 'ref', 'referência do produto', 'código sku', 'sku do produto', 'ean'],
  },
  { name: 'line.name', label: 'Produto', aliases: ['nome do produto', 'descrição', 'descrição do produto', 'título', 'título do anúncio', 'product'] },
  { name: 'line.quantity', label: 'Quantidade', required: true, aliases: ['qtd', 'qtde', 'quant', 'unidades', 'qtd itens', 'quantity'] },
  {
    name: 'line.unit_price',
    label: 'Valor unitário',
    required: true,
    aliases: ['preço', 'preço unitário', 'valor', 'valor unit', 'vlr unitário', 'vl unitário', 'preço de venda', 'unit price', 'price'],
  },
  { name: 'line.discount', label: 'Desconto do item', aliases: ['desconto', 'valor do desconto', 'discount'] },
  { name: 'freight', label: 'Frete pago pelo comprador', aliases: ['frete', 'valor do frete', 'valor frete', 'vlr frete', 'freight', 'shipping'] },
  { name: 'payment.method', label: 'Forma de pagamento', aliases: ['pagamento', 'meio de pagamento', 'método de pagamento', 'payment method'] },
  { name: 'payment.installments', label: 'Parcelas', aliases: ['nº de parcelas', 'número de parcelas', 'qtd parcelas', 'installments'] },
  { name: 'payment.amount', label: 'Valor pago', aliases: ['total pago', 'valor total', 'total', 'total do pedido', 'valor do pedido'] },
  {
    name: 'payment.reference',
    label: 'Código da cobrança',
    aliases: ['cobrança', 'id da cobrança', 'charge id', 'nsu', 'id do pagamento', 'código do pagamento', 'payment id'],
  },
]

export interface RowFault {
  row: number
  /** Name of the column, or of the field where no column is at fault. */
  field: string
  message: string
}
export interface FileDefaults {
  /** `code` of the channel account for rows that name none. */
  account: string | null
  timeZone: string
  /** Version of every order of this file. */
  version: number
  /** Codes that exist; a row with another one is bad. Absent: not checked. */
  accounts?: ReadonlySet<string>
  carriers?: ReadonlySet<string>
}
/** What a check found: things that may go in, each with the rows it came from, and every fault. A row is in one of both. */
export interface Checked<Input> {
  things: { rows: number[]; input: Input }[]
  faults: RowFault[]
}

/**
 * Rows of a file as canonical orders: one row is one item, rows with the same order number (and account) are one order.
 * An order with any bad row is bad as a whole, and all its rows are listed.
 */
export function toOrders(rows: Row[], mapping: Mapping, defaults: FileDefaults): Checked<OrderAsSent> {
  const things: Checked<OrderAsSent>['things'] = []
  const faults: RowFault[] = []
  for (const group of Map.groupBy(rows, (row) => orderKey(row, mapping, defaults)).values()) {
    const { order, found } = group[0]?.order !== undefined ? wholeOrder(group, defaults) : assemble(group, mapping, defaults)
    if (order && !found.length) things.push({ rows: group.map(({ row }) => row), input: order })
    else faults.push(...found, ...companions(group, found))
  }
  return { things, faults }
}

/** Rows that are refused only because another row of their order is. */
function companions(group: Row[], found: RowFault[]): RowFault[] {
  const guilty = [...new Set(found.map(({ row }) => row))]
  return group
    .filter(({ row }) => !guilty.includes(row))
    .map(({ row }) => ({
      row,
      field: '(pedido)',
      message: `Este pedido tem erro na linha ${guilty.slice(0, 3).join(', ')}; corrija lá e envie todas as linhas do pedido juntas`,
    }))
}

function orderKey({ row, values, order }: Row, mapping: Mapping, { account }: FileDefaults): string {
  // a JSON order stands alone: two of the same number are two versions for the intake to judge
  if (order !== undefined) return `row ${row}`
  const number = values[mapping['external_id'] ?? '']
  return number ? `${values[mapping['account'] ?? ''] || (account ?? '')}\n${number}` : `row ${row}`
}

function wholeOrder([first]: Row[], { account, version, accounts }: FileDefaults): { order: OrderAsSent | null; found: RowFault[] } {
  const { row = 0, order, faults = [] } = first ?? {}
  const sent = { ...(account ? { account } : {}), version, ...(order as object) } as OrderAsSent
  const found = faults.map((fault) => ({ row, ...fault }))
  const parsed = canonicalOrder.safeParse(sent)
  if (!parsed.success)
    return {
      order: null,
      found: [...found, ...parsed.error.issues.map((issue) => ({ row, field: issue.path.join('.') || '(pedido)', message: issue.message }))],
    }
  if (accounts && !accounts.has(sent.account)) found.push({ row, field: 'account', message: unknownAccount(sent.account) })
  const read = sent.buyer.document ? parseDocument(sent.buyer.document) : null
  if (read && 'fault' in read) found.push({ row, field: 'buyer.document', message: read.fault })
  return { order: sent, found }
}

const unknownAccount = (code: string) => `Não há canal ativo com o código "${short(code)}"; cadastre o canal ou corrija o código`

function assemble(group: Row[], mapping: Mapping, defaults: FileDefaults): { order: OrderAsSent | null; found: RowFault[] } {
  const found: RowFault[] = group.flatMap(({ row, faults = [] }) => faults.map((fault) => ({ row, ...fault })))
  const first = group[0]?.row ?? 0
  const columnOf = (field: string) => mapping[field] ?? orderFields.find(({ name }) => name === field)?.label ?? field
  const cell = ({ values }: Row, field: string) => values[mapping[field] ?? '']?.trim() ?? ''
  const blame = (row: number, field: string, message: string) => void found.push({ row, field: columnOf(field), message })
  /** A cell that the order needs, or may have; undefined when it is empty or bad. */
  const read = <T>(row: Row, field: string, parse: (text: string) => Read<T>, needed?: string): T | undefined => {
    const text = cell(row, field)
    if (text === '') {
      if (needed) blame(row.row, field, needed)
      return undefined
    }
    const result = parse(text)
    if ('value' in result) return result.value
    blame(row.row, field, result.fault)
    return undefined
  }
  /** A fact of the whole order: the first row that says it counts, and no other row may say something else. */
  const whole = <T>(field: string, parse: (text: string) => Read<T>, needed?: string): T | undefined => {
    const speaking = group.filter((row) => cell(row, field) !== '')
    const [speaker, ...others] = speaking
    if (!speaker) {
      if (needed) blame(first, field, needed)
      return undefined
    }
    for (const other of others)
      if (cell(other, field) !== cell(speaker, field))
        blame(
          other.row,
          field,
          `A linha ${speaker.row} do mesmo pedido diz "${short(cell(speaker, field))}" e esta diz "${short(cell(other, field))}"; deixe iguais, ou mude o número do pedido`,
        )
    return read(speaker, field, parse)
  }
  const text = (value: string): Read<string> => ({ value })
  const time = (value: string) => readInstant(value, defaults.timeZone)
  const deadline = (value: string) => readInstant(value, defaults.timeZone, true)
  const integer = (min: number, max: number, what: string) => (value: string) => readInteger(value, { min, max, what })

  const externalId = whole('external_id', text, 'Informe o número do pedido')
  const account =
    whole('account', (value) => (defaults.accounts && !defaults.accounts.has(value) ? { fault: unknownAccount(value) } : { value })) ??
    defaults.account ??
    undefined
  if (!account && !found.some(({ field }) => field === columnOf('account')))
    blame(first, 'account', 'Escolha o canal deste arquivo, ou informe o canal em uma coluna')
  const sent = {
    external_id: externalId,
    account,
    version: defaults.version,
    placed_at: whole('placed_at', time, 'Informe a data do pedido, por exemplo 21/11/2026 14:30'),
    status: whole('status', readStatus),
    paid: whole('paid', readYes),
    approved_at: whole('approved_at', time),
    promised_at: whole('promised_at', deadline),
    dispatch_by: whole('dispatch_by', deadline),
    carrier: whole('carrier', (value) =>
      defaults.carriers && !defaults.carriers.has(value)
        ? { fault: `Não há transportadora ativa com o código "${short(value)}"; cadastre-a ou corrija o código` }
        : { value },
    ),
    priority: whole('priority', integer(-100, 100, 'A prioridade')),
    buyer: {
      name: whole('buyer.name', text, 'Informe o nome do comprador'),
      document: whole('buyer.document', readDocument),
      email: whole('buyer.email', text),
      phone: whole('buyer.phone', text),
      external_id: whole('buyer.external_id', text),
    },
    ship_to: {
      recipient: whole('ship_to.recipient', text),
      cep: whole('ship_to.cep', readCep, 'Informe o CEP de entrega, por exemplo 30140-071'),
      street: whole('ship_to.street', text),
      number: whole('ship_to.number', text),
      complement: whole('ship_to.complement', text),
      district: whole('ship_to.district', text),
      city: whole('ship_to.city', text),
      state: whole('ship_to.state', text),
    },
    lines: group.map((row, index) => ({
      external_id: read(row, 'line.external_id', text) ?? String(index + 1),
      sku: read(row, 'line.sku', text, 'Informe o SKU do item'),
      name: read(row, 'line.name', text),
      quantity: read(row, 'line.quantity', integer(1, 1_000_000, 'A quantidade'), 'Informe a quantidade'),
      unit_price: read(row, 'line.unit_price', readReais, 'Informe o valor unitário em reais, por exemplo 49,90'),
      discount: read(row, 'line.discount', readReais),
    })),
    charges: charge(whole('freight', readReais)),
    payments: payment(
      whole('payment.method', text),
      whole('payment.installments', integer(1, 99, 'O número de parcelas')),
      whole('payment.amount', readReais),
      whole('payment.reference', text),
    ),
  }
  const disagreement = sent.ship_to.cep ? cepFault(sent.ship_to.cep, sent.ship_to.state) : null
  if (disagreement) blame(first, 'ship_to.cep', disagreement)
  if (!sent.payments && group.some((row) => cell(row, 'payment.reference')))
    blame(first, 'payment.reference', 'Com o código da cobrança, informe também a forma de pagamento e o valor pago')
  repeatedRows(group, found)
  if (found.length) return { order: null, found }
  // what no cell reader knows (lengths, unknown UF, control characters) is judged by the contract itself
  const parsed = canonicalOrder.safeParse(stripped(sent))
  if (parsed.success) return { order: stripped(sent) as OrderAsSent, found }
  return {
    order: null,
    found: parsed.error.issues.map(({ path, message }) => {
      const line = path[0] === 'lines' && typeof path[1] === 'number' ? group[path[1]] : undefined
      return { row: line?.row ?? first, field: columnOf(line ? `line.${String(path[2])}` : path.join('.')), message }
    }),
  }
}

/** The same row twice is more often a copy error than two units: it is refused rather than guessed. */
function repeatedRows(group: Row[], found: RowFault[]) {
  const seen = new Map<string, number>()
  for (const { row, values } of group) {
    const content = JSON.stringify(Object.entries(values).filter(([column]) => column !== 'erro'))
    const twin = seen.get(content)
    if (twin === undefined) seen.set(content, row)
    else found.push({ row, field: '(linha)', message: `A linha é igual à linha ${twin}; apague uma delas, ou some a quantidade em uma só` })
  }
}

const charge = (freight: number | undefined) => (freight ? [{ kind: 'freight_buyer' as const, amount: freight }] : undefined)
const payment = (method: string | undefined, installments: number | undefined, amount: number | undefined, reference: string | undefined) =>
  method && amount !== undefined ? [{ method, installments, amount, reference }] : undefined

const statuses: Record<string, 'pending' | 'approved' | 'cancelled'> = {
  pendente: 'pending',
  'aguardando pagamento': 'pending',
  'em aberto': 'pending',
  pending: 'pending',
  aprovado: 'approved',
  pago: 'approved',
  'pronto para envio': 'approved',
  'pronto para enviar': 'approved',
  'a enviar': 'approved',
  approved: 'approved',
  paid: 'approved',
  cancelado: 'cancelled',
  cancelada: 'cancelled',
  cancelled: 'cancelled',
  canceled: 'cancelled',
}

function readStatus(text: string): Read<'pending' | 'approved' | 'cancelled'> {
  const value = statuses[plainWords(text)]
  return value ? { value } : { fault: `A situação "${short(text)}" não é conhecida; use pendente, aprovado ou cancelado` }
}

function readDocument(text: string): Read<string> {
  const read = parseDocument(text)
  return 'fault' in read ? read : { value: read.document }
}

function readCep(text: string): Read<string> {
  const digits = text.replaceAll(/[\s.-]/g, '')
  if (/^\d{8}$/.test(digits)) return { value: digits }
  if (/^\d{7}$/.test(digits))
    return { fault: `O CEP "${short(text)}" tem 7 números; se a planilha apagou o zero da frente, escreva 0${digits.slice(0, 4)}-${digits.slice(4)}` }
  return { fault: `O CEP "${short(text)}" não tem 8 números; escreva como 30140-071` }
}

/** Without what is undefined: an absent field and an empty one are the same. */
const stripped = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
