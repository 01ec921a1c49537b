/* Words of the payables that the screens share. */

export const kinds = ['supplier', 'tax', 'payroll', 'rent', 'freight', 'ads', 'service', 'loan', 'other'] as const
export type Kind = (typeof kinds)[number]

export const kindWords: Record<Kind, string> = {
  supplier: 'Fornecedor',
  tax: 'Imposto',
  payroll: 'Folha de pagamento',
  rent: 'Aluguel',
  freight: 'Frete',
  ads: 'Anúncios',
  service: 'Serviço',
  loan: 'Empréstimo',
  other: 'Outra',
}

export const methodWords = {
  boleto: 'Boleto',
  pix: 'Pix',
  transfer: 'Transferência',
  tax_guide: 'Guia de imposto',
  debit: 'Débito automático',
  other: 'Outro',
} as const

export const stateWords = { open: 'A aprovar', approved: 'Aprovada', sent: 'No banco', paid: 'Paga', cancelled: 'Cancelada' } as const
