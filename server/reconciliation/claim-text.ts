import { partWords } from './contract.ts'
import type { AnswerOf } from '../platform/endpoint.ts'
import type { MoneyParts, readClaims } from './contract.ts'
import { reais } from './formats/cells.ts'

type Claim = AnswerOf<typeof readClaims>['claims'][number]

/** What is written to the channel, in Portuguese: each order with what was agreed, what was charged and the difference, and where it stands in the channel's own file. */
export function claimText(claims: Claim[]): string {
  if (!claims.length) return ''
  const total = claims.reduce((sum, { amount }) => sum + amount, 0)
  const head =
    claims.length === 1 ? 'Pedimos a revisão da cobrança abaixo.' : `Pedimos a revisão das ${claims.length} cobranças abaixo, que somam ${reais(total)}.`
  return [
    'Olá,',
    '',
    head,
    '',
    ...claims.flatMap((claim, index) => [`${claims.length > 1 ? `${index + 1}. ` : ''}Pedido ${claim.external_order ?? 'sem número'}`, ...facts(claim), '']),
    `Valor a devolver: ${reais(total)}`,
    '',
    'Obrigado.',
  ].join('\n')
}

const facts = (claim: Claim): string[] => [
  ...about[claim.kind](claim),
  ...claim.said.map((words) => `   ${words}`),
  ...(claim.said.length && claim.expected_parts && claim.charged_parts
    ? [`   Combinado: ${sum(claim.expected_parts)}`, `   Cobrado: ${sum(claim.charged_parts)}`]
    : []),
  ...(claim.file ? [`   Onde está: ${claim.file}${claim.row === null ? '' : `, linha ${claim.row}`}${claim.day ? `, de ${date(claim.day)}` : ''}`] : []),
  `   Diferença: ${reais(claim.amount)}`,
]

const about: Record<Claim['kind'], (claim: Claim) => string[]> = {
  commission: ({ expected, paid }) => [`   O repasse devia ser ${reais(expected)} e veio ${reais(paid)}.`],
  freight: ({ expected, paid, line, expected_parts }) =>
    paid < 0 || line === null || !expected_parts
      ? [`   Foi cobrado frete acima do combinado: ${reais(-paid)}, quando caberiam ${reais(-expected)}.`]
      : [`   O repasse devia ser ${reais(expected)} e veio ${reais(paid)}, com frete acima do combinado.`],
  duplicate: ({ paid, amount }) => [
    paid < 0
      ? `   A mesma cobrança de ${reais(amount)} foi feita duas vezes neste pedido.`
      : `   Uma tarifa de ${reais(amount)} foi cobrada duas vezes neste pedido.`,
  ],
  unknown_charge: ({ paid, word }) => [`   Foi cobrado ${reais(-paid)}${word ? ` (${word})` : ''} de um pedido que não é nosso.`],
  refund_commission: ({ paid, expected }) => [
    `   A venda foi devolvida e a comissão não voltou: a devolução tirou ${reais(-paid)}, quando devia tirar ${reais(-expected)}.`,
  ],
  missing: ({ expected, day }) => [`   O pedido foi entregue${day ? `, vencia em ${date(day)}` : ''} e o repasse de ${reais(expected)} não veio.`],
}

function sum(parts: MoneyParts): string {
  const taken = (Object.keys(partWords) as (keyof typeof partWords)[]).filter((part) => part !== 'gross' && parts[part] !== 0)
  return `${reais(parts.gross)} da venda${taken.map((part) => ` ${parts[part] < 0 ? '-' : '+'} ${reais(Math.abs(parts[part]))} de ${partWords[part].toLowerCase()}`).join('')} = ${reais(parts.net)}`
}

const date = (day: string) => day.split('-').toReversed().join('/')
