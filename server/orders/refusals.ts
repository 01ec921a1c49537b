/** What this module refuses, in words; `{name}` is a fact of the refusal. */
export const refusals = {
  no_such_order: 'Pedido não encontrado',
  no_such_shipment: 'Envio não encontrado',
  no_such_account: 'Não há canal com o código {account}',
  no_such_carrier: 'Não há transportadora ativa com o código {carrier}',
  no_such_place: 'Não há endereço ativo com o código {place}',
  not_a_shelf: 'O endereço {place} não é de venda nem quarentena',
  no_such_put_back: 'Esta devolução à prateleira já foi feita ou não existe',
  order_cancelled: 'Pedido cancelado. {next}',
  order_on_hold: 'Pedido retido: não dá para {operation} até alguém soltar',
  not_now: 'Não dá para {operation} agora: o pedido está {state}',
  nota_first: 'A caixa do pedido {order} não sai sem nota ({state}). {next}',
  channel_status_too_old: 'Não dá para {operation} sem reler a situação no canal',
  nothing_to_split: 'Escolha parte das unidades: nem nenhuma, nem todas',
}
