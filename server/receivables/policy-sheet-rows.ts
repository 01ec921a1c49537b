import { plainWords, readDay, readInteger, readRate, readReais, readSheet, short } from '../channels/index.ts'
import type { Checked, Field, Read, Row } from '../channels/index.ts'
import { draft, methodWords } from './contract.ts'
import type { FeePolicy } from './policies.ts'

/** A version as a file says it: the channel by its code. */
export type SentPolicy = Omit<FeePolicy, 'account'> & { channel: string }

export const policyFields: Field[] = [
  { name: 'channel', label: 'Canal', required: true, aliases: ['código do canal', 'conta', 'marketplace', 'canal de venda'] },
  { name: 'name', label: 'Nome do canal (só para conferir)', aliases: ['nome do canal'] },
  { name: 'valid_from', label: 'Vale desde', required: true, aliases: ['desde', 'início', 'vigência', 'a partir de', 'data'] },
  { name: 'method', label: 'Forma de pagamento', aliases: ['forma', 'pagamento', 'meio de pagamento'] },
  { name: 'from_instalments', label: 'Parcelas a partir de', aliases: ['parcelas', 'número de parcelas'] },
  { name: 'from_price', label: 'Preço a partir de (R$)', aliases: ['preço a partir de', 'faixa', 'faixa de preço', 'de (r$)', 'preço'] },
  { name: 'commission_rate', label: 'Comissão (%)', required: true, aliases: ['comissão', 'taxa', 'tarifa %'] },
  { name: 'fixed_fee', label: 'Tarifa fixa (R$)', aliases: ['tarifa fixa', 'custo fixo', 'tarifa', 'fixo'] },
  { name: 'payment_rate', label: 'Taxa do pagamento (%)', aliases: ['taxa do pagamento', 'mdr', 'taxa do cartão'] },
  { name: 'release_after', label: 'Paga depois da', required: true, aliases: ['paga depois', 'liberação', 'libera depois da', 'conta de'] },
  { name: 'release_days', label: 'Dias até pagar', required: true, aliases: ['dias', 'prazo', 'prazo de liberação', 'dias para liberar'] },
  { name: 'instalment_days', label: 'Dias entre parcelas', aliases: ['intervalo das parcelas'] },
  { name: 'transit_days', label: 'Dias de entrega previstos', aliases: ['dias de entrega', 'prazo de entrega'] },
  { name: 'freight_share', label: 'Frete por nossa conta (%)', aliases: ['frete por nossa conta', 'frete'] },
  { name: 'coupon_share', label: 'Cupom por nossa conta (%)', aliases: ['cupom por nossa conta', 'cupom'] },
  { name: 'tax_withheld_rate', label: 'Tributos retidos (%)', aliases: ['tributos retidos', 'retenção'] },
  { name: 'tax_split_rate', label: 'IBS e CBS retidos (%)', aliases: ['ibs e cbs retidos', 'split payment'] },
  { name: 'acquirer', label: 'Credenciadora', aliases: ['adquirente'] },
  { name: 'arrangement', label: 'Arranjo', aliases: ['bandeira', 'arranjo de pagamento'] },
  { name: 'note', label: 'Observação', aliases: ['nota', 'comentário'] },
]
export const labelOf = (field: string) => policyFields.find(({ name }) => name === field)?.label ?? field
/** The rows of one version: what it is, or every fault of every row. */
export function versionOf(
  group: Row[],
  mapping: Record<string, string>,
  accounts: ReadonlySet<string> | undefined,
  account: string | null,
): Checked<SentPolicy> {
  const columnOf = (field: string) => mapping[field] ?? labelOf(field)
  const { things, faults } = readSheet(
    group,
    mapping,
    policyFields,
    (read) => {
      const share = (field: string, what: string) => {
        const rate = read(field, readRate(what))
        return rate === undefined ? undefined : shareOf(rate)
      }
      return {
        channel: read('channel', channelIn(accounts)) ?? account ?? read('channel', channelIn(accounts), 'Informe o código do canal') ?? '',
        valid_from: read('valid_from', readDay, 'Informe desde que dia valem') ?? '2000-01-01',
        method: read('method', readMethod) ?? null,
        from_instalments: read('from_instalments', (text) => readInteger(text, { min: 1, max: 99, what: 'O número de parcelas' })) ?? 1,
        from_price: read('from_price', readReais) ?? 0,
        commission_rate: shareOf(read('commission_rate', readRate('A comissão'), 'Informe a comissão; se não há, escreva 0') ?? '0'),
        fixed_fee: read('fixed_fee', readReais) ?? 0,
        terms: {
          payment_rate: share('payment_rate', 'A taxa do pagamento'),
          release_after: read('release_after', readRelease),
          release_days: read('release_days', (text) => readInteger(text, { min: 0, max: 400, what: 'O prazo' })),
          instalment_days: read('instalment_days', (text) => readInteger(text, { min: 1, max: 90, what: 'O intervalo' })),
          transit_days: read('transit_days', (text) => readInteger(text, { min: 0, max: 120, what: 'O prazo de entrega' })),
          freight_share: share('freight_share', 'A parte do frete'),
          coupon_share: share('coupon_share', 'A parte do cupom'),
          tax_withheld_rate: share('tax_withheld_rate', 'A retenção'),
          tax_split_rate: share('tax_split_rate', 'A retenção'),
          acquirer: read('acquirer', upTo(40)),
          arrangement: read('arrangement', upTo(40)),
          note: read('note', upTo(500)),
        },
      }
    },
    ({ from_price }) => String(from_price),
    'a faixa',
  )
  const terms = new Map<string, { value: unknown; row: number }>()
  for (const { rows, input } of things)
    for (const [field, value] of Object.entries(input.terms)) {
      const known = terms.get(field)
      if (value === undefined) continue
      if (!known) terms.set(field, { value, row: rows[0]! })
      else if (known.value !== value)
        faults.push({
          row: rows[0]!,
          field: columnOf(field),
          message: `Difere da linha ${known.row}, que é das mesmas taxas: repita o valor ou deixe em branco`,
        })
    }
  const first = things[0]
  if (first && !faults.length) {
    const { channel, valid_from, method, from_instalments } = first.input
    const said = Object.fromEntries([...terms].map(([field, { value }]) => [field, value]))
    const bands = things.map(({ input: { from_price, commission_rate, fixed_fee } }) => ({ from_price, commission_rate, fixed_fee }))
    const parsed = draft.safeParse({ ...said, account: 1, method, from_instalments, bands })
    if (parsed.success) {
      const { account: _, ...version } = parsed.data
      return { things: [{ rows: things.flatMap(({ rows }) => rows), input: { ...version, channel, valid_from } }], faults: [] }
    }
    for (const { path, message } of parsed.error.issues) {
      const field = path[0] === 'bands' ? 'from_price' : String(path[0])
      faults.push({ row: first.rows[0]!, field: columnOf(field), message: needed[field] ?? message })
    }
  }
  const guilty = new Set(faults.map(({ row }) => row))
  const others = group.flatMap(({ row }) =>
    guilty.has(row) ? [] : [{ row, field: '(linha)', message: `As taxas são gravadas inteiras: corrija a linha ${[...guilty].join(', ')}` }],
  )
  return { things: [], faults: [...faults, ...others] }
}

const needed: Record<string, string> = {
  release_after: 'Informe aprovação ou entrega: desde quando o canal conta o prazo',
  release_days: 'Informe em quantos dias o canal paga',
}
const channelIn =
  (accounts: ReadonlySet<string> | undefined) =>
  (text: string): Read<string> => {
    const code = text.toLowerCase()
    return !accounts || accounts.has(code)
      ? { value: code }
      : { fault: `Nenhum canal tem o código "${short(text)}"; use ${[...accounts].toSorted().join(', ')}` }
  }
const methodNames = new Map(
  Object.entries(methodWords).flatMap(
    ([code, word]) =>
      [
        [plainWords(word), code],
        [plainWords(code), code],
      ] as [string, string][],
  ),
)
const readMethod = (text: string): Read<string> => {
  const known = methodNames.get(plainWords(text))
  if (known) return { value: known }
  return /^[a-z][a-z0-9_]{1,39}$/.test(text)
    ? { value: text }
    : { fault: `"${short(text)}" não é uma forma de pagamento; use ${Object.values(methodWords).join(', ')}, ou deixe em branco para toda venda` }
}
const readRelease = (text: string): Read<'approval' | 'delivery'> => {
  const word = plainWords(text)
  if (/^(da )?(aprovacao|venda|pagamento)$/.test(word)) return { value: 'approval' }
  if (/^(da )?entrega$/.test(word)) return { value: 'delivery' }
  return { fault: `"${short(text)}" não é aprovação nem entrega; escreva uma das duas` }
}
const upTo =
  (most: number) =>
  (text: string): Read<string> =>
    text.length > most ? { fault: `No máximo ${most} letras` } : { value: text }
/** A percentage as a share: "16.5" is "0.165". */
const shareOf = (rate: string) => (Math.round(Number(rate) * 10_000) / 1_000_000).toFixed(6).replace(/\.?0+$/, '')
