/** Titles of what payables refuse. */
export const refusals = {
  no_such_payable: 'Esta conta a pagar não existe',
  payable_paid: 'A conta de {beneficiary} já foi paga em {day} com outro valor, banco ou comprovante; desfaça aquele pagamento antes',
  payable_proved: 'O pagamento de {beneficiary} está ligado a uma linha do extrato; desfaça a ligação na conciliação do banco',
  payable_cancelled: 'Esta conta a pagar foi cancelada',
  no_such_bank_account: 'Esta conta bancária não existe',
}
