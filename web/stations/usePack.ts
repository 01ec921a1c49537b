import { useEffect, useRef, useState } from 'react'
import {
  benchQueue,
  closeVolumeEndpoint,
  labelPdfEndpoint,
  listCartons,
  openBenchEndpoint,
  readBench,
  reportAtBenchEndpoint,
  reprintEndpoint,
  scanBatchEndpoint,
  scanUnitEndpoint,
  shipmentLabels,
  unpackEndpoint,
} from '../../server/packing/contract.ts'
import type { Bench } from '../../server/packing/contract.ts'
import { addressOf, call, isRefusal, queries, useRead } from '../client.ts'
import { useMe } from '../session.ts'
import { isAside, noLongerAside, setAside } from './aside.ts'
import type { Verdict } from './feedback.ts'
import type { Halted } from './Halt.tsx'
import { packActs } from './packActs.ts'
import { useBox, usePrinting } from './packBox.ts'
import { cancelled, deviationOf, packAnswer } from './packHalts.ts'
import { useScanner } from './scanner.ts'
import type { Scan } from './scanner.ts'
import { useTurn } from './turn.ts'

const packed = ['packed', 'ready']
const bad = (words: string, reason: string): Verdict => ({ tone: 'bad', words, reason })
/** Why the nota does not come, for who holds the box; null while it may. */
export const problemOf = ({ nota }: Bench) => (nota.state === 'cancelled' ? 'A nota deste pedido foi cancelada' : nota.problem)
const isWaiting = ({ volumes }: Bench) => volumes.some(({ print }) => print?.state === 'waiting')
const same = (one: string, other: string) => one.toUpperCase() === other.toUpperCase()

/** Everything a packer's screen knows and can do; the screen only draws it. */
export function usePack() {
  const me = useMe()
  const queue = useRead(benchQueue)
  const cartons = useRead(listCartons)
  const [shipment, setShipment] = useState<number | null>(null)
  const read = useRead(readBench, { shipment: shipment ?? 0 }, { when: shipment !== null, keepPrevious: false })
  const [batch, setBatch] = useState<{ tote: string; shipments: number; units: number } | null>(null)
  const { parting, setParting, carton, setCarton, weight, setWeight, deviation, setDeviation, clear: clearBox } = useBox()
  const { printing, print, clear: clearPrint } = usePrinting()
  const [halted, halt] = useState<Halted | null>(null)
  const [asked, ask] = useState<'report' | 'reprint' | 'unpack' | null>(null)
  const [line, setLine] = useState<number | null>(null)
  const [lit, setLit] = useState<number | null>(null)
  const lastScan = useRef('')
  const { act, busy, isRunning, wait } = useTurn((refusal) => {
    const answer = packAnswer(refusal, bench, lastScan.current)
    if ('halted' in answer) stop(answer.halted)
    else scanner.show(answer)
  })

  const bench = shipment === null ? null : (read.data ?? null)
  const done = bench !== null && packed.includes(bench.fulfilment)
  /** The box is closed and its label waits for the nota: the sheet carries both. */
  const waiting = done && isWaiting(bench)
  const checking = bench?.phase === 'checking' && !parting
  const closing = bench !== null && (bench.phase === 'closing' || parting) && !done
  const box = bench?.volumes.find((volume) => !volume.closed)
  const chosen = carton ?? bench?.suggestion.carton ?? null

  const phase = halted || deviation ? 'halted' : done ? (waiting ? 'waiting' : 'done') : checking ? 'checking' : closing ? 'closing' : batch ? 'batch' : 'empty'
  const acts = packActs(
    { phase, parting, begun: Boolean(box?.units), busy, problem: bench !== null && problemOf(bench) !== null },
    { ask, report: () => report(null), part: setParting, leave, putAside },
  )
  const scanner = useScanner(handle, {
    wait,
    keys: {
      Enter: () => (halted ? goOn() : deviation ? weighAgain() : closing ? close() : undefined),
      ...(deviation ? { c: () => close(true), p: weighAgain } : {}),
      ...(waiting && !asked ? { s: putAside } : {}),
      ...(asked ? {} : Object.fromEntries(acts.map(({ hint, run }) => [hint.toLowerCase(), run]))),
    },
  })

  useEffect(() => {
    if (!bench || halted || isRunning()) return
    if (bench.fulfilment === 'cancelled') stop(cancelled(bench.order, bench.totes, bench.volumes.length, ''))
    else if (bench.fulfilment === 'waiting')
      stop({
        tone: 'warn',
        title: `Pedido ${bench.order} recolhido`,
        todo: [`Leve ${bench.totes.length ? `o cesto ${bench.totes.join(', ')}` : 'os itens'} para a devolução à prateleira`],
      })
  })

  // the nota is there: the label comes out by itself, and only of the box that lies on this bench
  useEffect(() => {
    if (!bench || !done || waiting || !isAside(bench.shipment)) return
    noLongerAside(bench.shipment)
    scanner.show({ tone: 'done', words: 'A nota saiu', reason: 'Cole a etiqueta na caixa' })
    if (bench.volumes.some(({ print: last }) => last?.state === 'shown')) print(addressOf(shipmentLabels, { shipment: bench.shipment }))
  })

  function stop(what: Halted) {
    scanner.alarm()
    ask(null)
    halt(what)
  }
  function goOn() {
    halt(null)
    scanner.clear()
    leave()
  }
  function leave() {
    setShipment(null)
    setBatch(null)
    setLit(null)
    clearPrint()
    clearBox()
  }
  /** Walking on without the label is a decision: the box stands aside with its order's number on it. */
  function putAside() {
    const { order } = bench!
    leave()
    scanner.show({ tone: 'ok', words: 'Caixa separada', reason: `Escreva ${order} nela. A etiqueta espera aqui na bancada` })
  }
  function weighAgain() {
    setDeviation(null)
    setWeight('')
    scanner.clear()
  }
  function report(of: number | null) {
    const open = bench?.lines.filter((one) => one.checked < one.quantity) ?? []
    setLine(of ?? (open.length === 1 ? open[0]!.line : null))
    ask('report')
  }

  /** What the server answered is the bench from now on. */
  async function take(next: Bench) {
    const queryKey = [readBench.name, { shipment: next.shipment }]
    await queries.cancelQueries({ queryKey })
    queries.setQueryData(queryKey, next)
    setShipment(next.shipment)
  }

  async function handle({ code, id }: Scan): Promise<Verdict | void> {
    if (halted) return bad('Leia o aviso', 'Toque no botão da tela quando tiver feito')
    if (deviation) return bad('O peso não confere', 'Responda na tela antes de bipar')
    if (waiting) return bad('Esta caixa ainda não tem etiqueta', 'Espere a nota, ou toque em Separar a caixa e seguir')
    ask(null)
    lastScan.current = code
    const isTote = queue.data?.rows.some(({ tote }) => same(tote, code)) ?? false
    await act(async () => {
      if (!bench || done) return batch && !isTote ? fromBatch(code, id) : open(code, id)
      if (bench.totes.some((tote) => same(tote, code)))
        return scanner.show({ tone: 'ok', words: 'É este pedido', reason: closing ? 'Feche a caixa' : 'Bipe os itens' })
      if (isTote)
        return scanner.show(
          bad('Termine este pedido antes', `Falta ${closing ? 'fechar a caixa' : 'bipar os itens'}. Para trocar, toque em Deixar este pedido`),
        )
      if (closing) return chooseCarton(code)
      await check(code, id)
    })
  }

  async function open(code: string, id: string) {
    const found = await call(openBenchEndpoint, { code: code.slice(0, 100) }, { key: id })
    leave()
    if (found.batch) {
      setBatch(found.batch)
      return scanner.show({ tone: 'ok', words: `Cesto ${found.batch.tote}`, reason: 'Bipe um item do cesto' })
    }
    const next = found.bench!
    if (next.fulfilment !== 'picked' && !packed.includes(next.fulfilment))
      return scanner.show(
        next.fulfilment === 'cancelled'
          ? bad(`Pedido ${next.order} cancelado`, 'Se está em suas mãos, leve para a devolução à prateleira')
          : bad(`Pedido ${next.order} não está na bancada`, 'Bipe um cesto da fila'),
      )
    await take(next)
    if (packed.includes(next.fulfilment) && (isWaiting(next) || isAside(next.shipment))) return awaitNota(next)
    scanner.show({
      tone: 'ok',
      words: `Pedido ${next.order}`,
      ...(packed.includes(next.fulfilment) ? { reason: 'Já está embalado' } : { reason: 'Bipe cada item' }),
    })
  }
  async function fromBatch(code: string, id: string) {
    const next = await call(scanBatchEndpoint, { tote: batch!.tote, code: code.slice(0, 60) }, { key: id })
    clearBox()
    clearPrint()
    await shown(next, next.lines.find((one) => one.checked > 0)?.line ?? null)
  }
  async function check(code: string, id: string) {
    const mine = bench!.lines.find((one) => one.checked < one.quantity && (same(one.sku, code) || one.barcodes.some((barcode) => same(barcode.code, code))))
    if (mine) scanner.show({ tone: 'ok', words: 'Certo' })
    await shown(await call(scanUnitEndpoint, { shipment: bench!.shipment, code: code.slice(0, 60) }, { key: id }), mine?.line ?? null)
  }
  async function shown(next: Bench, scanned: number | null) {
    setLit(scanned)
    await take(next)
    if (packed.includes(next.fulfilment)) return finished(next)
    scanner.show(
      next.phase === 'closing'
        ? { tone: 'ok', words: 'Tudo conferido', reason: 'Feche a caixa' }
        : { tone: 'ok', words: 'Certo', reason: `${next.checked} de ${next.units}` },
    )
  }

  function chooseCarton(code: string) {
    // a scanner that stutters may have left digits in the field; the scale is read after the carton anyway
    setWeight('')
    const found = cartons.data?.rows.find((one) => one.active && same(one.code, code))
    if (found) {
      setCarton(found.code)
      return scanner.show({ tone: 'ok', words: found.name })
    }
    scanner.show(
      parting
        ? bad('Isto não é uma caixa', 'Feche esta caixa antes de bipar outro item')
        : bad('Já está tudo conferido', 'Este não entra na caixa: deixe à parte e feche a caixa'),
    )
  }

  function close(accept = false) {
    const at = bench
    if (!at || !closing) return
    if (!chosen) return scanner.show(bad('Qual caixa?', 'Bipe a etiqueta da caixa de papelão ou toque numa da lista'))
    const weight_g = Number(weight)
    if (at.weigh && !weight_g) return scanner.show(bad('Falta o peso', 'Ponha a caixa na balança e digite os gramas'))
    void act(async () => {
      try {
        const next = await call(closeVolumeEndpoint, { shipment: at.shipment, carton: chosen, ...(at.weigh ? { weight_g } : {}), accept_weight: accept })
        clearBox()
        await take(next)
        if (packed.includes(next.fulfilment)) return await finished(next)
        scanner.show({ tone: 'ok', words: 'Caixa fechada', reason: 'Agora encha a próxima: bipe cada item' })
      } catch (error) {
        if (!isRefusal(error) || error.code !== 'weight_deviates') throw error
        setDeviation(deviationOf(error))
        scanner.alarm()
      }
    })
  }

  async function finished(next: Bench) {
    if (!next.others) setBatch(null)
    void queue.refetch()
    if (isWaiting(next)) return awaitNota(next)
    scanner.show({ tone: 'done', words: 'Pronto', reason: 'Cole a etiqueta na caixa' })
    if (next.volumes.some(({ print }) => print?.state === 'shown')) print(addressOf(shipmentLabels, { shipment: next.shipment }))
  }
  function awaitNota(next: Bench) {
    setAside(next)
    if (!isWaiting(next)) return
    if (problemOf(next)) {
      scanner.clear()
      scanner.alarm()
    } else scanner.show({ tone: 'ok', words: 'Tudo certo na caixa', reason: 'A etiqueta sai com a nota' })
  }

  const sayMissing = (quantity: number, kind: 'missing' | 'damaged') =>
    act(async () => {
      ask(null)
      const answer = await call(reportAtBenchEndpoint, { shipment: bench!.shipment, line: line!, quantity, kind })
      if (answer.bench) {
        await take(answer.bench)
        return scanner.show({ tone: 'ok', words: 'Anotado', reason: 'Esta parte vai em outro envio. Siga com o resto.' })
      }
      const { order } = bench!
      leave()
      scanner.show({ tone: 'ok', words: 'Anotado', reason: `O pedido ${order} espera a reposição. Bipe o próximo cesto.` })
    })
  const reprint = (volume: number, reason: string) =>
    act(async () => {
      ask(null)
      await call(reprintEndpoint, { volume, reason })
      const { data } = await read.refetch()
      scanner.show({ tone: 'ok', words: 'Reimprimindo' })
      if (data?.volumes.find(({ id }) => id === volume)?.print?.state === 'shown') print(addressOf(labelPdfEndpoint, { volume }))
    })
  const unpack = (reason: string) =>
    act(async () => {
      ask(null)
      await take(await call(unpackEndpoint, { shipment: bench!.shipment, reason }))
      clearPrint()
      setLit(null)
      scanner.show({ tone: 'ok', words: 'Caixa reaberta', reason: 'Rasgue a etiqueta velha e bipe os itens de novo' })
    })

  return {
    me,
    queue,
    cartons,
    bench,
    batch,
    done,
    waiting,
    putAside,
    checking,
    closing,
    parting,
    box,
    chosen,
    setCarton,
    weight,
    setWeight,
    deviation,
    weighAgain,
    halted,
    goOn,
    asked,
    ask,
    line,
    setLine,
    lit,
    printing,
    busy,
    acts,
    scanner,
    close,
    report,
    sayMissing,
    reprint,
    unpack,
    print,
    open: (code: string) => scanner.take(code, 'keyboard'),
  }
}
