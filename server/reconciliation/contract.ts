/** What the web and other programs may ask, in a file for each resource. */
import { exitRefusals } from './exits-contract.ts'

export * from './claims-contract.ts'
export * from './exits-contract.ts'
export * from './files-contract.ts'
export * from './lines-contract.ts'
export * from './reports/endpoints.ts'

export const refusals = {
  file_missing: 'Envie o arquivo no campo "file"',
  no_such_file: 'Este arquivo não existe',
  file_known: 'O arquivo {name} já entrou antes',
  file_refused: 'O arquivo tem problemas e não entrou',
  file_answered: 'Este arquivo não espera resposta agora',
  file_gone: 'O conteúdo deste arquivo está no arquivo original',
  which_bank_account: 'Diga de qual conta bancária é o arquivo',
  no_such_channel: 'Canal de venda não encontrado',
  no_such_mapping: 'Esta ligação de colunas não existe',
  line_not_open: 'Esta linha não está mais aberta; atualize a lista',
  sales_of_another_batch: 'Estas vendas não são do lote desta linha; atualize a lista',
  no_such_receivable: 'Recebível não encontrado',
  receivable_settled: 'Este recebível já foi recebido; desfaça a ligação dele antes',
  part_too_large: 'A linha traz {net} e faltam {open}: para ligar, quite o recebível em vez de pagar uma parte',
  not_matched: 'Uma destas linhas não está ligada a nada; atualize a lista',
  claim_answered: 'A cobrança {claim} já foi respondida ou encerrada; volte a situação dela antes',
  claim_twice: 'A cobrança {other} já pede o mesmo que a {claim}; retire aquela antes',
  claim_step: 'Uma cobrança {from} não passa a {to}',
  nothing_to_give_up: 'Nada destes recebíveis está em aberto',
  claim_by_line: 'A cobrança {claim} foi paga por uma linha do repasse; volte atrás na linha antes',
  line_negative: 'Esta linha tira dinheiro: ela não quita um recebível',
  ...exitRefusals,
}
