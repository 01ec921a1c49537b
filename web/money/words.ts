/** The posting tables' events in the words of a shop, `event.amount`. */
const events: Record<string, string> = {
  approved: 'Venda aprovada',
  cancelled: 'Venda cancelada',
  delivered: 'Venda entregue',
  returned: 'Venda devolvida',
  chargeback: 'Contestação do comprador',
  chargeback_reversal: 'Contestação ganha',
  credited: 'Crédito na carteira',
  settled: 'Recebível pago',
  short_paid: 'Pago a menos, a recuperar',
  over_paid: 'Pago a mais',
  claim_paid: 'Recuperado do canal',
  claim_lost: 'Não recuperado',
  claim_undone: 'Situação da cobrança desfeita',
  charged: 'Cobrado pelo canal',
  taken_back: 'Estornado pelo canal',
  withdrawn: 'Saque da carteira',
  withdrawal_cancelled: 'Saque cancelado',
  held: 'Retido por contrato',
  payout_arrived: 'Repasse no banco',
  transferred: 'Transferência entre bancos',
  recognised: 'Linha do banco',
  owed: 'Conta a pagar',
  owed_for: 'Revisto o que é mercadoria na nota',
  paid: 'Pagamento',
  goods_in: 'Entrada de mercadoria',
  goods_counted: 'Recebimento sem nota',
  goods_out: 'Saída de mercadoria',
  goods_back: 'Volta de mercadoria',
  goods_lost: 'Perda de mercadoria',
  late_cost: 'Custo que veio depois',
  anticipation: 'Antecipação',
  before_us: 'Venda de antes de usarmos o Retaguarda',
}
const amounts: Record<string, string> = {
  commission: 'comissão',
  fixed_fee: 'tarifa fixa',
  payment_fee: 'custo do pagamento',
  freight: 'frete',
  coupon: 'cupom',
  tax_withheld: 'tributo retido',
  tax_split: 'IBS e CBS retidos',
  other_fee: 'outras tarifas',
  interest: 'juros',
  discount: 'desconto',
}

/** "Venda aprovada: comissão". */
export function whatHappened(kind: string): string {
  const [event = '', amount = ''] = kind.split('.')
  return `${events[event] ?? kind}${amounts[amount] ? `: ${amounts[amount]}` : ''}`
}
/** Kinds of lines in the channels' files. */
const lineKinds: Record<string, string> = {
  payment: 'pagamento de venda',
  share: 'parte do pagamento de um lote',
  refund: 'devolução',
  refund_reversal: 'devolução desfeita',
  chargeback: 'contestação',
  chargeback_reversal: 'contestação ganha',
  dispute: 'disputa',
  fee: 'tarifa',
  shipping: 'frete',
  withdrawal: 'saque',
  withdrawal_cancel: 'saque cancelado',
  payout: 'repasse',
  anticipation: 'antecipação',
  reserve: 'reserva',
  lien: 'trava de recebível',
  adjustment: 'ajuste',
  other: 'outro',
}
export const lineKind = (kind: string) => lineKinds[kind] ?? kind
