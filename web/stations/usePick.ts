import { useEffect, useRef, useState } from 'react'
import {
  confirmPickEndpoint,
  fullToteEndpoint,
  handOverEndpoint,
  noteWrongScanEndpoint,
  readInstruction,
  reportShortEndpoint,
  skipStepEndpoint,
  startTripEndpoint,
} from '../../server/picking/contract.ts'
import type { Instruction } from '../../server/picking/contract.ts'
import { call, isRefusal, queries, readAgain, useRead } from '../client.ts'
import { useMe } from '../session.ts'
import type { StationAct } from './StationFrame.tsx'
import type { Halted } from './Halt.tsx'
import { useFinished } from './finished.ts'
import { post, useOutboxState } from './outbox.ts'
import { answerTo, changedUnder } from './pickHalts.ts'
import type { Answered } from './pickHalts.ts'
import { begin, count, judge, keyOf, wantedOf } from './pickStep.ts'
import type { Hand, Judged, Step } from './pickStep.ts'
import { useScanner } from './scanner.ts'
import type { Scan } from './scanner.ts'
import { useTurn } from './turn.ts'

const queryKey = [readInstruction.name, {}]
const newId = () => crypto.randomUUID()

/** Everything a picker's screen knows and can do; the screen only draws it. */
export function usePick() {
  const me = useMe()
  const mine = useRead(readInstruction)
  const outbox = useOutboxState()
  const [finished, finish] = useFinished(me.person)
  const [hand, setHand] = useState<Hand | null>(null)
  const [stopped, stop] = useState<{ halted: Halted; next: Hand | null } | null>(null)
  /** A step was decided here and the server's answer is not known: nothing goes on. */
  const [kept, setKept] = useState(false)
  const [asked, ask] = useState<'quantity' | 'short' | 'leave' | null>(null)
  const standingAt = useRef<string | null>(null)

  /** The hand that an act under way is about. */
  const acting = useRef<Hand | null>(null)
  const { act: inTurn, busy, isRunning, wait } = useTurn((refusal) => acting.current && say(answerTo(refusal, acting.current), acting.current))

  const trip = mine.data?.instruction ?? null
  const first = trip?.steps[0]
  const here = hand ?? (first ? begin(first, standingAt.current) : null)
  const idle = !stopped && !kept && !asked
  const canType = Boolean(idle && here?.stage === 'item' && here.item && wantedOf(here) > 1)

  const acts: (StationAct & { hint: string })[] =
    trip && here && !stopped && !kept
      ? [
          { label: 'Faltou', hint: 'F', busy, run: () => ask('short') },
          {
            label: 'Pular',
            hint: 'P',
            busy,
            run: () => void act(async () => take(await call(skipStepEndpoint, { trip: trip.trip, tasks: here.step.tasks }), null)),
          },
          ...(here.step.tote ? [{ label: 'Cesto cheio', hint: 'C', busy, run: () => void changeTote() }] : []),
          { label: 'Passar o carrinho', hint: 'E', busy, run: () => ask('leave') },
        ]
      : finished && !first && !stopped && !kept
        ? [{ label: 'Já levei', hint: 'L', tone: 'primary', run: () => finish(null) }]
        : []
  const scanner = useScanner(handle, {
    wait,
    keys: {
      Enter: () => (stopped ? goOn() : finished && !first ? finish(null) : undefined),
      q: () => canType && ask('quantity'),
      ...Object.fromEntries(acts.map(({ hint, run }) => [hint.toLowerCase(), run])),
    },
  })

  useEffect(() => {
    if (!hand || isRunning() || stopped || kept || !mine.data) return
    const changed = changedUnder(hand, trip)
    if (!changed) {
      if (first && first !== hand.step) setHand({ ...hand, step: first })
    } else if (hand.counted > 0 || hand.stage !== 'place') halt(changed, hand)
    else setHand(null)
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a change of the walk, or the end of an act, asks again
  }, [hand, trip, stopped, kept, busy])
  // what was kept has been sent: only now is it known how the walk goes on
  useEffect(() => {
    if (!kept || outbox.waiting > 0 || outbox.offline) return
    void again().then(() => {
      setKept(false)
      scanner.show({ tone: 'ok', words: 'Conexão de volta', reason: 'Siga a tela' })
    })
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each time that the outbox is empty again
  }, [kept, outbox.waiting, outbox.offline])

  function halt({ halted, keep }: { halted: Halted; keep?: number }, at: Hand) {
    ask(null)
    scanner.alarm()
    stop({ halted, next: keep === undefined ? null : { ...at, counted: keep, stage: 'tote' } })
    void mine.refetch()
  }
  function goOn() {
    if (!stopped) return
    const next = stopped.next && first && keyOf(first) === keyOf(stopped.next.step) ? { ...stopped.next, step: first } : null
    setHand(next)
    stop(null)
    scanner.clear()
  }
  function say(answered: Answered, at: Hand) {
    if (!('tone' in answered)) return halt(answered, at)
    const stage = answered.stage ?? at.stage
    setHand({ ...at, stage, ...(stage === 'tote' ? {} : { counted: 0 }) })
    scanner.show(answered)
  }

  /** What the server answered is the walk from now on; `at`: where the picker stands. */
  function take(next: Instruction, at: string | null) {
    standingAt.current = at
    if (!next.steps.length) finish(next)
    setHand(null)
    queries.setQueryData(queryKey, (before: { waiting: number } | undefined) => ({
      waiting: before?.waiting ?? 0,
      instruction: next.state === 'picking' ? next : null,
    }))
  }
  async function again() {
    await mine.refetch()
    setHand(null)
  }

  async function handle({ code, id }: Scan) {
    if (stopped) return { tone: 'bad' as const, words: 'Leia o aviso', reason: 'Toque no botão da tela quando tiver feito' }
    if (kept) return { tone: 'bad' as const, words: 'Espere a conexão', reason: 'A última leitura ainda não foi confirmada' }
    ask(null)
    if (!trip || !here) return startAt(code, id)
    const judged = judge(here, code, trip)
    const expected = { place: here.step.place, item: here.step.name, tote: here.step.tote ?? 'vazio' }[here.stage]
    if (judged.wrong)
      void post(
        noteWrongScanEndpoint,
        { trip: trip.trip, code: judged.wrong, expected: expected.slice(0, 120), scanned: code.slice(0, 100) },
        `${id}-wrong`,
      ).catch(() => undefined)
    await follow(judged, id)
  }

  async function startAt(cart: string, id: string) {
    try {
      await call(startTripEndpoint, { cart: cart.slice(0, 20) }, { key: id })
    } catch (error) {
      if (isRefusal(error) && error.code === 'no_such_cart')
        return scanner.show({ tone: 'bad', words: 'Isto não é um carrinho', reason: 'Bipe a etiqueta do carrinho, por exemplo C-01' })
      throw error
    }
    finish(null)
    standingAt.current = null
    await again()
    scanner.show({ tone: 'ok', words: 'Carrinho pronto', reason: 'Siga a tela' })
  }

  async function follow({ hand: next, verdict, tote }: Judged, id: string) {
    scanner.show(verdict)
    setHand(next)
    if (tote === undefined || !trip) return
    const { step, counted: quantity, item, short } = next
    await act(async () => {
      const answer = await post(confirmPickEndpoint, { trip: trip.trip, tasks: step.tasks, place: step.place, item: item ?? step.sku, quantity, tote }, id)
      if (!answer) {
        scanner.alarm()
        return setKept(true)
      }
      take(answer, step.place)
      if (short) await reportMissing(step, short.reason, `${id}-short`)
      else if (!answer.steps.length) scanner.show({ tone: 'done', words: 'Terminou', reason: 'Leve à conferência' })
    }, next)
  }

  async function reportMissing(step: Step, reason: string, id: string) {
    take(await call(reportShortEndpoint, { trip: trip!.trip, tasks: step.tasks, left: 0, reason }, { key: id }), step.place)
    scanner.show({ tone: 'ok', words: 'Falta anotada', reason: 'Alguém vai contar este endereço. Siga a tela.' })
  }
  /** The place has only `found` good units: these are picked first, then the rest is missing. */
  function sayShort(found: number, reason: string) {
    ask(null)
    if (!here || !trip) return
    if (found === 0) return void act(() => reportMissing(here.step, reason, newId()))
    const next: Hand = { ...here, short: { found, reason }, counted: Math.min(here.counted, found) }
    if (here.counted >= found) void follow(count(next, found, trip), newId())
    else setHand({ ...next, stage: here.stage === 'place' ? 'place' : 'item' })
  }
  function sayQuantity(value: number) {
    ask(null)
    if (here && trip) void follow(count(here, value, trip), newId())
  }

  const changeTote = () =>
    act(async () => {
      await call(fullToteEndpoint, { trip: trip!.trip, slot: here!.step.slot })
      await mine.refetch()
      scanner.show({ tone: 'ok', words: 'Pegue um cesto vazio', reason: 'Bipe o cesto novo quando a tela pedir' })
    })
  const leaveCart = () =>
    act(async () => {
      await call(handOverEndpoint, { trip: trip!.trip })
      ask(null)
      standingAt.current = null
      await again()
      void readAgain()
    })

  /** What the server refuses is told with what to do with the goods in the hand. */
  function act(work: () => Promise<void>, at = here) {
    acting.current = at
    return inTurn(work)
  }
  const refusedLater = (error: Parameters<typeof answerTo>[0]) => hand && say(answerTo(error, hand), hand)

  return { mine, trip, here, finished, stopped, kept, asked, ask, busy, canType, acts, scanner, goOn, sayShort, sayQuantity, leaveCart, refusedLater }
}
