import type { Candidate, LineRow } from '../../server/bank/contract.ts'

/** What moved the money, as a bank's customer says it. */
export const lineKinds: Record<string, string> = {
  pix: 'Pix',
  transfer: 'Transferência',
  boleto: 'Boleto',
  card: 'Cartão',
  fee: 'Tarifa',
  tax: 'Tributo',
  interest: 'Juros ou rendimento',
  cash: 'Dinheiro',
  cheque: 'Cheque',
  refund: 'Estorno',
  other: '',
}

export const candidateKinds: Record<Candidate['kind'], string> = {
  payout: 'Repasse',
  payable: 'Conta a pagar',
  transfer: 'Entre contas',
  rule: 'Regra',
  anticipation: 'Antecipação',
  ledger: 'Plano de contas',
  several: 'Várias contas',
}

/** How sure: in words, never a number alone. */
export function sureness(score: number): { word: string; tone: 'ok' | 'info' | 'idle' } {
  if (score > 12) return { word: 'quase certo', tone: 'ok' }
  if (score > 6) return { word: 'provável', tone: 'info' }
  return { word: 'possível', tone: 'idle' }
}

export const foundWord = (found: LineRow['matches'][number]) =>
  found.found_by === 'person' ? (found.who ?? 'uma pessoa') : found.found_by === 'rule' ? 'regra' : 'automático'
