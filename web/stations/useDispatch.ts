import { useRef, useState } from 'react'
import {
  closeManifestEndpoint,
  dispatchBoard,
  loadVolumeEndpoint,
  manifestPdfEndpoint,
  openManifestEndpoint,
  readManifest,
  unloadVolumeEndpoint,
} from '../../server/dispatch/contract.ts'
import type { loadVolumeEndpoint as Loading } from '../../server/dispatch/contract.ts'
import type { AnswerOf, SentTo } from '../../server/platform/endpoint.ts'
import { addressOf, call, isRefusal, useRead } from '../client.ts'
import type { Refusal } from '../client.ts'
import { count } from '../components/format.ts'
import type { StationAct } from './StationFrame.tsx'
import { loadAnswer } from './dispatchHalts.ts'
import type { Verdict } from './feedback.ts'
import { printFile } from './print.ts'
import { useScanner } from './scanner.ts'
import type { Scan } from './scanner.ts'
import { useTurn } from './turn.ts'

export type Step = 'load' | 'unload' | 'missing' | 'driver' | 'closed'

/** Everything a dock's screen knows and can do; the screen only draws it. */
export function useDispatch() {
  const board = useRead(dispatchBoard)
  const [manifest, setManifest] = useState<number | null>(null)
  const read = useRead(readManifest, { manifest: manifest ?? 0 }, { when: manifest !== null, keepPrevious: false })
  const [step, show] = useState<Step>('load')
  const [last, setLast] = useState<AnswerOf<typeof Loading> | null>(null)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  /** Boxes that the person saw stay behind. */
  const [accepted, accept] = useState<number[]>([])
  const [printed, setPrinted] = useState<boolean | null>(null)
  const lastScan = useRef('')
  const { act, busy, wait } = useTurn((refused) => scanner.show(loadAnswer(refused, lastScan.current)))

  const page = manifest === null ? null : (read.data ?? null)
  const off = page?.boxes.filter((box) => box.must_unload) ?? []
  const setStep = (next: Step) => {
    scanner.clear()
    show(next)
  }
  const back = () => {
    setManifest(null)
    setStep('load')
    setLast(null)
    setRefusal(null)
    setPrinted(null)
  }
  const begin = () => {
    accept([])
    setStep(page!.missing.length + page!.waiting.length ? 'missing' : 'driver')
  }
  const goWithout = () => {
    accept(page!.missing.map(({ volume }) => volume))
    setStep('driver')
  }
  const acts: (StationAct & { hint: string })[] = !page
    ? []
    : step === 'load'
      ? [
          { label: 'Fechar o romaneio', hint: 'F', tone: 'primary', busy, run: begin },
          { label: 'Descarregar', hint: 'D', busy, run: () => setStep('unload') },
          { label: 'Outro caminhão', hint: 'O', busy, run: back },
        ]
      : step === 'unload'
        ? [{ label: 'Voltar a carregar', hint: 'D', tone: 'primary', busy, run: () => setStep('load') }]
        : step === 'missing' || step === 'driver'
          ? [{ label: 'Voltar a carregar', hint: 'V', busy, run: () => setStep('load') }]
          : [
              { label: 'Próximo caminhão', hint: 'P', tone: 'primary', busy, run: back },
              { label: 'Imprimir de novo', hint: 'I', busy, run: () => void print() },
            ]

  const scanner = useScanner(handle, {
    wait,
    keys: {
      Enter: () => (step === 'missing' ? goWithout() : step === 'closed' ? back() : undefined),
      ...Object.fromEntries(acts.map(({ hint, run }) => [hint.toLowerCase(), run])),
      ...(page ? {} : Object.fromEntries((board.data?.rows ?? []).slice(0, 9).map(({ carrier }, index) => [String(index + 1), () => void choose(carrier)]))),
    },
  })

  async function choose(carrier: string) {
    await act(async () => {
      const { manifest: opened } = await call(openManifestEndpoint, { carrier })
      back()
      setManifest(opened)
    })
  }

  async function handle({ code, id }: Scan): Promise<Verdict | void> {
    if (manifest === null) return { tone: 'bad', words: 'Escolha o caminhão antes', reason: 'Toque na transportadora que está na doca' }
    if (step === 'closed') return { tone: 'bad', words: 'Este romaneio já foi fechado', reason: 'Aperte Enter e escolha o próximo caminhão' }
    lastScan.current = code
    await act(async () => {
      if (step === 'unload') {
        await call(unloadVolumeEndpoint, { manifest, code: code.slice(0, 60) }, { key: id })
        await read.refetch()
        return scanner.show({
          tone: 'ok',
          words: 'Descarregada',
          reason: off.some((box) => box.code === code.toUpperCase()) ? 'Leve para a devolução à prateleira' : 'Ponha na fila da transportadora dela',
        })
      }
      show('load')
      const answer = await call(loadVolumeEndpoint, { manifest, code: code.slice(0, 60) }, { key: id })
      setLast(answer)
      void read.refetch()
      const rest = answer.left_of_order
        ? `Falta ${count(answer.left_of_order, 'caixa', 'caixas')} do pedido ${answer.order}`
        : answer.missing
          ? `Faltam ${answer.missing}`
          : 'Todas as prontas estão no caminhão'
      scanner.show({ tone: answer.missing || answer.left_of_order ? 'ok' : 'done', words: answer.again ? 'Já estava carregada' : 'Carregada', reason: rest })
    })
  }

  async function close(driver: Omit<SentTo<typeof closeManifestEndpoint>, 'manifest' | 'accept_missing'>) {
    setRefusal(null)
    await act(async () => {
      const { data } = await read.refetch()
      // a box became ready meanwhile: nobody has seen it stay behind yet
      if (data?.missing.some(({ volume }) => !accepted.includes(volume))) return setStep('missing')
      try {
        await call(closeManifestEndpoint, { manifest: manifest!, ...driver, accept_missing: accepted.length > 0 })
      } catch (error) {
        if (!isRefusal(error) || error.code === 'offline') throw error
        await read.refetch()
        scanner.alarm()
        return setRefusal(error)
      }
      await read.refetch()
      show('closed')
      scanner.show({ tone: 'done', words: 'Romaneio fechado' })
      void print()
    })
  }
  async function print() {
    setPrinted(await printFile(addressOf(manifestPdfEndpoint, { manifest: manifest! })))
  }

  return { board, page, step, setStep, goWithout, last, off, refusal, printed, busy, acts, scanner, choose, close }
}
