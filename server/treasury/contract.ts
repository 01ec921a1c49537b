export * from './anticipation-endpoints.ts'
export * from './cash-endpoints.ts'
export * from './credit-endpoints.ts'
export * from './scenario-endpoints.ts'
export type { Financed } from './shapes.ts'
export * from './simulation-endpoints.ts'

export const refusals = {
  no_such_scenario: 'Este cenário não existe mais',
  no_sales_history: 'Não dá para calcular as vendas de {month}: não há vendas no mesmo mês do ano passado nem nos últimos 30 dias',
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
