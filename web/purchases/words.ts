import { manifestationKinds } from '../../server/purchases/contract.ts'
import type { ReceivedRow } from '../../server/purchases/contract.ts'
import type { Tone } from '../components/State.tsx'

type Said = { tone: Tone; word: string; title?: string }

/** What the nota asks of us; short enough for a chip and a cell. */
export const workWords: Record<NonNullable<ReceivedRow['work']>, Said> = {
  match: { tone: 'warn', word: 'ligar produtos', title: 'Há itens que ninguém disse que produto são' },
  receive: { tone: 'info', word: 'a receber', title: 'Pronta para virar lista de recebimento' },
  receiving: { tone: 'info', word: 'em recebimento', title: 'A lista está sendo contada' },
  confirm: { tone: 'warn', word: 'confirmar', title: 'A mercadoria entrou: confirme a operação à SEFAZ' },
  stop: { tone: 'bad', word: 'cancelada depois de recebida', title: 'O emitente cancelou a nota de uma mercadoria que já tem lista de recebimento' },
  wait_xml: { tone: 'idle', word: 'espera o XML', title: 'Só o resumo chegou; o XML vem depois da ciência' },
}
export const workOrder = ['stop', 'match', 'receive', 'receiving', 'confirm', 'wait_xml'] as const

export const stateWords: Record<ReceivedRow['state'], Said> = {
  summary: { tone: 'idle', word: 'só o resumo' },
  complete: { tone: 'ok', word: 'autorizada' },
  cancelled: { tone: 'bad', word: 'cancelada pelo emitente' },
  denied: { tone: 'bad', word: 'denegada' },
}

export const manifestationWords: Record<ReceivedRow['manifestation'], Said> = {
  none: { tone: 'idle', word: 'sem manifestação' },
  aware: { tone: 'info', word: 'ciência' },
  confirmed: { tone: 'ok', word: 'confirmada' },
  unknown: { tone: 'bad', word: 'desconhecida' },
  not_done: { tone: 'bad', word: 'não realizada' },
}

export type Kind = keyof typeof manifestationKinds

export const underWayWords: Record<string, Said> = {
  queued: { tone: 'info', word: 'na fila' },
  sending: { tone: 'info', word: 'enviando' },
  uncertain: { tone: 'warn', word: 'conferindo com a SEFAZ' },
  rejected: { tone: 'bad', word: 'recusada pela SEFAZ' },
}

/** What each one says, and what follows from it. */
export const kindMeanings: Record<Kind, string> = {
  '210210': 'Você sabe da nota e ainda não decidiu. A SEFAZ libera o XML inteiro.',
  '210200': 'A operação aconteceu e a mercadoria chegou. Depois disso o emitente não consegue mais cancelar a nota.',
  '210220': 'A empresa não pediu e não conhece esta operação. Avisa a SEFAZ de uso indevido do seu CNPJ.',
  '210240': 'A empresa pediu, mas a operação não se completou: recusada, devolvida no ato, extraviada.',
}

export const shortNames: Record<Kind, string> = { '210210': 'ciência', '210200': 'confirmação', '210220': 'desconhecimento', '210240': 'não realizada' }

/** Where the nota stands for us, in the list: what is under way, what the issuer did, else what we said. */
export function standing(row: Pick<ReceivedRow, 'state' | 'manifestation' | 'under_way'>): Said {
  if (row.under_way?.state === 'rejected') return { tone: 'bad', word: 'manifestação recusada', title: manifestationKinds[row.under_way.kind] }
  if (row.under_way) return { tone: 'info', word: `${shortNames[row.under_way.kind]} ${underWayWords[row.under_way.state]!.word}` }
  return manifestationWords[row.manifestation]
}

/** Decimal text of the XML as people write it. */
export const decimal = (text: string, least = 0) => Number(text).toLocaleString('pt-BR', { minimumFractionDigits: least, maximumFractionDigits: 10 })
