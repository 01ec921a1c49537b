import { useRef, useState } from 'react'
import { productByCode } from '../../server/catalog/contract.ts'
import { putBackEndpoint, putBackQueue } from '../../server/orders/contract.ts'
import type { AnswerOf } from '../../server/platform/endpoint.ts'
import { closeReceiptEndpoint, countReceiptEndpoint, listReceipts, openReceiptEndpoint, putAwayEndpoint, readReceipt } from '../../server/stock/contract.ts'
import { call, useRead } from '../client.ts'
import { count } from '../components/format.ts'
import type { StationAct } from './StationFrame.tsx'
import type { Verdict } from './feedback.ts'
import { post } from './outbox.ts'
import { receiveAnswer } from './receiveAnswers.ts'
import { useScanner } from './scanner.ts'
import type { Scan } from './scanner.ts'
import { useTurn } from './turn.ts'

export type Mode = 'home' | 'count' | 'away' | 'closing' | 'back'
export type PutBack = AnswerOf<typeof putBackQueue>['rows'][number]
/** Units of one product in somebody's hands, on their way to a shelf. */
export interface Carried {
  product: number
  sku: string
  name: string
  picture: boolean
  quantity: number
  /** At most these may be put down at once. */
  most: number
  place: string | null
  /** The put-back it belongs to. */
  task?: number
}
const bad = (words: string, reason: string): Verdict => ({ tone: 'bad', words, reason })
const units = (value: number) => count(value, 'unidade', 'unidades')

/** Everything the receiving screen knows and can do; the screen only draws it. */
export function useReceive() {
  const [mode, setMode] = useState<Mode>('home')
  const [receipt, setReceipt] = useState<number | null>(null)
  const receipts = useRead(listReceipts, { limit: 50 })
  const read = useRead(readReceipt, { receipt: receipt ?? 0 }, { when: receipt !== null, keepPrevious: false })
  const backs = useRead(putBackQueue)
  const [last, setLast] = useState<(AnswerOf<typeof countReceiptEndpoint> & { code: string }) | null>(null)
  const [carried, carry] = useState<Carried | null>(null)
  /** The tote or box whose units are being put back. */
  const [from, setFrom] = useState<string | null>(null)
  const [asked, ask] = useState<'new' | 'quantity' | null>(null)
  const lastScan = useRef('')
  const { act, busy, wait } = useTurn((refused) => scanner.show(receiveAnswer(refused, lastScan.current)))

  const page = receipt === null ? null : (read.data ?? null)
  const rows = backs.data?.rows ?? []
  const open = (receipts.data?.rows ?? []).filter((row) => row.state === 'open' || row.counted > row.put_away)
  const go = (next: Mode) => {
    scanner.clear()
    setMode(next)
    carry(null)
    setFrom(null)
    ask(null)
    if (next === 'home') {
      setReceipt(null)
      setLast(null)
    }
  }
  const enter = (id: number, state: 'open' | 'closed') => {
    go(state === 'open' ? 'count' : 'away')
    setLast(null)
    setReceipt(id)
  }
  const home: StationAct & { hint: string } = { label: 'Voltar ao começo', hint: 'V', busy, run: () => go('home') }
  const acts: (StationAct & { hint: string })[] =
    mode === 'home'
      ? [
          { label: 'Novo recebimento', hint: 'N', tone: 'primary', busy, run: () => ask('new') },
          { label: `Devolver à prateleira${rows.length ? ` (${rows.length})` : ''}`, hint: 'D', busy, run: () => go('back') },
        ]
      : mode === 'count'
        ? [
            ...(last
              ? [
                  { label: 'Somar unidades', hint: 'Q', busy, run: () => ask('quantity') },
                  { label: 'Desfazer a última', hint: 'Z', busy, run: () => void add(last.code, -1, 'Desfeito') },
                ]
              : []),
            { label: 'Guardar', hint: 'G', busy, run: () => go('away') },
            { label: 'Encerrar a contagem', hint: 'E', busy, run: () => go('closing') },
            ...(last ? [] : [home]),
          ]
        : mode === 'closing'
          ? [{ label: 'Voltar a contar', hint: 'V', busy, run: () => go('count') }]
          : [
              ...(carried
                ? [
                    { label: 'Levo menos', hint: 'Q', busy, run: () => ask('quantity') },
                    { label: 'Largar este item', hint: 'L', busy, run: () => carry(null) },
                  ]
                : []),
              ...(mode === 'away' && page?.state === 'open' ? [{ label: 'Voltar a contar', hint: 'C', busy, run: () => go('count') }] : []),
              home,
            ]
  const shownActs = carried?.task ? acts.filter(({ hint }) => hint !== 'Q') : acts
  const scanner = useScanner(handle, {
    wait,
    keys: {
      Enter: () => (mode === 'closing' ? void close() : mode === 'away' && page && toPutAway() === 0 ? go('home') : undefined),
      ...(asked ? {} : Object.fromEntries(shownActs.map(({ hint, run }) => [hint.toLowerCase(), run]))),
    },
  })
  const toPutAway = () => (page?.lines ?? []).reduce((sum, line) => sum + line.counted - line.put_away, 0)

  async function handle({ code, id }: Scan): Promise<Verdict | void> {
    lastScan.current = code
    if (asked === 'new') return begin(code)
    ask(null)
    if (mode === 'home') return bad('Abra um recebimento antes', 'Toque num da lista ou em Novo recebimento')
    if (mode === 'count') return add(code, 1, null, id)
    if (mode === 'closing') return bad('A contagem vai ser encerrada', 'Para contar mais, toque em Voltar a contar')
    await act(() => (carried ? putDown(carried, code, id) : mode === 'away' ? takeAway(code) : takeBack(code)))
  }

  async function begin(reference: string) {
    await act(async () => {
      const { receipt: id } = await call(openReceiptEndpoint, { reference: reference.trim().slice(0, 100) || null })
      enter(id, 'open')
      scanner.show({ tone: 'ok', words: 'Recebimento aberto', reason: 'Bipe cada item que chegou' })
      void receipts.refetch()
    })
  }
  /** Counting does no harm without connection: it is kept and sent later under the same key. */
  async function add(code: string, quantity: number, words: string | null, id: string = crypto.randomUUID()) {
    await act(async () => {
      const answer = await post(countReceiptEndpoint, { receipt: receipt!, code: code.slice(0, 60), quantity, key: id }, id)
      if (!answer) return scanner.show({ tone: 'ok', words: 'Guardada', reason: 'Sem conexão: esta leitura será enviada sozinha' })
      setLast({ ...answer, code: code.slice(0, 60) })
      void read.refetch()
      const over = answer.expected === null ? 0 : answer.counted - answer.expected
      const stranger = answer.expected === null && page?.expected !== null && page !== null
      scanner.show({
        tone: 'ok',
        words: words ?? `${answer.counted}${answer.expected === null ? '' : ` de ${answer.expected}`}`,
        reason: stranger
          ? `${answer.name}: não era esperado nesta entrega`
          : over > 0
            ? `${answer.name}: ${units(over)} a mais que o esperado`
            : answer.units > 1 && quantity === 1
              ? `${answer.name}: caixa com ${answer.units}`
              : answer.name,
      })
    })
  }

  async function takeAway(code: string) {
    const found = await call(productByCode, { code: code.slice(0, 60) })
    const line = page?.lines.find(({ product }) => product === found.product)
    const left = line ? line.counted - line.put_away : 0
    if (!line) return scanner.show(bad('Não é deste recebimento', found.name))
    if (left <= 0) return scanner.show(bad('Este já foi guardado', `${found.name}: conte antes, se chegou mais`))
    carry({ product: line.product, sku: line.sku, name: line.name, picture: found.has_picture, quantity: left, most: left, place: line.suggested })
    scanner.show({ tone: 'ok', words: units(left), reason: line.suggested ? `Leve ao ${line.suggested}` : 'Escolha um endereço vazio' })
  }
  async function takeBack(code: string) {
    const here = rows.filter((row) => row.from === code.toUpperCase())
    if (here.length) {
      setFrom(code.toUpperCase())
      return scanner.show({ tone: 'ok', words: code.toUpperCase(), reason: `${count(here.length, 'item', 'itens')} a devolver: bipe um` })
    }
    if (/^V\d{9}$/i.test(code)) return scanner.show(bad('Abra a caixa', 'Tire os itens e bipe um a um'))
    const found = await call(productByCode, { code: code.slice(0, 60) })
    const same = rows.filter((row) => row.product === found.product)
    const row = same.find((one) => one.from === from) ?? same[0]
    if (!row) return scanner.show(bad('Este item não está na lista', `${found.name}: ponha de lado e avise o gestor`))
    carry({
      product: row.product,
      sku: row.sku,
      name: row.name,
      picture: found.has_picture,
      quantity: row.quantity,
      most: row.quantity,
      place: row.suggested,
      task: row.id,
    })
    scanner.show({ tone: 'ok', words: units(row.quantity), reason: row.suggested ? `Leve ao ${row.suggested}` : 'Escolha um endereço vazio' })
  }
  async function putDown({ sku, quantity, task, name }: Carried, place: string, id: string) {
    if (task !== undefined) {
      const { left } = await call(putBackEndpoint, { task, place: place.slice(0, 30) }, { key: id })
      carry(null)
      await backs.refetch()
      return scanner.show({
        tone: left ? 'ok' : 'done',
        words: 'Na prateleira',
        reason: left ? `${left === 1 ? 'Falta' : 'Faltam'} ${count(left, 'item', 'itens')}` : 'Tudo devolvido',
      })
    }
    const answer = await call(putAwayEndpoint, { receipt: receipt!, code: sku, place: place.slice(0, 30), quantity, key: id }, { key: id })
    carry(null)
    await read.refetch()
    scanner.show({
      tone: 'ok',
      words: 'Guardado',
      reason:
        answer.over_capacity > 0
          ? `${answer.place} passou ${units(answer.over_capacity)} da capacidade`
          : answer.left
            ? `${name}: ainda há ${units(answer.left)} para guardar`
            : `${units(quantity)} em ${answer.place}`,
    })
  }
  async function close() {
    await act(async () => {
      const { to_put_away } = await call(closeReceiptEndpoint, { receipt: receipt! })
      void receipts.refetch()
      await read.refetch()
      go(to_put_away ? 'away' : 'home')
      scanner.show({ tone: 'done', words: 'Contagem encerrada', reason: to_put_away ? `Agora guarde ${units(to_put_away)}` : 'Tudo guardado' })
    })
  }
  const sayQuantity = (value: number) => {
    ask(null)
    if (mode === 'count' && last) void add(last.sku, value, null)
    else if (carried) carry({ ...carried, quantity: value })
  }

  return {
    mode,
    receipts,
    open,
    page,
    rows,
    from,
    last,
    carried,
    asked,
    ask,
    busy,
    acts: shownActs,
    scanner,
    enter,
    begin,
    close,
    sayQuantity,
    toPutAway: toPutAway(),
  }
}
