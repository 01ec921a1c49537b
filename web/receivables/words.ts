import { methodWords } from '../../server/receivables/contract.ts'
import type { ReceivableState } from '../../server/receivables/contract.ts'
import type { Tone } from '../components/State.tsx'
import { number } from '../components/format.ts'

export const stateWords: Record<ReceivableState, { tone: Tone; word: string; title: string }> = {
  late: { tone: 'bad', word: 'atrasado', title: 'O dia certo ou anunciado passou e o dinheiro não veio' },
  owed_back: { tone: 'warn', word: 'a devolver', title: 'Foi pago e a venda se desfez: o canal vai tomar de volta' },
  announced: { tone: 'info', word: 'anunciado', title: 'O canal disse o dia em que paga' },
  firm: { tone: 'info', word: 'certo', title: 'Entregue: o prazo do canal está correndo' },
  predicted: { tone: 'idle', word: 'previsto', title: 'Aprovado e ainda não entregue: o dia é uma previsão' },
  anticipated: { tone: 'ok', word: 'antecipado', title: 'Cedido a um contrato: não conta como dinheiro a entrar' },
  received: { tone: 'ok', word: 'recebido', title: 'Uma linha de repasse pagou' },
  cancelled: { tone: 'idle', word: 'nada a receber', title: 'A venda se desfez antes de ser paga' },
  lost: { tone: 'warn', word: 'perdido', title: 'Alguém desistiu de receber' },
}
/** Those that ask for somebody first. */
export const stateOrder = [
  'late',
  'announced',
  'firm',
  'predicted',
  'owed_back',
  'anticipated',
  'received',
  'lost',
  'cancelled',
] as const satisfies ReceivableState[]

export const methodName = (method: string) => methodWords[method] ?? method

/** "0.165" as 16,5 %. */
export const rateWords = (rate: string) => {
  const value = Number(rate) * 100
  const decimals = Math.min(4, (String(Math.round(value * 10_000) / 10_000).split('.')[1] ?? '').length)
  return `${number(value, decimals)} %`
}
/** 16,5 or "16.5" typed as a percentage, as the share that the server keeps. */
export const shareOf = (percentage: number | string) => {
  const value = typeof percentage === 'number' ? percentage : Number(percentage.replace(',', '.'))
  return (Math.round((value || 0) * 10_000) / 1_000_000).toFixed(6).replace(/\.?0+$/, '')
}
export const percentageOf = (rate: string) => Math.round(Number(rate) * 1_000_000) / 10_000

export const instalmentWords = (instalment: number, of: number) => (of > 1 ? `${instalment} de ${of}` : 'à vista')
