/** What the web and other programs may ask, in a file for each resource. */
export * from './list-contract.ts'
export * from './policies-contract.ts'

/** What this module refuses, in words; `{name}` is a fact of the refusal. */
export const refusals = {
  no_such_receivable: 'Recebível não encontrado',
  no_such_policy: 'Taxas não encontradas',
  no_such_channel: 'Canal de venda não encontrado',
  policy_of_that_day: 'Este canal já tem taxas que começam em {day}: escolha outro dia. O que está em vigor não muda mais',
  policy_before_another: 'Já há taxas que começam depois, em {day}: as novas começam depois delas',
  not_a_proposal: 'Estas taxas já foram aceitas ou dispensadas',
} as const
