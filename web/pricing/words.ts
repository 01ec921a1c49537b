import type { waterfallEndpoint, negativesEndpoint } from '../../server/pricing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { money, percent } from '../components/format.ts'

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

/** With its article, as in "por causa de …". */
const because: Record<Component, string> = {
  goods: 'do preço',
  freight_charged: 'do frete cobrado',
  discount: 'dos descontos e cupons',
  refund: 'do que foi devolvido ao comprador',
  tax: 'dos impostos',
  cost: 'do custo dos produtos',
  commission: 'da comissão',
  fixed_fee: 'da tarifa fixa',
  payment_fee: 'do custo do pagamento e de outras tarifas',
  freight_paid: 'do frete pago',
  packaging: 'da embalagem',
  ads: 'dos anúncios pagos',
  return_cost: 'das perdas com devolução',
}

type Why = NonNullable<AnswerOf<typeof negativesEndpoint>['rows'][number]['why']>
const reais = (centavos: number) => `R$\u00a0${money(Math.abs(centavos))}`
/** Why something loses money, as one would say it. */
export function reasonOf(why: Why | null, heaviest: { component: Component; centavos: number }[] = []): string {
  if (!why) return 'Falta a previsão para comparar'
  if (why.reason === 'changed') return `Ia dar lucro; virou por causa ${because[why.component]}: ${reais(why.centavos)} além do previsto`
  const parts = (heaviest.length > 0 ? heaviest : [why]).map(({ component, centavos }) => `${componentNames[component].toLowerCase()} ${reais(centavos)}`)
  return `Vendido abaixo do que custa. O que mais pesa: ${parts.join(', ')}`
}

/** A share with the same minus as money; too small to show is zero. */
export function signedPercent(share: number, decimals = 1): string {
  const written = percent(Math.abs(share), decimals)
  return share < 0 && /[1-9]/.test(written) ? `−${written}` : written
}

/** Margin as a share of the revenue; null where there is none. */
export const shareOf = (margin: number, revenue: number) => (revenue > 0 ? margin / revenue : null)
