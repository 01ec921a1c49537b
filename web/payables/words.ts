import { kindWords } from '../../server/payables/contract.ts'
import type { PayableRow } from '../../server/payables/contract.ts'
import type { Tone } from '../components/State.tsx'
import { count } from '../components/format.ts'

/** A payable's state with its colour; late ones say by how much. */
export function standing({ state, late, attention }: Pick<PayableRow, 'state' | 'late' | 'attention'>): { tone: Tone; word: string } {
  if (state === 'paid') return { tone: 'ok', word: 'Paga' }
  if (state === 'cancelled') return { tone: 'idle', word: 'Cancelada' }
  if (attention) return { tone: 'warn', word: 'A conferir' }
  if (state === 'sent') return { tone: 'info', word: 'No banco' }
  return state === 'approved' ? { tone: 'ok', word: 'Aprovada' } : { tone: late !== null && late > 0 ? 'bad' : 'warn', word: 'A aprovar' }
}

/** "vence hoje", "3 dias de atraso", "em 12 dias"; nothing for what is over. */
export function dueWords(late: number | null): string {
  if (late === null) return ''
  if (late === 0) return 'hoje'
  if (late === -1) return 'amanhã'
  return late > 0 ? `${count(late, 'dia', 'dias')} de atraso` : `em ${count(-late, 'dia', 'dias')}`
}

/** What it is for: the nota's or sheet's number first, then the words. */
export const whatFor = ({ description, number, instalment, instalments, kind }: PayableRow) =>
  [
    description || kindWords[kind],
    number && !description.includes(number.split('/')[0]!) ? `nº ${number}` : null,
    instalments && instalments > 1 ? `parcela ${instalment} de ${instalments}` : null,
  ]
    .filter(Boolean)
    .join(' · ')

export const eventWords = {
  added: 'Lançada',
  changed: 'Alterada',
  approved: 'Aprovada',
  approval_lost: 'Voltou a precisar de aprovação',
  sent: 'Enviada ao banco',
  refused: 'Voltou do banco',
  paid: 'Paga',
  unpaid: 'Pagamento desfeito',
  cancelled: 'Cancelada',
  attention: 'Aviso',
  seen: 'Aviso conferido',
} as const

export const paidByWords = { bank: 'pelo extrato do banco', remittance: 'pelo retorno da remessa', person: 'marcada por uma pessoa' } as const

export const fieldWords: Record<string, string> = {
  amount: 'valor',
  due_on: 'vencimento',
  discount: 'desconto',
  beneficiary: 'favorecido',
  document: 'CPF ou CNPJ',
  supplier_id: 'fornecedor',
  method: 'forma de pagamento',
  barcode: 'código do boleto',
  pix_key: 'chave Pix',
  bank_details: 'dados bancários',
}
