import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { bankCandidates, explainLineEndpoint, undoBankEndpoint } from '../../server/bank/contract.ts'
import type { Candidate, LineRow, Target } from '../../server/bank/contract.ts'
import type { Rows } from '../client.ts'
import { call, isRefusal, showRefusal, useAct, useRead } from '../client.ts'
import { keysAreTaken } from '../components/listKeys.ts'
import { money } from '../components/format.ts'
import { useMay } from '../session.ts'

export type Work = ReturnType<typeof useReconcile>

/**
 * One line after the other: what was said of a line is sent while the next one is already looked at. A refusal brings the line back. What the next line can be is
 * read ahead.
 */
export function useReconcile(account: number, list: Rows<LineRow>) {
  const [leaving, setLeaving] = useState<ReadonlySet<number>>(new Set())
  const [current, setCurrent] = useState<number | null>(null)
  const [dialog, setDialog] = useState<'rule' | 'split' | 'help' | null>(null)
  const [seeking, setSeeking] = useState(false)
  const [sheet, setSheet] = useState(false)
  /** Chosen, and the amounts differ: nothing is sent before the person has seen by how much. */
  const [differing, setDiffering] = useState<Candidate | null>(null)
  const done = useRef<{ run: Promise<number>; line: number }[]>([])
  const may = useMay()('money.reconcile')
  const client = useQueryClient()
  const lines = useMemo(() => list.rows.filter(({ id }) => !leaving.has(id)), [list.rows, leaving])
  const at = Math.max(
    0,
    lines.findIndex(({ id }) => id === current),
  )
  const line = lines[at] ?? null
  const reading = useRead(bankCandidates, { line: line?.id ?? 0 }, { when: line !== null, keepPrevious: false })
  const candidates = reading.data?.line.id === line?.id ? (reading.data?.rows ?? []) : []
  const next = lines[at + 1]?.id
  useEffect(() => {
    if (next)
      void client.prefetchQuery({
        queryKey: [bankCandidates.name, { line: next }],
        queryFn: ({ signal }) => call(bankCandidates, { line: next }, { signal }),
      })
  }, [client, next])
  // what the server no longer lists as open has left for good
  useEffect(() => {
    const shown = new Set(list.rows.map(({ id }) => id))
    setLeaving((before) => (before.size && [...before].some((id) => !shown.has(id)) ? new Set([...before].filter((id) => shown.has(id))) : before))
  }, [list.rows])

  const sending = useAct(explainLineEndpoint, { quiet: true })
  const undoing = useAct(undoBankEndpoint, { quiet: true })
  const go = (to: number) => {
    const wanted = lines[Math.max(0, Math.min(lines.length - 1, to))]
    setSeeking(false)
    if (wanted) setCurrent(wanted.id)
  }
  const back = (id: number) => setLeaving((before) => new Set([...before].filter((one) => one !== id)))
  const explain = (parts: Target[]) => {
    if (!line || !may) return
    const { id, left } = line
    const whole = parts.some(({ centavos }) => centavos === undefined) || parts.reduce((sum, { centavos = 0 }) => sum + centavos, 0) === Math.abs(left)
    setDialog(null)
    setSeeking(false)
    setDiffering(null)
    if (whole) {
      setLeaving((before) => new Set([...before, id]))
      setCurrent(lines[at + 1]?.id ?? lines[at - 1]?.id ?? null)
      setSheet(false)
    }
    // kept before the answer is here: who takes back at once means this act and not the one before
    const act = { run: sending.send({ line: id, parts }).then(({ run }) => run), line: id }
    done.current.push(act)
    void act.run.catch((error: unknown) => {
      done.current = done.current.filter((one) => one !== act)
      back(id)
      setCurrent(id)
      if (isRefusal(error)) showRefusal(error)
    })
  }
  const choose = (candidate: Candidate | undefined) => {
    if (candidate?.parts.some(({ difference }) => difference)) setDiffering(candidate)
    else if (candidate) explain(candidate.parts)
  }
  /** Enter is for what is likely; what more speaks against than for is chosen by its number. */
  const confirm = () => {
    if (candidates[0] && candidates[0].score <= 0)
      notifications.show({ message: 'A primeira sugestão é fraca: confirme pelo número 1', color: 'gray', autoClose: 3000 })
    else choose(candidates[0])
  }
  const undo = () => {
    const last = done.current.pop()
    if (!last)
      return void notifications.show({ message: 'Nada a desfazer nesta visita. O que veio antes se desfaz em Explicadas.', color: 'gray', autoClose: 4000 })
    void last.run
      .then((run) => undoing.send({ run }))
      .then(({ late }) => {
        back(last.line)
        setCurrent(last.line)
        notifications.show({
          message: late ? 'Desfeito. O dia já está fechado: o estorno entrou no primeiro dia aberto.' : 'Desfeito',
          color: 'petrol',
          autoClose: 3000,
        })
      })
      .catch((error: unknown) => isRefusal(error) && showRefusal(error))
  }

  const latest = useRef({ go, at, confirm, choose, undo, candidates, line, seeking, may })
  latest.current = { go, at, confirm, choose, undo, candidates, line, seeking, may }
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const now = latest.current
      if (keysAreTaken(event)) return
      const { key } = event
      const onButton = (event.target as HTMLElement).closest('a, button:not(.bank-line)') !== null
      if (key === 'j' || key === 'ArrowDown') now.go(now.at + 1)
      else if (key === 'k' || key === 'ArrowUp') now.go(now.at - 1)
      else if (key === 'Home') now.go(0)
      else if (key === '?') setDialog('help')
      else if (!now.may || !now.line) return
      else if (key === 'Enter' && !onButton) now.confirm()
      else if (/^[1-9]$/.test(key)) now.choose(now.candidates[Number(key) - 1])
      else if (key === '/') setSeeking(true)
      else if (key === 'f') setDialog('rule')
      else if (key === 's') setDialog('split')
      else if (key === 'u') now.undo()
      else return
      event.preventDefault()
    }
    // before the shell's own keys: here `/` and `?` belong to the statement
    document.addEventListener('keydown', press, true)
    return () => document.removeEventListener('keydown', press, true)
  }, [])

  return {
    account,
    lines,
    line,
    go: (id: number) => {
      setSeeking(false)
      setCurrent(id)
      setSheet(true)
    },
    leaving: list.rows.length - lines.length,
    candidates,
    waiting: line !== null && reading.data?.line.id !== line.id,
    explain,
    choose,
    undo,
    /** A rule explained these: gone before the list is read again, and one act for `u`. */
    ruled: (ids: number[], run: number) => {
      setLeaving((before) => new Set([...before, ...ids]))
      if (line) done.current.push({ run: Promise.resolve(run), line: line.id })
    },
    differing,
    drop: () => setDiffering(null),
    dialog,
    open: setDialog,
    seeking,
    seek: setSeeking,
    sheet: sheet && line !== null,
    setSheet,
  }
}

/** "+1.234,56" or "−12,90": the sign is said, colour would only repeat it. */
export const signed = (centavos: number) => `${centavos < 0 ? '−' : '+'}${money(Math.abs(centavos))}`
