import { z } from 'zod'

/** One thing to fill in, with its words: the form is drawn and the answer checked from the same line. */
export interface PartnerField {
  name: string
  label: string
  /** Where to find it, or what it does. */
  hint?: string
  /** `secret` is sealed and never shown again. */
  type: 'text' | 'secret' | 'email' | 'url' | 'number' | 'switch' | 'choice'
  required?: true
  default?: string | number | boolean
  choices?: { value: string; label: string }[]
  min?: number
  max?: number
  /** Of interest to few: behind "Avançado". */
  advanced?: true
}

export interface PartnerKindWords {
  title: string
  /** What happens once it is set up. */
  does: string
  /** Whose notas: of the orders of one channel, or of a company. */
  of: 'account' | 'company'
  fields: readonly PartnerField[]
}

const base = (address: string): PartnerField => ({
  name: 'base',
  label: 'Endereço da API',
  hint: 'Só mude para testar com um simulador',
  type: 'url',
  default: address,
  advanced: true,
})
const pace = (perSecond: number): PartnerField => ({
  name: 'per_second',
  label: 'Chamadas por segundo',
  hint: 'No máximo; o canal bloqueia quem passa do limite dele',
  type: 'number',
  default: perSecond,
  min: 0.1,
  max: 100,
  advanced: true,
})
const rehearse: PartnerField = {
  name: 'homologation',
  label: 'Enviar também notas de homologação',
  hint: 'Não têm valor fiscal e os canais de verdade as recusam: só para testes',
  type: 'switch',
  default: false,
  advanced: true,
}
const link: PartnerField = {
  name: 'link',
  label: 'Endereço de consulta da nota',
  hint: '{chave} vira a chave de acesso',
  type: 'text',
  default: 'https://www.nfe.fazenda.gov.br/portal/consultaRecaptcha.aspx?tipoConsulta=resumo&nfe={chave}',
  advanced: true,
}
const oauth = (where: string): PartnerField[] => [
  { name: 'client_id', label: 'ID do aplicativo', hint: where, type: 'text', required: true },
  { name: 'client_secret', label: 'Chave secreta do aplicativo', type: 'secret', required: true },
  {
    name: 'refresh_token',
    label: 'Refresh token',
    hint: 'Da autorização da loja; a Retaguarda o renova sozinha e guarda o novo',
    type: 'secret',
    required: true,
  },
]
const smtp: PartnerField[] = [
  { name: 'host', label: 'Servidor SMTP', hint: 'Por exemplo smtp.suaempresa.com.br', type: 'text', required: true },
  { name: 'port', label: 'Porta', type: 'number', default: 587, min: 1, max: 65_535 },
  {
    name: 'security',
    label: 'Segurança',
    type: 'choice',
    default: 'starttls',
    choices: [
      { value: 'starttls', label: 'STARTTLS (porta 587)' },
      { value: 'tls', label: 'TLS (porta 465)' },
      { value: 'none', label: 'Nenhuma (só na rede local)' },
    ],
  },
  { name: 'user', label: 'Usuário', type: 'text' },
  { name: 'password', label: 'Senha', type: 'secret' },
  { name: 'from', label: 'Remetente', hint: 'O endereço que aparece para quem recebe', type: 'email', required: true },
]

export const partnerKinds = {
  mercado_livre: {
    title: 'Mercado Livre',
    does: 'Envia o XML de cada envio; o Mercado Livre então libera a etiqueta.',
    of: 'account',
    fields: [...oauth('Em developers.mercadolivre.com.br, Minhas aplicações'), pace(5), base('https://api.mercadolibre.com'), rehearse],
  },
  shopee: {
    title: 'Shopee',
    does: 'Envia o XML de cada pedido; sem ele a Shopee não deixa programar a coleta.',
    of: 'account',
    fields: [
      { name: 'partner_id', label: 'Partner ID', hint: 'Em open.shopee.com, App List', type: 'text', required: true },
      { name: 'partner_key', label: 'Partner key', type: 'secret', required: true },
      { name: 'shop_id', label: 'Shop ID', type: 'text', required: true },
      {
        name: 'refresh_token',
        label: 'Refresh token',
        hint: 'Da autorização da loja; a Retaguarda o renova sozinha e guarda o novo',
        type: 'secret',
        required: true,
      },
      pace(5),
      base('https://partner.shopeemobile.com'),
      rehearse,
    ],
  },
  magalu: {
    title: 'Magalu',
    does: 'Envia o XML de cada entrega e acompanha a validação; nota inválida volta para correção.',
    of: 'account',
    fields: [
      ...oauth('Em developers.magalu.com, Minhas aplicações'),
      { name: 'channel_id', label: 'ID do canal de venda', hint: 'Um código como 9fe0d853-732b-4e4a-a0b0-cff988ed043d', type: 'text', required: true },
      pace(5),
      base('https://api.magalu.com'),
      { ...base('https://id.magalu.com'), name: 'auth_base', label: 'Endereço da autorização' },
      rehearse,
    ],
  },
  vtex: {
    title: 'VTEX',
    does: 'Informa número, chave, valor e itens da nota e anexa o XML ao pedido.',
    of: 'account',
    fields: [
      { name: 'account_name', label: 'Nome da conta VTEX', hint: 'O que vem antes de .vtexcommercestable.com.br', type: 'text', required: true },
      { name: 'app_key', label: 'App Key', type: 'text', required: true },
      { name: 'app_token', label: 'App Token', type: 'secret', required: true },
      pace(10),
      link,
      { ...base(''), hint: 'Vazio: o da conta. Só mude para testar com um simulador' },
      rehearse,
    ],
  },
  nuvemshop: {
    title: 'Nuvemshop',
    does: 'Grava a chave e o endereço da nota no pedido; o consumidor os vê.',
    of: 'account',
    fields: [
      { name: 'store_id', label: 'ID da loja', type: 'text', required: true },
      { name: 'access_token', label: 'Token de acesso', type: 'secret', required: true },
      { name: 'contact', label: 'E-mail de contato', hint: 'A Nuvemshop exige um contato em cada chamada', type: 'email', required: true },
      pace(2),
      link,
      base('https://api.nuvemshop.com.br/2025-03'),
      rehearse,
    ],
  },
  email: {
    title: 'E-mail ao consumidor',
    does: 'Manda a nota (DANFE e XML) a quem comprou, assim que é autorizada.',
    of: 'company',
    fields: [
      ...smtp,
      { name: 'from_name', label: 'Nome do remetente', hint: 'Vazio: o nome da loja', type: 'text' },
      { name: 'reply_to', label: 'Responder para', hint: 'Onde chegam as respostas do consumidor', type: 'email' },
      {
        name: 'marketplaces',
        label: 'Mandar também a quem comprou em marketplaces',
        hint: 'Em geral o marketplace já mostra a nota e pede que não se escreva ao comprador',
        type: 'switch',
        default: false,
      },
      pace(2),
      rehearse,
    ],
  },
  accountant: {
    title: 'Contador',
    does: 'Manda no começo do mês um ZIP com todos os XML do mês anterior: notas, eventos, inutilizações e um índice.',
    of: 'company',
    fields: [
      { name: 'to', label: 'E-mail do contador', type: 'email', required: true },
      { name: 'day', label: 'Dia do envio', hint: 'Do mês seguinte; as inutilizações vão até o dia 10', type: 'number', default: 3, min: 1, max: 28 },
      {
        name: 'megabytes',
        label: 'Tamanho máximo de cada e-mail (MB)',
        hint: 'O mês que passar disso vai em partes',
        type: 'number',
        default: 15,
        min: 1,
        max: 50,
        advanced: true,
      },
      ...smtp,
      rehearse,
    ],
  },
  folder: {
    title: 'Pasta do ERP',
    does: 'Grava um arquivo por nota numa pasta do servidor, de onde o ERP o lê.',
    of: 'company',
    fields: [
      { name: 'folder', label: 'Pasta', hint: 'Dentro da pasta de saída do servidor; por exemplo erp/notas', type: 'text', required: true },
      {
        name: 'layout',
        label: 'Organização',
        type: 'choice',
        default: 'flat',
        choices: [
          { value: 'flat', label: 'Tudo na mesma pasta' },
          { value: 'month', label: 'Uma pasta por mês' },
          { value: 'company', label: 'Uma pasta por CNPJ e mês' },
        ],
      },
      rehearse,
    ],
  },
  webhook: {
    title: 'Webhook',
    does: 'Faz um POST assinado com o XML de cada nota ao sistema que você indicar.',
    of: 'company',
    fields: [
      { name: 'url', label: 'Endereço', hint: 'Precisa responder 2xx em até 20 segundos', type: 'url', required: true },
      {
        name: 'secret',
        label: 'Segredo da assinatura',
        hint: 'No mínimo 16 letras; confira com ele o cabeçalho Retaguarda-Signature',
        type: 'secret',
        required: true,
      },
      pace(10),
      rehearse,
    ],
  },
} as const satisfies Record<string, PartnerKindWords>

export type PartnerKind = keyof typeof partnerKinds
export const kindNames = Object.keys(partnerKinds) as [PartnerKind, ...PartnerKind[]]
export const fieldsOf = (kind: PartnerKind): readonly PartnerField[] => partnerKinds[kind].fields

/** What may be stored of a kind: unknown fields refused, defaults filled in. Secrets are not in it. */
export function settingsSchema(kind: PartnerKind) {
  return z.strictObject(
    Object.fromEntries(
      fieldsOf(kind)
        .filter((field) => field.type !== 'secret')
        .map((field) => [field.name, fieldSchema(field)]),
    ),
  )
}

function fieldSchema(field: PartnerField): z.ZodType {
  if (field.type === 'switch') return z.boolean().default(field.default === true)
  if (field.type === 'number')
    return z
      .number('Informe um número')
      .min(field.min ?? 0, `No mínimo ${field.min ?? 0}`)
      .max(field.max ?? 1e6, `No máximo ${field.max ?? 1e6}`)
      .default(Number(field.default ?? 0))
  if (field.type === 'choice')
    return z.enum((field.choices ?? []).map(({ value }) => value) as [string], 'Escolha uma das opções').default(String(field.default))
  const plain = z
    .string('Informe um texto')
    .trim()
    .max(400, 'No máximo 400 letras')
    // a line break in a value ends up in a header of a request or of an e-mail
    // eslint-disable-next-line no-control-regex -- refusing them is the point
    .refine((text) => !/[\u0000-\u001f\u007f]/.test(text), 'Há caracteres inválidos no texto')
    .refine((text) => !field.required || text !== '', 'Preencha este campo')
    .refine((text) => text === '' || field.type !== 'email' || z.email().safeParse(text).success, 'Informe um e-mail')
    .refine((text) => text === '' || field.type !== 'url' || /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'Informe um endereço completo, com https://')
  return field.required ? plain : plain.default(String(field.default ?? ''))
}
