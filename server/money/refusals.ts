/** Titles of what the journal refuses. */
export const refusals = {
  period_closed: 'O dia {day} já foi fechado: lance no dia aberto',
  move_differs: 'O lançamento {key} já existe com outro conteúdo',
  day_not_over: 'O dia {until} ainda não terminou',
  already_closed: 'Os dias até {until} já estão fechados',
  no_such_bank_line: 'Esta linha do banco não existe',
  no_such_move: 'Este lançamento não existe',
}
