import type { waterfallEndpoint, negativesEndpoint } from '../../server/pricing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { money } from '../components/format.ts'

export type Component = AnswerOf<typeof waterfallEndpoint>['bars'][number]['component']

export const componentNames: Record<Component, string> = {
  goods: 'Produtos',
  freight_charged: 'Frete cobrado',
  discount: 'Descontos e cupons',
  refund: 'Devolvido ao comprador',
  tax: 'Impostos',
  cost: 'Custo dos produtos',
  commission: 'Comissão',
  fixed_fee: 'Tarifa fixa',
  payment_fee: 'Pagamento e outras tarifas',
  freight_paid: 'Frete pago',
  packaging: 'Embalagem',
  ads: 'Anúncios pagos',
  return_cost: 'Perdas com devolução',
}

export const dimensionNames = {
  channel: 'Canal',
  listing: 'Anúncio',
  product: 'Produto',
  supplier: 'Fornecedor',
  kit: 'Kit',
  carrier: 'Transportadora',
  state: 'UF',
  day: 'Dia',
} as const
export type Dimension = keyof typeof dimensionNames

/** Where a dimension has no name: a line without a product, a product without a supplier. */
export const unnamed: Partial<Record<Dimension, string>> = {
  product: 'SKU ainda sem produto',
  supplier: 'Sem fornecedor',
  carrier: 'Sem transportadora',
  state: 'Sem endereço',
}

type Why = NonNullable<AnswerOf<typeof negativesEndpoint>['rows'][number]['why']>
/** Why something loses money, as one would say it. */
export function reasonOf(why: Why | null): string {
  if (!why) return 'Falta a previsão para comparar'
  const name = componentNames[why.component].toLowerCase()
  const amount = `R$\u00a0${money(Math.abs(why.centavos))}`
  return why.reason === 'sold_below'
    ? `Vendido abaixo do que custa: o que mais pesa é ${name} (${amount})`
    : `Ia dar lucro; virou por causa de ${name} (${amount} a mais que o previsto)`
}

/** Margin as a share of the revenue; null where there is none. */
export const shareOf = (margin: number, revenue: number) => (revenue > 0 ? margin / revenue : null)
