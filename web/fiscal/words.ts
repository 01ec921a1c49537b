import { notaStates } from '../../server/invoicing/contract.ts'
import type { NotaRow, NotaState } from '../../server/invoicing/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import type { notaBoard } from '../../server/invoicing/contract.ts'
import type { Tone } from '../components/State.tsx'

/* What the states of a nota are called, the colour each has, and the groups in which people ask for them. */

export type Board = AnswerOf<typeof notaBoard>

export const notaTones: Record<NotaState, Tone> = {
  faulty: 'bad',
  queued: 'info',
  sending: 'info',
  uncertain: 'warn',
  authorised: 'ok',
  rejected: 'bad',
  denied: 'bad',
  cancelled: 'idle',
  withdrawn: 'idle',
  invalidated: 'idle',
}

/** What each state means for who waits. */
export const notaMeanings: Record<NotaState, string> = {
  faulty: 'falta um dado: ainda não foi transmitida',
  queued: 'pronta e assinada, espera a vez',
  sending: 'foi transmitida, a SEFAZ ainda não respondeu',
  uncertain: 'a resposta não chegou: a chave é consultada antes de qualquer outra coisa',
  authorised: 'a SEFAZ autorizou o uso',
  rejected: 'a SEFAZ recusou: acerte e tente de novo com o mesmo número',
  denied: 'a SEFAZ denegou: o número está gasto',
  cancelled: 'o cancelamento foi registrado',
  withdrawn: 'saiu da fila antes de ser transmitida',
  invalidated: 'o número foi inutilizado',
}

/** On their way, without anybody's help. */
export const waitingStates: NotaState[] = ['queued', 'sending', 'uncertain']
/** Nothing happens until somebody mends something. */
export const stuckStates: NotaState[] = ['faulty', 'rejected', 'denied']
/** Denied: the number is spent, and trying again is no cure. */
export const denials = [110, 205, 301, 302, 303]
/** As the filter of the list takes them. */
export const several = (states: readonly NotaState[]) => states.join(',')
export const sumOf = (counts: Board['states'], states: readonly NotaState[]) => states.reduce((sum, state) => sum + (counts[state] ?? 0), 0)

/** The nota as people call it. */
export const nameOf = ({ number }: Pick<NotaRow, 'number'>) => (number === null ? 'Nota sem número' : `Nota ${number}`)
export const stateWord = (state: NotaState) => notaStates[state]
export const capital = (text: string) => text[0]!.toUpperCase() + text.slice(1)

/** Who can put it right, as the catalogue of the SEFAZ's codes and our own checks name them. */
const hands: Record<string, string> = { shop: 'a loja', accountant: 'a contabilidade', support: 'o suporte do Retaguarda', wait: 'o sistema, sozinho' }
export const handOf = (who: string) => hands[who] ?? who
/** Closed: the board counts those of today only. */
export const isOpenState = (state: NotaState) => waitingStates.includes(state) || stuckStates.includes(state)
/** "MG" is the SEFAZ of the state; SVRS, SVC-AN are names of their own. */
export const authoriserName = (authoriser: string) => (/^[A-Z]{2}$/.test(authoriser) ? `SEFAZ ${authoriser}` : authoriser)

export const modes: Record<Board['authorisers'][number]['mode'], string> = { normal: 'normal', svc: 'contingência SVC', epec: 'contingência EPEC' }
/** tpEmis. */
export const emissionTypes: Record<number, string> = { 1: 'normal', 4: 'contingência EPEC', 6: 'contingência SVC-AN', 7: 'contingência SVC-RS' }
export const isTest = (environment: string) => environment === 'homologation'
